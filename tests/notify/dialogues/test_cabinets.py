"""Dialogues led in ChatApp, over its own contract on a socket: nothing is swallowed, nothing is answered twice."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from consents.enums import Channel, ContactKind
from notify.channels.chatapp.adapter import ChatAppChannel
from notify.channels.events import CabinetText
from notify.dialogues.answering import answer_send
from notify.dialogues.cabinets import ON_ITS_WAY, QUIET, cabinet_leave, cabinet_text_keep, cabinets_return
from notify.dialogues.claiming import dialogue_claim, dialogue_close, dialogue_give_back
from notify.dialogues.receiving import dialogue_tie
from notify.dialogues.searching import dialogues_found
from notify.dialogues.thread import ThreadItem, thread_read
from notify.enums import DialogueState, InboundOutcome, MessageKind, MessageState
from notify.inbound.handling import NOTHING_FOR_US, payload_handle
from notify.inbound.payloads import payload_store
from notify.models import Dialogue, InboundMessage, InboundPayload, Message, Reply
from notify.outbox.loops import transactional_messages_send
from notify.provider_setups import setup_change, setup_values
from notify.providers.order import setup_switch
from notify.scenarios import answering
from notify.scenarios.answering import new_messages_answer
from notify.scenarios.editing import ready_add
from notify.sweeping import sweep
from portal.laptop.fakes.chatapp import FakeChatApp
from portal.laptop.fakes.server import Fault
from tests.factories.consents import ContactPointFactory, CustomerFactory, company_make
from tests.factories.dialogues import customer_writes, newest_of
from tests.factories.providers import defaults
from tests.factories.staff import StaffFactory
from tests.notify.scenarios.test_answering import publish
from tests.support.chatapp_desk import ANNA, Desk, Told

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """Stands for SIGKILL: nothing of ours may catch it."""


@pytest.fixture
def desk(settings: Settings) -> Iterator[Desk]:
    settings.SANDBOX, settings.MAX_WEBHOOK_SECRET = False, ""
    company_make()
    with FakeChatApp(courier=Told()) as fake:
        yield Desk(fake)


def dialogue() -> Dialogue:
    return Dialogue.objects.get()


def outcomes() -> list[str]:
    return list(InboundMessage.objects.order_by("id").values_list("outcome", flat=True))


def lines() -> list[ThreadItem]:
    found = dialogue()
    return list(thread_read(dialogue_id=found.pk, customer_id=found.customer_id).items)


def notices() -> list[str]:
    return [row.context["notice"] for row in Message.objects.filter(kind=MessageKind.NOTICE).order_by("id")]


class TestAMessageOfAPerson:
    def test_that_nobody_answers_is_left_to_people_in_chatapp(self, desk: Desk) -> None:
        message = desk.write("У меня сломался чайник")

        found = dialogue()
        assert (message.outcome, message.handled_at, message.chat) == (InboundOutcome.CABINET, None, ANNA)
        assert (found.state, found.unread, found.waiting_since) == (DialogueState.CLOSED, 0, None)
        assert (found.cabinet, found.cabinet_since) == (desk.name, message.received_at)

    def test_is_followed_by_no_word_of_ours_that_would_pass_for_an_answer(self, desk: Desk) -> None:
        desk.write("У меня сломался чайник")
        desk.write("И утюг")

        assert notices() == []
        assert desk.fake.taken == []
        assert outcomes() == ["cabinet", "cabinet"]

    def test_that_a_rule_or_a_scenario_answers_is_answered_by_them(self, desk: Desk) -> None:
        publish_ready()

        assert desk.write("Почему больше не в ватсапе?").outcome == InboundOutcome.SCENARIO
        assert desk.write("стоп").outcome == InboundOutcome.RULE
        assert dialogue().cabinet == ""

    def test_is_not_answered_by_the_bot_while_people_lead_the_dialogue_there(self, desk: Desk) -> None:
        publish_ready()
        desk.write("У меня сломался чайник")

        assert desk.write("Почему больше не в ватсапе?").outcome == InboundOutcome.CABINET
        assert not Reply.objects.exists()

    def test_is_answered_by_the_bot_again_after_a_day_without_a_word(self, desk: Desk) -> None:
        publish_ready()
        desk.write("У меня сломался чайник")
        Dialogue.objects.update(cabinet_until=timezone.now() - timedelta(seconds=1))

        assert desk.write("Почему больше не в ватсапе?").outcome == InboundOutcome.SCENARIO

    def test_of_a_scenario_that_hands_over_is_left_there_after_its_words(self, desk: Desk) -> None:
        publish_ready()

        message = desk.write("Позовите сотрудника")

        assert (message.outcome, message.handled_by) == (InboundOutcome.CABINET, "call_me_back")
        assert Reply.objects.get().scenario == "call_me_back"
        assert dialogue().state == DialogueState.CLOSED

    def test_over_a_channel_that_chatapp_does_not_carry_waits_in_the_inbox(self, desk: Desk) -> None:
        customer = CustomerFactory()
        ContactPointFactory(customer=customer, max=True, confirmed=True, value=ANNA)
        phone = ContactPointFactory(customer=customer, value="+79161234512").value
        desk.write("У меня сломался чайник")

        customer_writes(phone, "И утюг", channel=Channel.SMS)
        desk.write("И фен")

        found = dialogue()
        assert outcomes() == ["cabinet", "open", "cabinet"]
        assert (found.state, found.unread) == (DialogueState.WAITING, 1)
        assert found.cabinet_since is not None
        assert found.waiting_since is not None

    def test_of_a_dialogue_that_somebody_leads_here_stays_here(self, desk: Desk) -> None:
        desk.write("У меня сломался чайник")
        dialogue_claim(dialogue_id=dialogue().pk, user_id=StaffFactory().pk)

        assert desk.write("И утюг").outcome == InboundOutcome.OPEN

    def test_stays_here_where_dialogues_are_led_in_the_inbox(self, desk: Desk) -> None:
        setup_change(name=desk.name, title="", fields=fields_of(desk, cabinet=""))

        assert desk.write("У меня сломался чайник").outcome == InboundOutcome.OPEN
        assert [call.path for call in desk.fake.calls if call.method == "GET"] == []

    def test_that_came_from_a_scenario_of_chatapp_is_left_there_too(self, desk: Desk) -> None:
        desk.fake.is_flat = True

        assert desk.write("У меня сломался чайник").outcome == InboundOutcome.CABINET

    def test_in_a_letter_is_left_there_under_its_address(self, desk: Desk) -> None:
        person = {"id": "5", "email": "Anna@Example.ru"}

        message = desk.write("Где счёт?", chat="thread-1", messenger="email", fromUser=person)

        assert (message.outcome, message.account, message.chat) == (
            InboundOutcome.CABINET,
            "anna@example.ru",
            "thread-1",
        )


class TestAFailure:
    """Whatever keeps us from seeing the message there leaves it in the inbox."""

    @pytest.mark.parametrize("fault", ["broke", "not_json", "reset", "busy", "unavailable"])
    def test_of_chatapp_opens_the_dialogue_here(
        self, desk: Desk, fault: Fault, caplog: pytest.LogCaptureFixture
    ) -> None:
        desk.fake.faults = {ANNA: fault}
        with caplog.at_level(logging.WARNING, logger="notify.inbound"):
            message = desk.write("У меня сломался чайник")

        found = dialogue()
        assert (message.outcome, found.state, found.unread) == (InboundOutcome.OPEN, DialogueState.WAITING, 1)
        assert (found.cabinet, found.cabinet_since) == ("", None)
        assert f"message {message.pk} waits in the inbox" in caplog.text
        assert ANNA not in caplog.text
        assert "чайник" not in caplog.text
        assert notices() == ["received"]

    def test_of_the_tokens_opens_the_dialogue_here(self, desk: Desk) -> None:
        desk.write("У меня сломался чайник")
        desk.fake.login["password"] = "another"
        desk.fake.expire(refresh=True)

        assert desk.write("И утюг").outcome == InboundOutcome.OPEN

    def test_that_ends_with_fresh_tokens_is_none(self, desk: Desk) -> None:
        desk.write("У меня сломался чайник")
        desk.fake.expire()

        assert desk.write("И утюг").outcome == InboundOutcome.CABINET

    def test_to_find_the_message_there_opens_the_dialogue_here(self, desk: Desk) -> None:
        desk.fake.hidden.add(ANNA)

        assert desk.write("У меня сломался чайник").outcome == InboundOutcome.OPEN

    def test_is_met_once_in_a_run_and_the_other_messages_wait_for_nobody(self, desk: Desk) -> None:
        desk.fake.fault = "unavailable"
        for number in range(5):
            desk.fake.write("max", f"10030{number}", "Где карта?")
        desk.hear()
        desk.fake.calls.clear()

        new_messages_answer()

        assert outcomes() == ["open"] * 5
        assert len(desk.fake.calls) == 1

    def test_is_over_when_people_in_chatapp_answer_after_all(self, desk: Desk) -> None:
        desk.fake.hidden.add(ANNA)
        desk.write("У меня сломался чайник")

        desk.say("Привезём новый")

        found = dialogue()
        assert outcomes() == ["answered"]
        assert (found.state, found.unread, found.waiting_since) == (DialogueState.CLOSED, 0, None)

    @pytest.mark.parametrize("step", ["before the look", "after the look", "before the commit"])
    def test_of_the_worker_loses_nothing_and_doubles_nothing(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch, step: str
    ) -> None:
        desk.fake.write("max", ANNA, "У меня сломался чайник")
        desk.hear()
        kill_at(step, monkeypatch)
        with pytest.raises(Killed):
            new_messages_answer()
        assert outcomes() == ["new"]
        assert (dialogue().cabinet, dialogue().cabinet_since) == ("", None)
        monkeypatch.undo()

        assert new_messages_answer() == 0
        InboundMessage.objects.update(taken_until=timezone.now() - timedelta(seconds=1))
        sweep()

        assert outcomes() == ["cabinet"]
        assert dialogue().cabinet_since == InboundMessage.objects.get().received_at


def kill_at(step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the worker die at a step of leaving a message there."""

    def die(*_: object, **__: object) -> bool:
        raise Killed

    look = ChatAppChannel.cabinet_holds

    def die_after(*how: Any, **named: Any) -> bool:
        assert look(*how, **named)
        raise Killed

    if step == "before the look":
        monkeypatch.setattr(ChatAppChannel, "cabinet_holds", die)
    elif step == "after the look":
        monkeypatch.setattr(ChatAppChannel, "cabinet_holds", die_after)
    else:
        monkeypatch.setattr(answering, "cabinet_leave", lambda **named: cabinet_leave(**named) and die())


class TestAnAnswerInChatApp:
    def test_is_shown_in_the_thread_and_settles_what_waited(self, desk: Desk) -> None:
        desk.write("У меня сломался чайник")

        desk.say("Привезём новый")

        question, answer = lines()
        assert (question.outcome, answer.kind, answer.text) == (InboundOutcome.ANSWERED, "reply", "Привезём новый")
        assert (answer.provider, answer.author, answer.state, answer.is_automatic) == (desk.name, "", None, False)
        found = dialogue()
        assert found.cabinet_since is None
        assert found.cabinet_until is not None
        assert found.cabinet_until > timezone.now() + QUIET - timedelta(minutes=1)

    def test_comes_once_however_often_it_is_told_and_its_states_are_no_errors(self, desk: Desk) -> None:
        desk.write("У меня сломался чайник")
        desk.fake.copies = 3
        desk.fake.say("max", ANNA, "Привезём новый")
        told = list(desk.courier.told)
        desk.hear()
        for number, body in enumerate(told):
            again = payload_store(provider=desk.name, headers={}, body=body + b" " * (number + 1))
            payload_handle(payload_id=again or 0)

        assert Reply.objects.count() == 1
        assert set(InboundPayload.objects.values_list("error_code", flat=True)) == {""}
        assert InboundPayload.objects.filter(handled_at=None).count() == 0

    def test_leaves_what_the_person_wrote_after_it_unanswered(self, desk: Desk) -> None:
        desk.write("У меня сломался чайник")
        later = desk.write("И утюг")
        InboundMessage.objects.filter(pk=later.pk).update(occurred_at=timezone.now() + timedelta(minutes=1))

        desk.say("Привезём новый")

        assert outcomes() == ["answered", "cabinet"]
        assert dialogue().cabinet_since == later.received_at

    def test_that_is_faster_than_the_bot_leaves_it_nothing_to_say(self, desk: Desk) -> None:
        publish_ready()
        desk.fake.write("max", ANNA, "Почему больше не в ватсапе?")
        desk.fake.say("max", ANNA, "Так велит закон")
        desk.hear()

        new_messages_answer()

        assert outcomes() == ["answered"]
        assert Reply.objects.filter(scenario__gt="").count() == 0

    def test_of_a_robot_there_is_shown_and_answers_nobody(self, desk: Desk) -> None:
        desk.fake.names_apps = True
        desk.write("У меня сломался чайник")

        desk.say("Спасибо, мы на связи", app="amo", tracking="auto")

        assert outcomes() == ["cabinet"]
        assert lines()[-1].is_automatic

    def test_to_whoever_never_wrote_begins_the_dialogue_and_the_bot_keeps_out_of_it(self, desk: Desk) -> None:
        publish_ready()
        desk.say("Добрый день, это банк")

        assert [line.text for line in lines()] == ["Добрый день, это банк"]
        assert desk.write("Почему больше не в ватсапе?").outcome == InboundOutcome.CABINET

    def test_leaves_what_waits_over_other_channels_waiting(self, desk: Desk) -> None:
        customer = CustomerFactory()
        ContactPointFactory(customer=customer, max=True, confirmed=True, value=ANNA)
        phone = ContactPointFactory(customer=customer, value="+79161234512").value
        desk.write("У меня сломался чайник")
        customer_writes(phone, "И утюг", channel=Channel.SMS)

        desk.say("Привезём новый")

        found = dialogue()
        assert outcomes() == ["answered", "open"]
        assert (found.state, found.unread) == (DialogueState.WAITING, 1)
        assert found.waiting_since == InboundMessage.objects.latest("id").received_at

    def test_does_not_take_the_dialogue_from_whoever_leads_it_here(self, desk: Desk) -> None:
        desk.write("У меня сломался чайник")
        dialogue_claim(dialogue_id=dialogue().pk, user_id=StaffFactory().pk)

        desk.say("Привезём новый")

        assert (dialogue().state, dialogue().cabinet) == (DialogueState.CLAIMED, "")
        assert desk.write("И утюг").outcome == InboundOutcome.OPEN

    def test_is_found_by_its_words(self, desk: Desk) -> None:
        desk.say("Привезём новый чайник")

        (found,) = dialogues_found(text="чайник")

        assert found.last is not None
        assert (found.last.text, found.last.is_ours) == ("Привезём новый чайник", True)

    def test_does_not_count_among_the_answers_of_the_bot(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        publish_ready()
        desk.fake.names_apps = True
        for number in range(3):
            desk.say(f"Новость {number}", app="amo", tracking="auto")
        monkeypatch.setattr("notify.scenarios.engine.MOST_ANSWERS", 3)

        assert desk.write("Почему больше не в ватсапе?").outcome == InboundOutcome.SCENARIO


class TestOurOwnMessage:
    @pytest.mark.parametrize("names_apps", [True, False])
    def test_comes_back_and_is_no_answer_of_theirs(self, desk: Desk, names_apps: bool) -> None:
        publish_ready()
        desk.fake.names_apps = names_apps
        desk.write("Почему больше не в ватсапе?")

        transactional_messages_send()
        desk.hear()

        reply = Reply.objects.get()
        assert reply.message is not None
        assert (reply.provider, reply.message.state) == ("", MessageState.DELIVERED)
        assert InboundPayload.objects.exclude(error_code__in=["", NOTHING_FOR_US]).count() == 0

    def test_whose_call_is_not_over_is_waited_for(self, desk: Desk) -> None:
        message = on_its_way(desk)

        assert not cabinet_text_keep(provider=desk.name, event=echo())
        assert not Reply.objects.exists()
        Message.objects.filter(pk=message.pk).update(state=MessageState.ACCEPTED, provider_id="BAE5")
        assert cabinet_text_keep(provider=desk.name, event=echo())
        assert not Reply.objects.exists()

    def test_hides_no_answer_of_theirs_longer_than_a_call_may_last(self, desk: Desk) -> None:
        on_its_way(desk, ago=ON_ITS_WAY + timedelta(seconds=1))

        assert cabinet_text_keep(provider=desk.name, event=echo())
        assert Reply.objects.get().provider == desk.name

    def test_that_left_after_their_answer_does_not_hide_it(self, desk: Desk) -> None:
        on_its_way(desk)

        assert cabinet_text_keep(provider=desk.name, event=echo(ago=timedelta(minutes=1)))
        assert Reply.objects.exists()

    def test_to_a_contact_on_file_is_known_too(self, desk: Desk) -> None:
        contact = ContactPointFactory(max=True, confirmed=True, value=ANNA)
        on_its_way(desk, address="", contact_point=contact, customer=contact.customer)

        assert not cabinet_text_keep(provider=desk.name, event=echo())

    def test_to_somebody_else_hides_nothing(self, desk: Desk) -> None:
        on_its_way(desk, address="100201")

        assert cabinet_text_keep(provider=desk.name, event=echo())
        assert Reply.objects.exists()


class TestTheWayBack:
    """What waits in ChatApp comes back whole when somebody leads the dialogue here, or nobody leads any there."""

    def test_is_a_claim(self, desk: Desk) -> None:
        desk.write("У меня сломался чайник")
        desk.write("И утюг")
        since = dialogue().cabinet_since

        dialogue_claim(dialogue_id=dialogue().pk, user_id=StaffFactory().pk)

        found = dialogue()
        assert outcomes() == ["open", "open"]
        assert (found.state, found.unread, found.waiting_since) == (DialogueState.CLAIMED, 2, since)
        assert (found.cabinet, found.cabinet_until, found.cabinet_since) == ("", None, None)

    def test_leads_there_again_once_it_is_given_back_and_seen_to(self, desk: Desk) -> None:
        staff = StaffFactory()
        desk.write("У меня сломался чайник")
        dialogue_claim(dialogue_id=dialogue().pk, user_id=staff.pk)
        answer_send(
            dialogue_id=dialogue().pk, author_id=staff.pk, text="Везём", form_key=uuid4(), seen_id=newest_of(dialogue())
        )
        dialogue_give_back(dialogue_id=dialogue().pk, user_id=staff.pk)

        assert desk.write("Спасибо").outcome == InboundOutcome.CABINET

    def test_is_an_answer_from_here_which_settles_what_waited_there(self, desk: Desk) -> None:
        desk.write("У меня сломался чайник")

        answer_send(
            dialogue_id=dialogue().pk,
            author_id=StaffFactory().pk,
            text="Везём",
            form_key=uuid4(),
            seen_id=newest_of(dialogue()),
        )

        assert outcomes() == ["answered"]
        assert (dialogue().state, dialogue().cabinet) == (DialogueState.CLAIMED, "")

    def test_is_none_for_what_is_closed_here(self, desk: Desk) -> None:
        desk.write("Спасибо")

        closed = dialogue_close(dialogue_id=dialogue().pk, user_id=StaffFactory().pk, seen_id=newest_of(dialogue()))

        assert closed
        assert outcomes() == ["closed"]
        assert (dialogue().state, dialogue().cabinet, dialogue().cabinet_since) == (DialogueState.CLOSED, "", None)
        assert not dialogue_close(dialogue_id=dialogue().pk, user_id=StaffFactory().pk, seen_id=newest_of(dialogue()))

    @pytest.mark.parametrize("how", ["off", "no more", "unusable"])
    def test_is_the_end_of_the_set_up(self, desk: Desk, how: str, settings: Settings) -> None:
        message = desk.write("У меня сломался чайник")
        assert cabinets_return() == 0
        if how == "off":
            setup_switch(name=desk.name, is_on=False)
        elif how == "no more":
            setup_change(name=desk.name, title="", fields=fields_of(desk, cabinet=""))
        else:
            settings.FIELD_KEY = b"another" * 6

        assert sweep()["cabinets"] == 1

        found = dialogue()
        assert outcomes() == ["open"]
        assert (found.state, found.unread, found.waiting_since) == (DialogueState.WAITING, 1, message.received_at)
        assert sweep()["cabinets"] == 0

    def test_is_kept_through_a_tie_to_a_customer(self, desk: Desk) -> None:
        contact = ContactPointFactory(kind=ContactKind.PHONE, value="+79161234512")
        customer_writes(contact.value, "Где карта?", channel=Channel.SMS)
        message = desk.write("У меня сломался чайник")

        dialogue_tie(customer_id=contact.customer_id, channel=Channel.MAX, account=ANNA)

        found = dialogue()
        assert (found.customer_id, found.cabinet, found.cabinet_since) == (
            contact.customer_id,
            desk.name,
            message.received_at,
        )


def publish_ready() -> None:
    """Put the ready scenarios in force."""
    for code in ready_add(author_id=None):
        publish(code)


def fields_of(desk: Desk, **changed: str) -> dict[str, str]:
    values = {**setup_values(name=desk.name).values, **changed}
    return {name: values.get(name, "") for name in defaults("chatapp")}


def echo(*, ago: timedelta = timedelta(0)) -> CabinetText:
    """What ChatApp tells of a message without saying who has sent it."""
    return CabinetText(
        channel="max",
        account=ANNA,
        chat=ANNA,
        occurred_at=timezone.now() - ago,
        text="Здравствуйте",
        event_key="k1",
        provider_id="BAE5",
    )


def on_its_way(desk: Desk, *, ago: timedelta = timedelta(0), **fields: Any) -> Message:
    """A message of ours whose call has begun."""
    now = timezone.now()
    more = {"address": ANNA, **fields}
    return Message.objects.create(
        kind=MessageKind.REPLY, channel="max", state=MessageState.SENDING, provider=desk.name, not_before=now,
        created_at=now, sending_at=now - ago, **more,
    )  # fmt: skip
