"""Calls of MTS Exolve: messages both ways, unsigned, so only their form is looked at."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from notify.channels.base import Rejected
from notify.channels.events import DeliveryReport, InboundText
from notify.channels.exolve.webhook import STATUSES, ExolveWebhook
from tests.notify.channels.sms_cases import assert_reader_never_breaks

OUTGOING = {
    "message_id": "439166538841916",
    "direction": "DIRECTION_OUTGOING",
    "sender": "Romashka",
    "receiver": "79161234567",
    "text": "Текст",
    "date": "2026-11-30T09:00:00.123Z",
    "delivery_status": "DELIVERY_STATUS_DELIVERED",
}
INCOMING = {**OUTGOING, "direction": "DIRECTION_INCOMING", "sender": "89161234567", "text": "СТОП 🙏"}


def body(fields: Mapping[str, Any], **changed: Any) -> bytes:
    return json.dumps({**fields, **changed}).encode()


def test_a_report_is_found_by_the_id_of_the_message() -> None:
    assert ExolveWebhook().verify({}, body(OUTGOING))
    (report,) = ExolveWebhook().read(body(OUTGOING))

    assert isinstance(report, DeliveryReport)
    assert (report.provider_id, report.state) == ("439166538841916", "delivered")
    assert report.event_key == "439166538841916:DELIVERED"
    assert report.occurred_at == datetime(2026, 11, 30, 9, 0, 0, 123000, tzinfo=UTC)


@pytest.mark.parametrize(("status", "meant"), STATUSES.items())
@pytest.mark.parametrize("prefix", ["DELIVERY_STATUS_", ""])
def test_every_status_means_what_the_table_says(prefix: str, status: str, meant: tuple[str, str]) -> None:
    (report,) = ExolveWebhook().read(body(OUTGOING, delivery_status=prefix + status))

    assert isinstance(report, DeliveryReport)
    assert (report.state, report.detail) == meant


@pytest.mark.parametrize("status", ["DELIVERY_STATUS_UNSPECIFIED", "x" * 500, 7])
def test_a_word_that_we_do_not_know_moves_nothing(status: Any) -> None:
    (report,) = ExolveWebhook().read(body(OUTGOING, delivery_status=status))

    assert isinstance(report, DeliveryReport)
    assert report.state == "unknown"
    assert len(report.event_key) <= 120


def test_an_outgoing_message_that_says_nothing_of_its_delivery_is_skipped() -> None:
    assert ExolveWebhook().read(body(OUTGOING, delivery_status=None)) == []


def test_an_incoming_sms_is_a_text_of_a_phone_in_our_form_and_repeats_have_one_key() -> None:
    first, again = [ExolveWebhook().read(body(INCOMING, billing_status=word))[0] for word in ("A", "B")]

    assert isinstance(first, InboundText)
    assert (first.channel, first.account, first.chat, first.text) == ("sms", "+79161234567", "+79161234567", "СТОП 🙏")
    assert first.event_key == again.event_key == "439166538841916"


def test_an_incoming_sms_of_nobody_is_skipped() -> None:
    assert ExolveWebhook().read(body(INCOMING, sender="MTS")) == []


@pytest.mark.parametrize("given", [None, "yesterday", "2026-11-30T09:00:00", 5])
def test_a_time_that_says_nothing_is_no_fault(given: Any) -> None:
    assert ExolveWebhook().read(body(OUTGOING, date=given))[0].occurred_at.tzinfo is not None


@pytest.mark.parametrize(
    "call",
    [b"", b"{}", b"[]", b"null", b"\xff", b"{" * 9000, b'{"message_id": "1"}', b'{"direction": "DIRECTION_INCOMING"}'],
)
def test_what_has_no_form_of_a_message_is_not_theirs(call: bytes) -> None:
    assert not ExolveWebhook().verify({}, call)
    with pytest.raises(Rejected, match="unreadable"):
        ExolveWebhook().read(call)


def test_any_bytes_give_events_or_a_refusal() -> None:
    assert_reader_never_breaks(ExolveWebhook(), [body(OUTGOING), body(INCOMING)])
