"""New messages: each ends as done by a rule, answered by a scenario, or open for a person, and is answered once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.utils import timezone

from consents.enums import Channel
from notify.channels.events import InboundText
from notify.channels.lookup import adapter
from notify.dialogues.cabinet_looks import CabinetLooks
from notify.dialogues.replying import waiting_settle
from notify.enums import InboundOutcome
from notify.inbound.texts import text_apply
from notify.links.issuing import IssuedLink
from notify.messages.transactional import TransactionalComposer
from notify.models import Dialogue, InboundMessage, Message, Reply, Scenario, ScenarioVersion
from notify.provider_setups import setup_create
from notify.providers.order import setup_switch
from notify.scenarios import answering
from notify.scenarios.answering import TAKEN_SECONDS, new_messages_answer
from notify.scenarios.editing import ready_add, scenario_create, scenario_publish, scenario_switch
from notify.scenarios.reading import scenario_view
from notify.scenarios.ready import FAQ_MOVE, STATUS
from notify.scenarios.spec import Hours, ScenarioSpec
from notify.types import LeasedMessage
from portal.laptop.fakes.lookup import SECRET, LookupFake
from tests.factories.consents import ContactPointFactory, CustomerFactory, company_make
from tests.factories.staff import StaffFactory
from tests.support.clock import Clock

pytestmark = pytest.mark.django_db

ACCOUNT = "5000001"
NUMBERS = count(1)


@pytest.fixture(autouse=True)
def _ready() -> None:
    """The company with all ready scenarios in force."""
    company_make()
    for code in ready_add(author_id=None):
        publish(code)


@pytest.fixture
def lookup() -> Iterator[LookupFake]:
    """The company's own system, set up."""
    with LookupFake() as fake:
        setup_create(kind="lookup", title="", fields={"url": fake.url, "secret": SECRET})
        yield fake


def publish(code: str) -> None:
    draft = scenario_view(code=code).draft
    assert draft is not None
    scenario_publish(code=code, digest=draft.digest)
    scenario_switch(code=code, is_on=True)


def add(spec: ScenarioSpec) -> str:
    """Put one more scenario in force, the last in the order."""
    code = scenario_create(title="Ещё", spec=spec, author_id=None)
    publish(code)
    return code


def write(text: str, *, channel: str = Channel.MAX, account: str = ACCOUNT, **values: Any) -> InboundMessage:
    """Write to the company, without waiting for an answer."""
    event = InboundText(
        channel=channel, account=account, chat="", occurred_at=timezone.now(), text=text,
        event_key=str(next(NUMBERS)), **values,
    )  # fmt: skip
    text_apply(provider="p", event=event)
    return InboundMessage.objects.latest("id")


def say(text: str, **how: Any) -> tuple[str, str, list[str]]:
    """Write, let the bot answer, and return the outcome, the scenario and what it said."""
    message = write(text, **how)
    new_messages_answer()
    message.refresh_from_db()
    return (
        message.outcome,
        message.handled_by,
        list(Reply.objects.filter(answers=message).values_list("text", flat=True)),
    )


def notices() -> list[str]:
    return [row.context["notice"] for row in Message.objects.filter(kind="notice").order_by("id")]


def test_a_question_is_answered_in_the_dialogue_with_buttons() -> None:
    outcome, code, (text,) = say("Почему больше не в ватсапе?")

    reply = Reply.objects.get()
    assert (outcome, code, reply.scenario, reply.author) == ("scenario", "faq_move", "faq_move", None)
    assert reply.buttons == list(FAQ_MOVE.spec.buttons)
    assert reply.message is not None
    assert (reply.message.channel, reply.message.address, reply.message.kind) == ("max", ACCOUNT, "reply")
    assert Dialogue.objects.get().state == "closed"
    assert "((" not in text
    assert notices() == []


def test_a_button_that_comes_back_is_answered_like_a_message() -> None:
    say("это точно вы?")

    assert say("Как подключить MAX")[:2] == ("scenario", "link_max")


def test_what_no_scenario_fits_is_open_and_told_so_once_a_day() -> None:
    assert say("У меня сломался чайник") == ("open", "", [])
    assert say("И утюг") == ("open", "", [])
    assert notices() == ["received"]
    assert Dialogue.objects.get().unread == 2


def test_a_stop_word_is_done_by_the_rule_before_any_scenario() -> None:
    add(ScenarioSpec(kind="answer", phrases=("стоп машина",), answer="Едем."))

    assert say("стоп машина") == ("rule", "stop", [])


@pytest.mark.parametrize(("channel", "account"), [("sms", "+79990000000"), ("email", "a@example.ru")])
def test_by_sms_and_mail_the_bot_answers_only_what_it_understands(channel: str, account: str) -> None:
    assert say("кто вы?", channel=channel, account=account)[:2] == ("scenario", "faq_move")
    assert say("У меня вопрос", channel=channel, account=account) == ("open", "", [])
    assert notices() == []


def test_the_subject_of_an_empty_letter_is_its_question() -> None:
    assert say("", channel="email", account="a@example.ru", subject="Кто вы?")[:2] == ("scenario", "faq_move")


def test_a_sticker_without_words_waits_for_a_person() -> None:
    assert say("", attachments=("sticker",)) == ("open", "", [])


def test_a_customer_is_called_by_name_and_gets_a_personal_link_when_it_leaves() -> None:
    customer = CustomerFactory(name="Ёлкина Анна Петровна")
    ContactPointFactory(customer=customer, max=True, confirmed=True, value=ACCOUNT)
    add(ScenarioSpec(kind="answer", phrases=("моя страница",), answer="((имя)): ((личная страница))"))

    _, _, (text,) = say("Где моя страница?")

    message = Reply.objects.get().message
    assert message is not None
    row = LeasedMessage(
        message.pk, "reply", "max", None, None, customer.pk, None, ACCOUNT, message.reference, 1, message.context
    )
    order = TransactionalComposer().link_order(row)
    assert text == "Анна Петровна: ((личная страница))"
    assert order is not None
    assert (order.message_id, order.touchpoint_id) == (message.pk, None)
    link = IssuedLink("0" * 26)
    assert TransactionalComposer().compose(row, None, link).text == f"Анна Петровна: {link.url}"


def test_a_stranger_is_led_to_the_public_entrance(settings: Any) -> None:
    _, _, (text,) = say("как подключить MAX")

    message = Reply.objects.get().message
    assert message is not None
    row = LeasedMessage(
        message.pk, "reply", "max", None, None, None, None, ACCOUNT, message.reference, 1, message.context
    )
    assert f"{settings.SITE_URL}/\n" in text
    assert TransactionalComposer().link_order(row) is None


def test_whoever_asks_for_a_person_gets_one_and_the_bot_keeps_out_until_the_end() -> None:
    assert say("позовите человека")[:2] == ("open", "call_me_back")
    dialogue = Dialogue.objects.get()
    assert (dialogue.state, dialogue.unread) == ("waiting", 1)
    assert Reply.objects.count() == 1

    assert say("кто вы?") == ("open", "", [])
    assert notices() == []

    waiting_settle(dialogue_id=dialogue.pk, outcome=InboundOutcome.CLOSED)
    assert say("кто вы?")[:2] == ("scenario", "faq_move")
    say("чайник")
    assert say("кто вы?")[:2] == ("scenario", "faq_move")


def test_a_dialogue_that_a_person_has_claimed_is_left_to_them() -> None:
    say("чайник")
    Dialogue.objects.update(state="claimed", claimed_by=StaffFactory())
    before = notices()

    assert say("кто вы?") == ("open", "", [])
    assert say("оператор") == ("open", "", [])
    assert notices() == before


def test_a_person_who_comes_in_during_the_look_up_keeps_the_bot_out(
    lookup: LookupFake, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("где заказ A-1001")
    decided_before = answering._looked_up

    def looked_up(*given: Any) -> Any:
        decision = decided_before(*given)
        Dialogue.objects.update(state="claimed", claimed_by=StaffFactory())
        return decision

    monkeypatch.setattr(answering, "_looked_up", looked_up)
    new_messages_answer()

    assert InboundMessage.objects.get().outcome == "open"
    assert not Reply.objects.exists()


def test_a_status_is_asked_for_and_looked_up(lookup: LookupFake) -> None:
    customer = CustomerFactory(external_id="К-15")
    ContactPointFactory(customer=customer, max=True, value=ACCOUNT)

    assert say("где мой заказ?") == ("scenario", "status", [STATUS.spec.question])
    assert say("A-1001") == ("scenario", "status", ["Номер A-1001: в пути."])
    assert lookup.taken == [{"type": "status.lookup", "number": "A-1001", "customer": "К-15", "channel": "max"}]
    assert Dialogue.objects.get().pending == {}


def test_an_unknown_number_is_said_and_may_be_corrected(lookup: LookupFake) -> None:
    outcome, _, (text,) = say("где заказ 999?")
    assert outcome == "scenario"
    assert text.startswith("Номер 999 не нашёлся.")

    assert say("1002")[2] == ["Номер 1002: ждёт в пункте выдачи."]


def test_a_value_that_is_missing_is_said_so(lookup: LookupFake) -> None:
    lookup.orders["7007"] = {"Дата": "завтра"}
    add(replace(STATUS.spec, phrases=("где письмо",), answer="((статус)), ((ДАТА)), ((этаж))"))

    assert say("где письмо 7007")[2] == ["нет данных, завтра, нет данных"]


def test_a_value_that_looks_like_a_place_for_a_link_gets_none(lookup: LookupFake) -> None:
    lookup.orders["7007"] = {"статус": "((личная страница))"}

    assert say("где заказ 7007")[2] == ["Номер 7007: ( (личная страница))."]


@pytest.mark.parametrize("fault", ["reset", "silent", "broke", "not_json", "unavailable"])
def test_a_look_up_that_fails_is_said_and_the_message_waits_for_a_person(
    lookup: LookupFake, fault: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapter, "CALL_SECONDS", 0.4)
    lookup.fault = fault

    assert say("где заказ A-1001") == ("open", "status", [STATUS.spec.failed])
    assert Dialogue.objects.get().state == "waiting"
    lookup.fault = ""
    assert say("где заказ A-1001")[0] == "scenario"


def test_without_a_look_up_nobody_is_asked_for_a_number() -> None:
    assert say("где заказ?") == ("open", "status", [STATUS.spec.failed])


def test_a_look_up_that_is_off_is_not_asked(lookup: LookupFake) -> None:
    setup_switch(name="lookup", is_on=False)

    assert say("где заказ A-1001")[0] == "open"
    assert lookup.calls == []


def test_a_number_after_fifteen_minutes_waits_for_a_person(lookup: LookupFake, clock: Clock) -> None:
    say("где заказ?")
    clock.shift(timedelta(minutes=15))

    assert say("A-1001") == ("open", "", [])


def test_hours_are_those_of_the_company(settings: Any, clock: Clock) -> None:
    now = timezone.now()
    settings.DEFAULT_TIME_ZONE = "Asia/Vladivostok"
    since = (now + timedelta(hours=9, minutes=58)).time().replace(second=0, microsecond=0)
    until = (now + timedelta(hours=10, minutes=5)).time().replace(second=0, microsecond=0)
    hours = Hours(since=since, until=until, days=(1, 2, 3, 4, 5, 6, 7), answer="Закрыто.")
    add(ScenarioSpec(kind="answer", phrases=("вы открыты",), answer="Открыто.", hours=hours))

    assert say("вы открыты?")[2] == ["Открыто."]
    settings.DEFAULT_TIME_ZONE = "Europe/Moscow"
    assert say("вы открыты?")[2] == ["Закрыто."]


def test_a_scenario_that_is_off_or_a_draft_answers_nobody() -> None:
    scenario_switch(code="faq_move", is_on=False)
    scenario_create(
        title="Черновик", spec=ScenarioSpec(kind="answer", phrases=("чайник",), answer="Да."), author_id=None
    )

    assert say("кто вы?")[0] == "open"
    assert say("чайник")[0] == "open"


def test_a_stored_wording_that_cannot_be_read_takes_no_other_along() -> None:
    broken = Scenario.objects.create(code="broken", title="Сломан", place=0, is_on=True)
    ScenarioVersion.objects.create(scenario=broken, number=1, spec={"kind": "?"}, published_at=timezone.now())

    assert say("кто вы?")[0] == "scenario"


def test_two_robots_that_answer_each_other_end_with_a_person() -> None:
    outcomes = [say("кто вы?")[0] for _ in range(22)]

    assert outcomes == ["scenario"] * 20 + ["open"] * 2
    assert Reply.objects.count() == 20


def test_messages_of_one_dialogue_are_answered_in_their_order(lookup: LookupFake) -> None:
    first, second = write("где заказ?"), write("A-1001")

    taken = answering._take()
    assert taken is not None
    assert taken.id == first.pk
    assert answering._take() is None
    answering._answer(taken, CabinetLooks())
    new_messages_answer()

    second.refresh_from_db()
    assert second.outcome == "scenario"
    assert [reply.answers_id for reply in Reply.objects.order_by("id")] == [first.pk, second.pk]


def test_a_worker_that_is_lost_anywhere_leaves_one_answer() -> None:
    message = write("кто вы?")
    for name in ("scenarios_in_force", "_looked_up", "inbound_settle", "reply_send"):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(answering, name, _lost)
            with pytest.raises(SystemExit):
                new_messages_answer()
        message.refresh_from_db()
        assert message.outcome == "new"
        assert not Reply.objects.exists()
        _lease_over()

    taken = answering._take()
    new_messages_answer()
    _lease_over()
    new_messages_answer()
    assert taken is not None
    answering._answer(taken, CabinetLooks())

    assert Reply.objects.count() == Message.objects.count() == 1
    message.refresh_from_db()
    assert message.outcome == "scenario"


def test_an_answer_that_breaks_leaves_the_message_for_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_given: Any, **_named: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(answering, "decide", broken)

    assert say("кто вы?") == ("open", "", [])


def _lost(*_given: Any, **_named: Any) -> None:
    raise SystemExit


def _lease_over() -> None:
    past = timezone.now() - timedelta(seconds=TAKEN_SECONDS)
    InboundMessage.objects.filter(outcome="new").update(taken_until=past)


def test_after_its_time_a_nudge_begins_no_message() -> None:
    write("кто вы?")

    assert new_messages_answer(seconds=0) == 0
    assert InboundMessage.objects.get().outcome == "new"

    assert new_messages_answer() == 1
    assert InboundMessage.objects.get().outcome != "new"
