"""What is known of one account: its messages both ways, each found by an index among millions of others."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from consents.enums import Channel, ContactKind
from notify.dialogues.account_facts import max_dialogue_of, messages_to
from notify.enums import MessageKind, MessageState
from notify.models import AccountDialogue, InboundMessage, Message
from tests.factories.consents import ContactPointFactory
from tests.factories.dialogues import customer_writes

ACCOUNT = "500100"
MANY = 3000
"""Rows of other accounts: enough that a planner who knows of them reads no whole table."""

pytestmark = pytest.mark.django_db


def _sent(**fields: object) -> Message:
    now = timezone.now()
    more = {"kind": MessageKind.NOTICE, "channel": Channel.MAX, "state": MessageState.ACCEPTED, **fields}
    return Message.objects.create(not_before=now, created_at=now, **more)


def _crowd() -> None:
    """Add messages of many other accounts to both tables, and tell the planner of them."""
    now = timezone.now()
    dialogue = customer_writes("500200", channel=Channel.MAX)
    Message.objects.bulk_create(
        Message(
            kind=MessageKind.REPLY, channel=Channel.MAX, address=f"6{number:05}", not_before=now, created_at=now,
            contact_point=None,
        )
        for number in range(MANY)
    )  # fmt: skip
    InboundMessage.objects.bulk_create(
        InboundMessage(
            dialogue=dialogue, provider="crowd", event_key=str(number), channel=Channel.MAX, account=f"6{number:05}",
            occurred_at=now, received_at=now,
        )
        for number in range(MANY)
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE notify_message, notify_inboundmessage")


def _plans(act: Callable[[], object]) -> str:
    with CaptureQueriesContext(connection) as queries:
        act()
    plans = []
    with connection.cursor() as cursor:
        for query in queries:
            cursor.execute("EXPLAIN " + query["sql"])
            plans += [line for (line,) in cursor.fetchall()]
    return "\n".join(plans)


def test_messages_to_an_account_are_those_of_its_address_and_of_its_contacts() -> None:
    contact = ContactPointFactory(kind=ContactKind.MAX, value=ACCOUNT)
    by_address = _sent(address=ACCOUNT)
    by_contact = _sent(contact_point=contact, customer=contact.customer)
    _sent(address=ACCOUNT, kind=MessageKind.TEST)
    _sent(address=ACCOUNT, channel=Channel.SMS)
    _sent(address="500200")

    found = messages_to(channel=Channel.MAX, account=ACCOUNT, contact_point_ids=[contact.pk])

    assert [one.created_at for one in found] == [by_address.created_at, by_contact.created_at]
    assert messages_to(channel=Channel.MAX, account=ACCOUNT, contact_point_ids=[]) == found[:1]


@pytest.mark.parametrize("has_contact", [True, False])
def test_messages_to_an_account_are_found_by_indexes(has_contact: bool) -> None:
    contacts = [ContactPointFactory(kind=ContactKind.MAX, value=ACCOUNT).pk] if has_contact else []
    _crowd()

    plans = _plans(lambda: messages_to(channel=Channel.MAX, account=ACCOUNT, contact_point_ids=contacts))

    assert "message_address" in plans
    assert "Seq Scan on notify_message" not in plans
    assert ("contact_point_id" in plans) == has_contact


def test_what_an_account_has_written_is_found_by_an_index() -> None:
    AccountDialogue.objects.create(channel=Channel.MAX, account=ACCOUNT, is_open=True, changed_at=timezone.now())
    _crowd()

    plans = _plans(lambda: max_dialogue_of(account=ACCOUNT))

    assert "inbound_of_account" in plans
    assert "Seq Scan on notify_inboundmessage" not in plans
