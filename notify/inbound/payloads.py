"""What providers tell us: kept raw first, understood afterwards, and harmless when it comes twice or late."""

import datetime
import hashlib
import hmac
import logging
import uuid
from collections.abc import Mapping
from typing import Any, Final

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from notify.channels.base import ChannelError, Report
from notify.channels.max.updates import read_update
from notify.channels.registry import adapter_for_provider
from notify.channels.sandbox.adapter import SECRET_HEADER as SANDBOX_HEADER
from notify.conf import notify_conf
from notify.enums import MessageState
from notify.inbound.max_dialogues import max_update_apply
from notify.models import DeliveryReport, InboundPayload, Message
from notify.outbox import state
from notify.outbox.queue import CONNECTION_ERRORS

logger = logging.getLogger("notify.inbound")

MAX: Final = "max"
SANDBOX: Final = "sandbox"
MAX_HEADER: Final = "X-Max-Bot-Api-Secret"

BACKLOG_SECONDS: Final = 20
"""A payload that nobody has handled for so long has lost its nudge."""

_KEPT_HEADERS: Final = frozenset({"content-type", "user-agent", "x-request-id"})
"""Never a secret, never an address."""

_MOMENTS: Final[Mapping[str, str]] = {
    MessageState.ACCEPTED: "accepted_at",
    MessageState.DELIVERED: "delivered_at",
    MessageState.FAILED: "finished_at",
}


def webhook_path(*, provider: str) -> str:
    """Path of a provider's webhook; its secret half is derived from a key outside the database."""
    digest = hmac.new(settings.LINK_KEY, f"webhook|{provider}".encode(), hashlib.sha256).hexdigest()
    return f"/webhooks/{provider}/{digest[:32]}"


def webhook_is_theirs(*, provider: str, path_secret: str, headers: Mapping[str, str]) -> bool:
    """Check both secrets of a call in constant time. A provider without a secret in the settings is closed."""
    name, secret = _door(provider)
    expected = webhook_path(provider=provider).rpartition("/")[2]
    path_fits = hmac.compare_digest(path_secret.encode(), expected.encode())
    header_fits = hmac.compare_digest(headers.get(name, "").encode(), secret.encode())
    return bool(secret) and path_fits and header_fits


def payload_store(*, provider: str, headers: Mapping[str, str], body: bytes) -> int | None:
    """Keep a call as it came. None for one whose very bytes are there already."""
    digest = hashlib.sha256(provider.encode() + b"\0" + body).hexdigest()
    kept = {name: value[:200] for name, value in headers.items() if name.lower() in _KEPT_HEADERS}
    payload, is_new = InboundPayload.objects.get_or_create(
        provider=provider,
        digest=digest,
        defaults={"headers": kept, "body": body.decode("utf-8", "replace").replace("\0", "")},
    )
    return payload.pk if is_new else None


@transaction.atomic
def payload_handle(*, payload_id: int) -> bool:
    """Act upon a stored call, once. False when it has been handled, or is being handled, by somebody else.

    One that cannot be understood, or breaks what it meets, is marked with the reason and leaves nothing half done:
    it must not stand before those behind it.
    """
    payload = (
        InboundPayload.objects.select_for_update(skip_locked=True)
        .filter(pk=payload_id, handled_at__isnull=True)
        .first()
    )
    if payload is None:
        return False
    try:
        with transaction.atomic():
            _understand(payload)
    except ChannelError as error:
        payload.error_code = error.reason[:60]
    except (*CONNECTION_ERRORS, SoftTimeLimitExceeded):
        raise  # says nothing about the payload: it is tried again
    except Exception as error:
        logger.error("inbound payload %s: not understood, %s", payload.pk, type(error).__name__)
        payload.error_code = f"broke_{type(error).__name__}"[:60]
    payload.handled_at = timezone.now()
    payload.save(update_fields=["handled_at", "error_code"])
    return True


def payloads_backlog(*, limit: int = 200) -> list[int]:
    """Name the payloads whose nudge was lost, oldest first."""
    old = Now() - datetime.timedelta(seconds=BACKLOG_SECONDS)
    waiting = InboundPayload.objects.filter(handled_at__isnull=True, received_at__lt=old)
    return list(waiting.order_by("id").values_list("id", flat=True)[:limit])


@transaction.atomic
def report_record(*, provider: str, report: Report) -> bool:
    """Keep one event about a message and move the message forward. A final state never moves back.

    False for an unknown message and for an event that is there already.
    """
    message_id = _message_id(report)
    if message_id is None:
        return False
    _, is_new = DeliveryReport.objects.get_or_create(
        provider=provider,
        event_key=report.event_key,
        defaults={
            "message_id": message_id,
            "state": report.state,
            "detail": report.detail,
            "occurred_at": report.occurred_at,
        },
    )
    if is_new and report.state in _MOMENTS:
        _move(message_id, report)
    return is_new


def _move(message_id: int, report: Report) -> None:
    """Take the step only from a state that the table allows: a late or repeated event finds no row."""
    new = MessageState(report.state)
    moment = _MOMENTS[new]
    changes: dict[str, Any] = {
        "state": new,
        moment: Coalesce(F(moment), report.occurred_at),
        "lease": None,
        "leased_until": None,
    }
    if new == MessageState.FAILED:
        changes["error_code"] = (report.detail or "reported")[:60]
    if new == MessageState.DELIVERED:
        changes["accepted_at"] = Coalesce(F("accepted_at"), report.occurred_at)
        changes["finished_at"] = Coalesce(F("finished_at"), report.occurred_at)
    Message.objects.filter(pk=message_id, state__in=state.message_sources(new)).update(**changes)


def _message_id(report: Report) -> int | None:
    reference = _as_uuid(report.reference)
    if reference is not None:
        rows = Message.objects.filter(reference=reference)
    elif report.provider_id:
        rows = Message.objects.filter(provider_id=report.provider_id)
    else:
        return None
    return rows.values_list("id", flat=True).first()


def _as_uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _understand(payload: InboundPayload) -> None:
    if payload.provider == MAX:
        update = read_update(payload.body)
        if update is not None:
            max_update_apply(update=update)
        return
    name, secret = _door(payload.provider)
    adapter = adapter_for_provider(payload.provider, notify_conf().channels)
    # The secret was checked at the door and is not stored: the adapter asks for it again.
    for report in adapter.read_webhook({**payload.headers, name: secret}, payload.body.encode()):
        report_record(provider=payload.provider, report=report)


def _door(provider: str) -> tuple[str, str]:
    """Give the header and the secret of a provider."""
    if provider == MAX:
        return MAX_HEADER, settings.MAX_WEBHOOK_SECRET
    if provider == SANDBOX and settings.SANDBOX:
        return SANDBOX_HEADER, settings.SANDBOX_SECRET
    return "", ""
