"""Receipts that come early, late, twice and shuffled end in one final table."""

import random
from uuid import uuid4

import pytest

from notify.channels.sandbox.webhook import SandboxWebhook
from notify.enums import MessageState
from notify.models import DeliveryReport, Message
from notify.outbox.queue import Done, lease_rows, settle
from notify.outbox.reports import report_record
from notify.types import CAMPAIGN_PRIORITY
from tests.factories.notify import campaign_running, people_make
from tests.fakes.provider import receipt, webhook
from tests.support.outbox import allowed

pytestmark = pytest.mark.django_db


def take(*events: dict[str, str]) -> None:
    """The provider calls with these events."""
    for report in SandboxWebhook(("s",)).read(webhook(*events)):
        report_record(provider="sandbox", report=report)


def messages_in(state: str, count: int) -> list[Message]:
    campaign = campaign_running(people_make(count, channel="sms"), channel="sms")
    Message.objects.filter(campaign=campaign).update(state=state)
    return list(Message.objects.filter(campaign=campaign).order_by("id"))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_tripled_and_shuffled_receipts_give_the_same_table(seed: int) -> None:
    messages = messages_in(MessageState.ACCEPTED, 60)
    events = []
    for at, message in enumerate(messages):
        last = "undelivered" if at % 3 == 0 else "delivered"
        events += [receipt(str(message.reference), "accepted"), receipt(str(message.reference), last, minutes=1)] * 3
    random.Random(seed).shuffle(events)

    take(*events)

    states = list(Message.objects.order_by("id").values_list("state", flat=True))
    assert states == [MessageState.FAILED if at % 3 == 0 else MessageState.DELIVERED for at in range(60)]
    assert DeliveryReport.objects.count() == 120


@pytest.mark.parametrize(("word", "state"), [("delivered", MessageState.DELIVERED), ("rejected", MessageState.FAILED)])
def test_a_late_receipt_settles_a_doubt(word: str, state: str) -> None:
    (message,) = messages_in(MessageState.UNKNOWN, 1)

    take(receipt(str(message.reference), word))

    message.refresh_from_db()
    assert message.state == state


def test_a_receipt_faster_than_our_own_result_is_not_overwritten() -> None:
    (message,) = messages_in(MessageState.PLANNED, 1)
    lease = uuid4()
    (row,) = lease_rows(channel="sms", priority=CAMPAIGN_PRIORITY, limit=1, lease=lease)
    allowed(row, lease)

    take(receipt(str(message.reference), "delivered"))

    assert not settle(done=[Done(row.id, MessageState.ACCEPTED, provider_id="p")], lease=lease)
    message.refresh_from_db()
    assert message.state == MessageState.DELIVERED


@pytest.mark.parametrize("state", [MessageState.DELIVERED, MessageState.FAILED])
def test_a_final_state_never_moves_back(state: str) -> None:
    (message,) = messages_in(state, 1)

    take(receipt(str(message.reference), "delivered"), receipt(str(message.reference), "expired"))

    message.refresh_from_db()
    assert message.state == state


def test_a_receipt_for_nobodys_message_changes_nothing() -> None:
    messages_in(MessageState.ACCEPTED, 1)

    take(receipt(str(uuid4()), "delivered"), receipt("not a reference", "delivered"))

    assert Message.objects.get().state == MessageState.ACCEPTED
    assert not DeliveryReport.objects.exists()
