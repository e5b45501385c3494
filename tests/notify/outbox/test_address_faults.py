"""What a failure says of the contact: a stop with its evidence, a closed dialogue, or a count."""

from datetime import timedelta

import pytest
from django.utils import timezone

from consents.enums import ContactKind, EventKind, StopReason
from consents.models import ConsentEvent, ContactPoint, Stop
from consents.reach.stopping import bounce_lift
from notify.channels.base import AddressFault
from notify.channels.events import DeliveryReport
from notify.models import Message, SoftFault
from notify.outbox.address_faults import SOFT_FAULTS, address_fault_apply
from notify.outbox.reports import report_record
from tests.consents.gate import gate_reason
from tests.factories.consents import circumstances_make
from tests.factories.notify import campaign_running, contact_of, people_make

pytestmark = pytest.mark.django_db


def sent(channel: str = "email") -> Message:
    """A message of a campaign that has left."""
    campaign_running(people_make(1, channel=channel), channel=channel)
    Message.objects.update(state="accepted", provider="p", provider_id="p1", sending_at=timezone.now())
    return Message.objects.get()


def fails(message: Message, fault: AddressFault, key: str = "1") -> None:
    """The provider reports a failure."""
    report = DeliveryReport(
        event_key=key, state="failed", occurred_at=timezone.now(), provider_id="p1", detail="why", address_fault=fault
    )
    report_record(provider="p", report=report)


def reason_to_hold(message: Message, channel: str) -> str:
    """What the gate would say of the next message to the same contact."""
    point = contact_of(message)
    return gate_reason(
        customer_id=point.customer_id,
        contact_point_id=point.pk,
        channel=channel,
        purpose="service",
        legal_basis="law",
    )


@pytest.mark.parametrize(
    ("channel", "fault", "reason"),
    [("email", "dead", StopReason.BOUNCED), ("sms", "dead", StopReason.BOUNCED), ("sms", "barred", StopReason.BARRED)],
)
def test_a_contact_at_which_nothing_can_arrive_is_stopped_with_the_evidence(
    channel: str, fault: AddressFault, reason: StopReason
) -> None:
    message = sent(channel)

    fails(message, fault)
    fails(message, fault, key="2")

    stop = Stop.objects.get()
    assert (stop.customer, stop.value, stop.reason) == (None, contact_of(message).value, reason)
    event = ConsentEvent.objects.get(kind=EventKind.STOP_SET)
    assert (event.actor_kind, event.method) == ("system", "system")
    assert event.evidence.personal["failure"] == "why"
    assert event.evidence.personal["message"] == str(message.reference)
    assert reason_to_hold(message, channel) == "suppressed"


def test_a_code_that_comes_through_undoes_the_stop_of_a_number() -> None:
    message = sent("sms")
    fails(message, "dead")
    point = contact_of(message)

    bounce_lift(
        customer_id=point.customer_id, kind=ContactKind.PHONE, value=point.value, circumstances=circumstances_make()
    )

    assert not Stop.objects.filter(lifted_at=None).exists()


def test_a_message_that_failed_for_another_reason_says_nothing_of_the_contact() -> None:
    fails(sent(), "")

    assert Message.objects.get().state == "failed"
    assert not Stop.objects.exists()


def test_soft_failures_count_and_only_many_over_weeks_stop_a_contact() -> None:
    message = sent()
    for number in range(SOFT_FAULTS + 1):
        address_fault_apply(message_id=message.pk, fault="soft", detail=str(number))
    assert not Stop.objects.exists()

    SoftFault.objects.update(first_at=timezone.now() - timedelta(days=15))
    address_fault_apply(message_id=message.pk, fault="soft", detail="full")

    assert Stop.objects.get().reason == StopReason.BOUNCED


def test_a_message_that_comes_through_ends_the_count() -> None:
    message = sent()
    address_fault_apply(message_id=message.pk, fault="soft", detail="full")

    report_record(
        provider="p",
        report=DeliveryReport(event_key="d", state="delivered", occurred_at=timezone.now(), provider_id="p1"),
    )

    assert not SoftFault.objects.exists()


def test_a_closed_dialogue_makes_the_account_unreachable_and_is_no_refusal() -> None:
    message = sent("max")

    fails(message, "closed")

    assert ContactPoint.objects.get().max_chat_id is None
    assert not Stop.objects.exists()
    assert not ConsentEvent.objects.exists()


def test_a_bounce_after_the_delivery_still_says_that_the_mailbox_is_gone() -> None:
    message = sent()
    Message.objects.update(state="delivered")

    fails(message, "dead")

    assert Message.objects.get().state == "delivered"
    assert Stop.objects.get().reason == StopReason.BOUNCED


def test_a_report_of_one_provider_moves_no_message_of_another() -> None:
    sent()
    report = DeliveryReport(event_key="1", state="failed", occurred_at=timezone.now(), provider_id="p1")

    assert not report_record(provider="other", report=report)
    assert Message.objects.get().state == "accepted"
