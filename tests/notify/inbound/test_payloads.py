"""What providers tell us: kept raw, understood once, and no final state ever moves back."""

import json
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DataError, OperationalError
from django.utils import timezone
from pytest_django import Settings

from consents.enums import Channel
from consents.models import ContactPoint
from notify.channels import events
from notify.channels.max.provider import NAME as MAX
from notify.channels.max.webhook import SECRET_HEADER as MAX_HEADER
from notify.channels.sandbox.provider import SANDBOX
from notify.conf import webhook_path
from notify.enums import MessageState
from notify.inbound import handling
from notify.inbound.handling import payload_handle, payloads_backlog
from notify.inbound.payloads import payload_store, webhook_of_call
from notify.links.account_tokens import account_token_issue
from notify.models import DeliveryReport, InboundPayload, Message
from notify.outbox import reports
from notify.outbox.reports import report_record
from tests.factories.consents import CustomerFactory
from tests.factories.notify import campaign_running, people_make
from tests.payloads import max_updates as samples

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def messages(count: int, state: MessageState = MessageState.ACCEPTED) -> list[Message]:
    """Messages that the provider has."""
    campaign = campaign_running(people_make(count))
    Message.objects.filter(campaign=campaign).update(state=state)
    return list(Message.objects.filter(campaign=campaign))


def report(message: Message, state: str, key: str = "", **fields: Any) -> events.DeliveryReport:
    """One event about a message."""
    values: dict[str, Any] = {"event_key": key or f"{message.pk}:{state}", "state": state, "occurred_at": NOW} | fields
    return events.DeliveryReport(reference=str(message.reference), **values)


def told(message: Message, state: str) -> dict[str, str]:
    """The same event as the sandbox provider sends it."""
    return {
        "key": f"{message.pk}:{state}",
        "reference": str(message.reference),
        "id": str(message.pk),
        "state": state,
        "at": NOW.isoformat(),
    }


def test_a_receipt_moves_a_message_forward() -> None:
    (message,) = messages(1)

    assert report_record(provider=SANDBOX, report=report(message, "delivered"))

    message.refresh_from_db()
    assert (message.state, message.delivered_at) == (MessageState.DELIVERED, NOW)


@pytest.mark.parametrize(
    ("first", "then"), [("delivered", "failed"), ("failed", "delivered"), ("delivered", "accepted")]
)
def test_a_final_state_never_moves(first: str, then: str) -> None:
    (message,) = messages(1)
    report_record(provider=SANDBOX, report=report(message, first))

    report_record(provider=SANDBOX, report=report(message, then))

    message.refresh_from_db()
    assert message.state == first
    assert DeliveryReport.objects.count() == 2


@pytest.mark.parametrize("state", [MessageState.PLANNED, MessageState.CLAIMED, MessageState.SKIPPED])
def test_a_message_that_never_left_cannot_be_delivered(state: MessageState) -> None:
    (message,) = messages(1)
    Message.objects.update(state=state, skip_reason="expired" if state == MessageState.SKIPPED else "")

    report_record(provider=SANDBOX, report=report(message, "delivered"))

    message.refresh_from_db()
    assert message.state == state


def test_a_receipt_settles_a_doubtful_message() -> None:
    (message,) = messages(1, MessageState.UNKNOWN)

    report_record(provider=SANDBOX, report=report(message, "delivered"))

    message.refresh_from_db()
    assert message.state == MessageState.DELIVERED


def test_the_same_event_twice_is_kept_once() -> None:
    (message,) = messages(1)

    assert report_record(provider=SANDBOX, report=report(message, "delivered"))
    assert not report_record(provider=SANDBOX, report=report(message, "delivered"))

    assert DeliveryReport.objects.count() == 1


@pytest.mark.parametrize("reference", ["", "not-a-uuid", "00000000-0000-4000-8000-000000000000"])
def test_an_event_about_nothing_of_ours_is_left_alone(reference: str) -> None:
    event = events.DeliveryReport(event_key="x", state="delivered", occurred_at=NOW, reference=reference)

    assert not report_record(provider=SANDBOX, report=event)


def test_a_thousand_receipts_shuffled_and_tripled_end_in_one_state() -> None:
    sent = messages(340)
    events = [
        report(message, state)
        for place, message in enumerate(sent)
        for state in ("accepted", "failed" if place % 7 == 0 else "delivered")
    ] * 3
    random.Random(3).shuffle(events)
    assert len(events) >= 1_000

    for event in events:
        report_record(provider=SANDBOX, report=event)

    states = dict(Message.objects.filter(pk__in=[message.pk for message in sent]).values_list("pk", "state"))
    assert states == {message.pk: "failed" if place % 7 == 0 else "delivered" for place, message in enumerate(sent)}
    assert DeliveryReport.objects.count() == 680


def test_a_call_is_kept_raw_and_handled_once() -> None:
    (message,) = messages(1)
    body = json.dumps({"events": [told(message, "delivered")]}).encode()
    payload_id = payload_store(provider=SANDBOX, headers={"Content-Type": "application/json"}, body=body)
    assert payload_id is not None

    assert payload_handle(payload_id=payload_id)
    assert not payload_handle(payload_id=payload_id)

    kept = InboundPayload.objects.get()
    assert kept.body == body.decode()
    assert kept.handled_at is not None
    message.refresh_from_db()
    assert message.state == MessageState.DELIVERED


def test_the_same_bytes_again_add_nothing() -> None:
    first = payload_store(provider=SANDBOX, headers={}, body=b"{}")

    assert payload_store(provider=SANDBOX, headers={}, body=b"{}") is None
    assert payload_store(provider=MAX, headers={}, body=b"{}") not in (None, first)


def test_no_secret_and_no_address_of_a_call_is_kept() -> None:
    headers = {MAX_HEADER: "secret", "X-Forwarded-For": "192.0.2.1", "User-Agent": "max", "Cookie": "a=b"}

    payload_store(provider=MAX, headers=headers, body=b"{}")

    assert InboundPayload.objects.get().headers == {"User-Agent": "max"}


@pytest.mark.parametrize("body", [b"not json", b"[]", b"{}", b'{"update_type": "bot_started"}', b"\xff\xfe\x00"])
def test_what_cannot_be_read_is_kept_and_marked(body: bytes) -> None:
    payload_id = payload_store(provider=MAX, headers={}, body=body)
    assert payload_id is not None

    payload_handle(payload_id=payload_id)

    kept = InboundPayload.objects.get()
    assert kept.error_code == "unreadable"
    assert kept.handled_at is not None


def test_an_update_of_max_links_the_account() -> None:
    customer = CustomerFactory()
    invitation = account_token_issue(
        channel=Channel.MAX, customer_id=customer.pk, link_id=None, session_key="session:1"
    )
    body = json.dumps(samples.bot_started(payload=invitation.payload)).encode()
    payload_id = payload_store(provider=MAX, headers={}, body=body)
    assert payload_id is not None

    payload_handle(payload_id=payload_id)

    assert ContactPoint.objects.get(customer=customer, kind="max").is_current


def test_a_call_whose_nudge_was_lost_is_found() -> None:
    payload_store(provider=SANDBOX, headers={}, body=b"{}")
    assert payloads_backlog() == 0

    InboundPayload.objects.update(received_at=timezone.now() - timedelta(minutes=1))

    assert payloads_backlog() == 1


def test_both_secrets_of_a_call_are_asked_for(settings: Settings) -> None:
    good = webhook_path(provider=MAX).rpartition("/")[2]
    headers = {MAX_HEADER: settings.MAX_WEBHOOK_SECRET}

    assert webhook_of_call(provider=MAX, path_secret=good, headers=headers, body=b"{}")
    assert not webhook_of_call(provider=MAX, path_secret="0" * 32, headers=headers, body=b"{}")
    assert not webhook_of_call(provider=MAX, path_secret=good, headers={MAX_HEADER: "wrong"}, body=b"{}")
    assert not webhook_of_call(provider=MAX, path_secret=good, headers={}, body=b"{}")
    assert not webhook_of_call(provider="unknown", path_secret=good, headers=headers, body=b"{}")


def test_during_a_rotation_the_old_and_the_new_secret_open(settings: Settings) -> None:
    settings.MAX_WEBHOOK_SECRET = "old, new"
    good = webhook_path(provider=MAX).rpartition("/")[2]

    opened = [
        webhook_of_call(provider=MAX, path_secret=good, headers={MAX_HEADER: given}, body=b"{}") is not None
        for given in ("old", "new", "old, new", "other", "")
    ]
    assert opened == [True, True, False, False, False]


def test_a_provider_without_a_secret_in_the_settings_is_closed(settings: Settings) -> None:
    settings.MAX_WEBHOOK_SECRET = ""
    good = webhook_path(provider=MAX).rpartition("/")[2]

    assert not webhook_of_call(provider=MAX, path_secret=good, headers={MAX_HEADER: ""}, body=b"{}")


def test_outside_the_sandbox_its_webhook_is_closed(settings: Settings) -> None:
    settings.SANDBOX = False
    good = webhook_path(provider=SANDBOX).rpartition("/")[2]

    headers = {"X-Sandbox-Secret": settings.SANDBOX_SECRET}
    assert not webhook_of_call(provider=SANDBOX, path_secret=good, headers=headers, body=b"{}")


def test_a_report_with_a_sign_that_the_database_refuses_is_recorded() -> None:
    (message,) = messages(1)
    body = json.dumps({"events": [told(message, "undelivered") | {"detail": "no\0body"}]}).encode()
    payload_id = payload_store(provider=SANDBOX, headers={}, body=body)
    assert payload_id is not None

    assert payload_handle(payload_id=payload_id)

    assert DeliveryReport.objects.get(message=message).detail == "no\ufffdbody"


def test_a_payload_that_breaks_its_reader_is_marked_and_leaves_nothing_half_done(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = messages(2)

    def move(told: list[reports.Told]) -> None:
        moved(told)
        raise DataError("Ёлкина +7 916 123-45-12")

    moved = reports._move
    monkeypatch.setattr(reports, "_move", move)
    body = json.dumps({"events": [told(first, "delivered"), told(second, "delivered")]}).encode()
    payload_id = payload_store(provider=SANDBOX, headers={}, body=body)
    assert payload_id is not None

    assert payload_handle(payload_id=payload_id)

    payload = InboundPayload.objects.get(pk=payload_id)
    assert (payload.error_code, payload.handled_at is None) == ("broke_DataError", False)
    assert DeliveryReport.objects.count() == 0
    assert "Ёлкина" not in caplog.text


def test_a_database_that_goes_away_says_nothing_about_the_payload(monkeypatch: pytest.MonkeyPatch) -> None:
    (message,) = messages(1)

    def record(_: object) -> list[bool]:
        raise OperationalError

    monkeypatch.setattr(handling, "reports_record", record)
    body = json.dumps({"events": [told(message, "delivered")]}).encode()
    payload_id = payload_store(provider=SANDBOX, headers={}, body=body)
    assert payload_id is not None

    with pytest.raises(OperationalError):
        payload_handle(payload_id=payload_id)
    assert InboundPayload.objects.get(pk=payload_id).handled_at is None
