"""Several providers of one channel: who carries, who takes over, and that no message goes twice."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from consents.models import ContactPoint
from notify.channels.base import OutboundMessage, Outcome
from notify.channels.smsc.adapter import SmscChannel
from notify.enums import MessageState
from notify.messages.transactional import notice_send
from notify.models import Message, ProviderSetup, ProviderState
from notify.outbox.loops import campaign_messages_send, campaign_messages_waiting, transactional_messages_send
from notify.outbox.settling import messages_settle
from portal.laptop.fakes.smsc import SmscFake
from portal.laptop.fakes.smsru import SmsruFake
from tests.factories.notify import campaign_running, people_make
from tests.factories.providers import smsc_set_up, smsru_set_up
from tests.support.patience import PATIENCE_S

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_sandbox(settings: Settings) -> None:
    """As on a server: nobody but those who are set up carries SMS."""
    settings.SANDBOX = False


@pytest.fixture
def smsc() -> Iterator[SmscFake]:
    """The first in order."""
    with SmscFake() as fake:
        yield fake


@pytest.fixture
def smsru() -> Iterator[SmsruFake]:
    """The second."""
    with SmsruFake() as fake:
        yield fake


def sms_campaign(count: int) -> list[str]:
    """A campaign to so many phones; return them without the plus."""
    people = people_make(count, channel="sms")
    campaign_running(people, channel="sms", text="Откройте: ((ссылка))", subject="")
    return [value.lstrip("+") for value in ContactPoint.objects.values_list("value", flat=True)]


def send() -> int:
    """One nudge of the worker, with as much time as it needs."""
    return campaign_messages_send(channel="sms", seconds=PATIENCE_S)


def states() -> dict[tuple[str, str], int]:
    """Messages by state and provider."""
    found: dict[tuple[str, str], int] = {}
    for pair in Message.objects.values_list("state", "provider"):
        found[pair] = found.get(pair, 0) + 1
    return found


def test_the_first_in_order_carries_everything_in_batches(smsc: SmscFake, smsru: SmsruFake) -> None:
    smsc_set_up(smsc)
    smsru_set_up(smsru)
    phones = sms_campaign(250)

    assert send() == 250

    assert sorted(sms.phone for sms in smsc.taken) == sorted(phones)
    assert not smsru.taken
    assert len([call for call in smsc.calls if call.path.endswith("send.php")]) == 3
    assert states() == {(MessageState.ACCEPTED, "smsc"): 250}


def test_when_the_first_is_gone_the_second_takes_over_in_the_same_nudge(smsc: SmscFake, smsru: SmsruFake) -> None:
    smsc_set_up(smsc)
    smsru_set_up(smsru)
    smsc.stop()
    phones = sms_campaign(120)

    assert send() == 120

    assert sorted(sms.phone for sms in smsru.taken) == sorted(phones)
    assert states() == {(MessageState.ACCEPTED, "smsru"): 120}


def test_a_first_that_hangs_up_leaves_only_its_batch_in_doubt(smsc: SmscFake, smsru: SmsruFake) -> None:
    smsc_set_up(smsc)
    smsru_set_up(smsru)
    smsc.fault = "reset_took"
    phones = sms_campaign(250)

    send()

    assert states() == {(MessageState.UNKNOWN, "smsc"): 100, (MessageState.ACCEPTED, "smsru"): 150}
    assert sorted(sms.phone for sms in (*smsc.taken, *smsru.taken)) == sorted(phones)


def test_one_that_failed_is_tried_with_one_message_before_it_gets_many(smsc: SmscFake, smsru: SmsruFake) -> None:
    smsc_set_up(smsc)
    smsru_set_up(smsru)
    smsc.fault = "reset_took"
    sms_campaign(100)
    send()
    ProviderState.objects.update(breaker_open_until=timezone.now() - timedelta(seconds=1))

    sms_campaign(50)
    send()

    assert len(smsc.taken) == 101
    assert len(smsru.taken) == 49


def test_one_that_is_well_again_carries_again(smsc: SmscFake, smsru: SmsruFake) -> None:
    smsc_set_up(smsc)
    smsru_set_up(smsru)
    ProviderState.objects.create(name="smsc", failures=3, breaker_open_until=timezone.now() - timedelta(seconds=1))
    sms_campaign(60)

    assert send() == 60

    assert len(smsc.taken) == 60
    assert ProviderState.objects.get(name="smsc").failures == 0


def test_an_empty_account_hands_over_and_spends_no_message(smsc: SmscFake, smsru: SmsruFake) -> None:
    smsc_set_up(smsc)
    smsru_set_up(smsru)
    smsc.balance = Decimal(0)
    sms_campaign(10)

    send()

    assert states() == {(MessageState.ACCEPTED, "smsru"): 10}
    assert set(Message.objects.values_list("attempt", flat=True)) == {1}
    assert ProviderState.objects.get(name="smsc").trouble == "no_money"


def test_the_last_message_does_not_wait_for_a_first_that_stays_away(smsc: SmscFake, smsru: SmsruFake) -> None:
    smsc_set_up(smsc)
    smsru_set_up(smsru)
    smsc.stop()
    ProviderState.objects.create(name="smsc", failures=9, breaker_open_until=timezone.now() - timedelta(seconds=1))
    sms_campaign(1)

    assert send() == 1

    assert len(smsru.taken) == 1


def test_with_nobody_ready_everything_waits(smsc: SmscFake) -> None:
    smsc_set_up(smsc)
    smsc.stop()
    sms_campaign(5)

    assert send() == 0

    assert states() == {(MessageState.PLANNED, "smsc"): 5}
    assert set(Message.objects.values_list("attempt", flat=True)) == {0}
    assert not campaign_messages_waiting(channel="sms")


def test_a_provider_that_was_switched_off_carries_nothing(smsc: SmscFake, smsru: SmsruFake) -> None:
    smsc_set_up(smsc)
    smsru_set_up(smsru)
    ProviderSetup.objects.filter(name="smsc").update(is_on=False)
    sms_campaign(3)

    assert send() == 3

    assert len(smsru.taken) == 3


def test_codes_and_notices_go_over_to_the_next_too(smsc: SmscFake, smsru: SmsruFake) -> None:
    smsc_set_up(smsc)
    smsru_set_up(smsru)
    smsc.stop()
    (person,) = people_make(1, channel="sms")
    phone = ContactPoint.objects.get().value
    notice_send(notice="max_linked", channel="sms", customer_id=person.pk, address=phone, request_key="1")

    transactional_messages_send()

    assert len(smsru.phone(phone)) == 1


def test_a_message_in_doubt_is_settled_by_the_provider_when_it_is_asked(smsc: SmscFake) -> None:
    smsc_set_up(smsc)
    smsc.fault = "reset_took"
    sms_campaign(3)
    send()
    smsc.fault = ""
    assert messages_settle() == 0  # too early: it may still be at work
    Message.objects.update(sending_at=timezone.now() - timedelta(minutes=5))

    messages_settle()

    assert set(Message.objects.values_list("state", flat=True)) <= {MessageState.ACCEPTED, MessageState.DELIVERED}
    assert len(smsc.taken) == 3


def test_the_names_of_a_batch_are_stored_before_its_call(smsc: SmscFake, monkeypatch: pytest.MonkeyPatch) -> None:
    smsc_set_up(smsc)
    sms_campaign(3)
    before: list[str] = []
    hand_over = SmscChannel.send_batch

    def looked_at(channel: SmscChannel, messages: Sequence[OutboundMessage]) -> Sequence[Outcome]:
        before.extend(Message.objects.filter(state=MessageState.SENDING).values_list("provider_id", flat=True))
        return hand_over(channel, messages)

    monkeypatch.setattr(SmscChannel, "send_batch", looked_at)
    send()

    assert len(set(before)) == 3
    assert set(before) == set(Message.objects.values_list("provider_id", flat=True))


def test_a_message_that_the_provider_never_got_ends_as_failed_and_is_not_sent_again(smsc: SmscFake) -> None:
    smsc_set_up(smsc)
    smsc.fault = "reset"
    sms_campaign(2)
    send()
    smsc.fault = ""
    Message.objects.update(sending_at=timezone.now() - timedelta(minutes=5))

    messages_settle()
    send()

    assert set(Message.objects.values_list("state", "error_code")) == {(MessageState.FAILED, "not_found")}
    assert not smsc.taken
