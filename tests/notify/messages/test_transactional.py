"""Codes, notices and tests: at once, once, and never stored."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from consents.enums import ContactKind, EventKind, StopReason
from consents.models import ContactPoint, Customer
from consents.verification.confirming import code_for_sending, code_issue
from notify.campaigns.reading import campaign_status
from notify.channel_settings import codes_switch
from notify.conf import LOOP_SECONDS
from notify.contracts import contract_end
from notify.enums import LinkScope, MessageKind, MessageState, SkipReason
from notify.errors import ChannelRefused, TestAddressRefused
from notify.links.issuing import link_resolve
from notify.messages.templates import NOTICES
from notify.messages.transactional import code_send, notice_send, step_test
from notify.models import ChannelSetting, Link, Message
from notify.outbox import loops
from notify.outbox.loops import campaign_messages_send, transactional_messages_send
from tests.factories.consents import StopFactory, answer_make
from tests.factories.notify import (
    CampaignFactory,
    campaign_running,
    contract_make,
    contract_today,
    operator_make,
    people_make,
    step_of,
)
from tests.factories.staff import StaffFactory
from tests.fakes.provider import FakeProvider
from tests.fakes.smtp_sink import SmtpSink
from tests.support.clock import Stopwatch, database_now

pytestmark = pytest.mark.django_db


def code_asked(person: Customer, kind: ContactKind) -> tuple[str, int]:
    """A code that waits to be sent: what it is, and the number of its message."""
    value = ContactPoint.objects.values_list("value", flat=True).get(customer=person, kind=kind)
    issued = code_issue(
        customer_id=person.pk,
        kind=kind,
        target_value=value,
        is_new_contact=False,
        session_key=uuid4().hex,
        lock_key=uuid4().hex,
    )
    channel = kind.channel
    number = code_send(
        verification_uuid=issued.verification_uuid,
        customer_id=person.pk,
        channel=channel,
        expires_at=issued.expires_at,
    )
    found = code_for_sending(verification_uuid=issued.verification_uuid)
    assert found is not None
    return found[0], number


def test_a_code_by_sms_ends_with_the_line_that_phones_fill_in(provider: FakeProvider) -> None:
    operator_make()
    (person,) = people_make(1, channel="sms")
    code, number = code_asked(person, ContactKind.PHONE)

    assert transactional_messages_send() == 1

    (taken,) = provider.taken
    assert taken["text"].splitlines()[-1] == f"@testserver #{code}"
    assert taken["text"].startswith("Ромашка: код " + code)
    assert len(taken["text"]) <= 134
    assert Message.objects.get(pk=number).state == MessageState.ACCEPTED


def test_a_code_by_mail_is_marked_automatic_and_carries_no_link(sink: SmtpSink) -> None:
    operator_make()
    (person,) = people_make(1)
    code, _ = code_asked(person, ContactKind.EMAIL)

    transactional_messages_send()

    letter = sink.taken[0].parsed()
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["List-Unsubscribe"] is None
    assert code not in letter["Subject"]
    assert code in sink.taken[0].text()
    assert code in sink.taken[0].text("html")
    assert Link.objects.count() == 0


def test_neither_the_code_nor_the_address_lies_in_the_row(sink: SmtpSink) -> None:
    (person,) = people_make(1)
    code, number = code_asked(person, ContactKind.EMAIL)

    row = Message.objects.filter(pk=number).values().get()

    assert code not in str(row)
    assert "@" not in str(row)


def test_asking_twice_for_one_code_sends_it_once(sink: SmtpSink) -> None:
    (person,) = people_make(1)
    _, number = code_asked(person, ContactKind.EMAIL)
    verification = Message.objects.get(pk=number).context["verification"]

    later = timezone.now() + timedelta(minutes=10)
    again = code_send(verification_uuid=verification, customer_id=person.pk, channel="email", expires_at=later)
    transactional_messages_send()
    transactional_messages_send()

    assert again == number
    assert len(sink.taken) == 1


def test_a_code_that_was_replaced_is_not_sent(sink: SmtpSink) -> None:
    (person,) = people_make(1)
    _, number = code_asked(person, ContactKind.EMAIL)
    Message.objects.filter(pk=number).update(context={"verification": str(uuid4())})

    transactional_messages_send()

    message = Message.objects.get(pk=number)
    assert (message.state, message.error_code) == (MessageState.FAILED, "code_expired")
    assert sink.taken == []


def test_a_code_that_ran_out_in_the_queue_is_not_sent(sink: SmtpSink) -> None:
    (person,) = people_make(1)
    _, number = code_asked(person, ContactKind.EMAIL)
    Message.objects.filter(pk=number).update(expires_at=timezone.now() - timedelta(seconds=1))

    transactional_messages_send()

    message = Message.objects.get(pk=number)
    assert (message.state, message.skip_reason) == (MessageState.SKIPPED, SkipReason.EXPIRED)
    assert sink.taken == []


@pytest.mark.parametrize(
    ("is_on", "kinds"),
    [(False, []), (True, []), (False, ["authorization"]), (True, ["service", "transactional", "advertising"])],
)
def test_a_code_goes_through_max_by_nothing_less_than_dpo_and_contract(is_on: bool, kinds: list[str]) -> None:
    codes_switch(channel="max", is_on=is_on)
    if kinds:
        contract_make(*kinds)

    with pytest.raises(ChannelRefused):
        code_send(verification_uuid=uuid4(), customer_id=1, channel="max", expires_at=timezone.now())
    assert not Message.objects.exists()


def test_a_code_over_max_is_plain_words_to_the_linked_account(provider: FakeProvider) -> None:
    operator_make()
    codes_switch(channel="max", is_on=True)
    contract_make("authorization")
    (person,) = people_make(1, channel="max")
    code, number = code_asked(person, ContactKind.MAX)

    assert transactional_messages_send() == 1

    (taken,) = provider.taken
    assert code in taken["text"]
    assert "#" not in taken["text"]
    assert Message.objects.get(pk=number).state == MessageState.ACCEPTED


@pytest.mark.parametrize("how", ["switched off", "contract over"])
def test_a_code_that_waits_for_max_is_held_to_what_counts_when_it_leaves(how: str, provider: FakeProvider) -> None:
    codes_switch(channel="max", is_on=True)
    contract = contract_make("authorization", since=-3)
    (person,) = people_make(1, channel="max")
    _, number = code_asked(person, ContactKind.MAX)
    if how == "switched off":
        codes_switch(channel="max", is_on=False)
    else:
        contract_end(channel="max", contract_id=contract.pk, last_day=contract_today() - timedelta(days=1))

    transactional_messages_send()

    message = Message.objects.get(pk=number)
    assert (message.state, message.skip_reason) == (MessageState.SKIPPED, SkipReason.NOT_IN_CONTRACT)
    assert provider.taken == []


def test_a_notice_over_max_needs_no_contract(provider: FakeProvider) -> None:
    operator_make()
    (person,) = people_make(1, channel="max")
    address = ContactPoint.objects.get(customer=person).value
    notice_send(notice="max_linked", channel="max", customer_id=person.pk, request_key="once", address=address)

    assert transactional_messages_send() == 1
    assert len(provider.taken) == 1


def test_a_code_does_not_wait_behind_a_campaign(sink: SmtpSink) -> None:
    campaign = campaign_running(people_make(30))
    (person,) = people_make(1, word="code")
    code_asked(person, ContactKind.EMAIL)

    assert transactional_messages_send() == 1

    assert sink.taken[0].address.startswith("code-")
    assert Message.objects.filter(campaign=campaign, state=MessageState.PLANNED).count() == 30
    assert campaign_messages_send(channel="email") == 30


FACTS = {"number": "О-2026-000001-00", "mask": "i•••@y•••.ru"}


@pytest.mark.parametrize("notice", [name for name, text in NOTICES.items() if text.button])
def test_every_notice_goes_by_mail_with_a_link_that_works(sink: SmtpSink, notice: str) -> None:
    operator_make()
    (person,) = people_make(1)
    point = ContactPoint.objects.get(customer=person)
    notice_send(
        notice=notice, channel="email", customer_id=person.pk, contact_point_id=point.pk, request_key="k", context=FACTS
    )

    assert transactional_messages_send() == 1

    token = sink.taken[0].text().split("/k/")[1].split()[0]
    link = link_resolve(token=token)
    assert link is not None
    assert (link.customer_id, link.scope) == (person.pk, NOTICES[notice].scope)
    assert sink.taken[0].address == point.value
    assert "((" not in sink.taken[0].text("html")


def test_the_old_contact_is_told_of_its_replacement(provider: FakeProvider) -> None:
    operator_make()
    (person,) = people_make(1, channel="sms")
    point = ContactPoint.objects.get(customer=person)
    ContactPoint.objects.filter(pk=point.pk).update(is_current=False)
    notice_send(
        notice="contact_changed", channel="sms", customer_id=person.pk, contact_point_id=point.pk, request_key="k"
    )

    assert transactional_messages_send() == 1

    (taken,) = provider.taken
    assert taken["address"] == point.value
    assert Link.objects.get().scope == LinkScope.CANCEL_CHANGE


@pytest.mark.parametrize("names_contact", [True, False])
def test_a_notice_never_goes_to_somebody_who_said_that_it_is_not_them(sink: SmtpSink, names_contact: bool) -> None:
    first, second = people_make(2)
    for person in (first, second):
        point = ContactPoint.objects.get(customer=person)
        where = {"contact_point_id": point.pk} if names_contact else {"address": point.value}
        notice_send(notice="contact_changed", channel="email", customer_id=person.pk, request_key="k", **where)
    denied = ContactPoint.objects.get(customer=first)
    StopFactory(customer=first, kind=denied.kind, value=denied.value, reason=StopReason.NOT_MINE)

    assert transactional_messages_send() == 1

    stopped = Message.objects.get(customer=first)
    assert (stopped.state, stopped.skip_reason) == (MessageState.SKIPPED, SkipReason.SUPPRESSED)
    assert Message.objects.get(customer=second).state == MessageState.ACCEPTED


def test_who_asked_for_silence_is_still_told_of_their_own_acts(sink: SmtpSink) -> None:
    (person,) = people_make(1)
    point = ContactPoint.objects.get(customer=person)
    StopFactory(customer=person, reason=StopReason.REFUSED_ALL)
    notice_send(
        notice="contact_changed", channel="email", customer_id=person.pk, contact_point_id=point.pk, request_key="k"
    )

    assert transactional_messages_send() == 1


@pytest.mark.parametrize("kind", [EventKind.REFUSED, EventKind.WITHDRAWN])
def test_codes_and_notices_of_ones_own_acts_come_after_a_no_too(sink: SmtpSink, kind: EventKind) -> None:
    (person,) = people_make(1)
    point = ContactPoint.objects.get(customer=person)
    answer_make(point, kind=kind)
    code_asked(person, ContactKind.EMAIL)
    notice_send(
        notice="contact_changed", channel="email", customer_id=person.pk, contact_point_id=point.pk, request_key="k"
    )

    assert transactional_messages_send() == 2


def test_a_closed_channel_holds_notices_back_until_it_opens(sink: SmtpSink) -> None:
    (person,) = people_make(1)
    number = notice_send(notice="max_linked", channel="email", customer_id=person.pk, address="a@b.ru", request_key="1")
    ChannelSetting.objects.update_or_create(channel="email", defaults={"is_open": False})

    before = database_now()
    assert transactional_messages_send() == 0
    after = database_now()

    waiting = Message.objects.get(pk=number)
    assert (waiting.state, waiting.attempt) == (MessageState.PLANNED, 0)
    assert before <= waiting.not_before - timedelta(seconds=5) <= after
    ChannelSetting.objects.update(is_open=True)
    Message.objects.update(not_before=timezone.now())
    assert transactional_messages_send() == 1


def test_a_code_passes_a_closed_channel_at_once(sink: SmtpSink) -> None:
    (person,) = people_make(1)
    _, number = code_asked(person, ContactKind.EMAIL)
    ChannelSetting.objects.update_or_create(channel="email", defaults={"is_open": False})

    assert transactional_messages_send() == 1

    assert Message.objects.get(pk=number).state == MessageState.ACCEPTED


def test_a_slow_server_for_one_channel_lets_the_others_have_their_turn(
    sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopwatch = Stopwatch()
    monkeypatch.setattr(loops, "time", stopwatch)
    sink.log.on_letter = lambda: stopwatch.sleep(LOOP_SECONDS * 0.6)
    for person in people_make(6):
        code_asked(person, ContactKind.EMAIL)

    assert transactional_messages_send() == 2


def test_a_reply_in_max_has_a_button_only_when_it_leads_to_somebody(provider: FakeProvider) -> None:
    (person,) = people_make(1, channel="max")
    notice_send(notice="max_linked", channel="max", customer_id=person.pk, address="5001", request_key="1")
    notice_send(notice="max_refused", channel="max", customer_id=None, address="5002", request_key="2")

    assert transactional_messages_send() == 2

    buttons = {taken["address"]: len(taken["buttons"]) for taken in provider.taken}
    assert buttons == {"5001": 1, "5002": 0}


def test_a_repeated_notice_is_sent_once(sink: SmtpSink) -> None:
    (person,) = people_make(1)
    numbers = {
        notice_send(notice="max_linked", channel="email", customer_id=person.pk, address="a@b.ru", request_key="k")
        for _ in range(3)
    }

    assert len(numbers) == 1
    assert transactional_messages_send() == 1


class TestATestSend:
    def test_goes_to_the_one_who_asks_with_made_up_values(self, sink: SmtpSink) -> None:
        operator_make()
        staff = StaffFactory()
        people_make(3)
        campaign = CampaignFactory(text="((имя)): ((ссылка))")

        number = step_test(step_id=step_of(campaign).pk, asked_by_id=staff.pk)
        transactional_messages_send()

        (taken,) = sink.taken
        assert taken.address == staff.email
        text = taken.text()
        assert "Анна Петровна Ёлкина" in text
        assert link_resolve(token=text.split("/k/")[1].split()[0]) is None
        assert Message.objects.get(pk=number).kind == MessageKind.TEST

    def test_never_goes_to_somebody_elses_address(self) -> None:
        campaign = CampaignFactory()

        with pytest.raises(TestAddressRefused):
            step_test(step_id=step_of(campaign).pk, asked_by_id=StaffFactory().pk, address="boss@romashka.example")

    def test_reaches_a_typed_phone_in_the_sandbox_only(self, provider: FakeProvider, settings: Settings) -> None:
        campaign = CampaignFactory(channel="sms", text="((ссылка))")
        staff = StaffFactory()

        step_test(step_id=step_of(campaign).pk, asked_by_id=staff.pk, address="+79160000000")
        assert transactional_messages_send() == 1
        assert provider.taken[0]["address"] == "+79160000000"

        settings.SANDBOX = False
        with pytest.raises(TestAddressRefused):
            step_test(step_id=step_of(campaign).pk, asked_by_id=staff.pk, address="+79160000000")

    def test_is_no_part_of_the_figures(self) -> None:
        campaign = campaign_running(people_make(1))
        step_test(step_id=step_of(campaign).pk, asked_by_id=StaffFactory().pk)

        status = campaign_status(campaign_id=campaign.pk)
        assert (status.open, status.complete) == (1, True)


def test_a_server_that_says_later_gets_the_code_again_within_seconds(sink: SmtpSink) -> None:
    (person,) = people_make(1, word="rcpt451")
    _, number = code_asked(person, ContactKind.EMAIL)

    transactional_messages_send()

    message = Message.objects.get(pk=number)
    assert message.state == MessageState.PLANNED
    assert message.not_before - database_now() < timedelta(seconds=5)


@pytest.mark.parametrize(("limits", "words"), [({}, "10 минут"), ({"ttl_s": 120}, "2 минуты")])
def test_a_letter_says_how_long_its_code_lives(
    sink: SmtpSink, settings: Settings, limits: dict[str, int], words: str
) -> None:
    settings.CONSENTS_CODES = limits
    (person,) = people_make(1)
    life, before = timedelta(seconds=limits.get("ttl_s", 600)), timezone.now()
    _, number = code_asked(person, ContactKind.EMAIL)
    ends = Message.objects.get(pk=number).expires_at
    assert ends is not None
    assert before + life <= ends <= timezone.now() + life

    transactional_messages_send()

    for text in (sink.taken[0].text("plain"), sink.taken[0].text("html")):
        assert f"Код действует {words}. Он подтверждает" in text.replace("\n", " ")
