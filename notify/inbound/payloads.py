"""What providers tell us: kept raw first, understood afterwards, and harmless when it comes twice or late."""

import datetime
import hashlib
import hmac
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, cast

from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction
from django.db.models import Count
from django.db.models.functions import Now, TruncDate
from django.utils import timezone
from psycopg.types.json import Jsonb

from notify.channels.base import ChannelError
from notify.channels.events import (
    Complaint,
    DeliveryReport,
    DialogueEvent,
    Event,
    InboundText,
    PhoneProof,
    SecretInBody,
    Webhook,
)
from notify.conf import webhook_path
from notify.errors import SetupMissing
from notify.inbound.account_dialogues import dialogue_apply, phone_proof_apply
from notify.inbound.complaints import complaint_apply
from notify.inbound.texts import text_apply
from notify.models import InboundPayload
from notify.outbox.queue import CONNECTION_ERRORS
from notify.outbox.reports import message_of, report_record
from notify.provider_setups import provider_named
from notify.statements import run

logger = logging.getLogger("notify.inbound")

BACKLOG_SECONDS: Final = 20
"""A payload that nobody has handled for so long has lost its nudge."""

COUNTED_DAYS: Final = 7
COUNTED_CALLS: Final = 50_000
"""Of all providers together: the page of one reads no further back."""
EARLY: Final = datetime.timedelta(seconds=60)
"""A report may come before the outcome of the very call that it is about is stored."""

KEPT_FOR: Final = datetime.timedelta(days=30)
"""How long a call stays as it came, after what it said has been understood: long enough to settle a dispute."""
FORGET_BATCH: Final = 10_000

NOTHING_FOR_US: Final = "nothing_for_us"
"""A call that holds no event of a kind that we know: counted under this word."""

_KEPT_HEADERS: Final = frozenset({"content-type", "user-agent", "x-request-id"})
"""Never a secret, never an address."""


_STORE: Final = """
INSERT INTO notify_inboundpayload (provider, digest, headers, body, received_at, error_code)
VALUES (%(provider)s, %(digest)s, %(headers)s, %(body)s, statement_timestamp(), '')
ON CONFLICT (provider, digest) DO NOTHING
RETURNING id
"""


def webhook_path_is_right(provider: str, path_secret: str) -> bool:
    """Compare the secret half of a path, in constant time."""
    expected = webhook_path(provider=provider).rpartition("/")[2]
    return hmac.compare_digest(path_secret.encode(), expected.encode())


def webhook_of_call(*, provider: str, path_secret: str, headers: Mapping[str, str], body: bytes) -> Webhook | None:
    """Return the webhook that a call is for; None for a wrong path, an unknown provider, a call that is not theirs."""
    if not webhook_path_is_right(provider, path_secret):
        return None
    try:
        webhook = provider_named(provider).webhook
    except SetupMissing:
        return None
    return webhook if webhook is not None and webhook.verify(headers, body) else None


def payload_store(
    *, provider: str, headers: Mapping[str, str], body: bytes, webhook: Webhook | None = None
) -> int | None:
    """Keep a call as it came, but for a secret that its body repeats. None for one whose very bytes are there.

    ``webhook`` is that of the provider, from a caller who knows it.
    """
    body = _without_secret(webhook or provider_named(provider).webhook, body)
    digest = hashlib.sha256(provider.encode() + b"\0" + body).hexdigest()
    kept = {name: value[:200] for name, value in headers.items() if name.lower() in _KEPT_HEADERS}
    text = body.decode("utf-8", "replace").replace("\0", "")
    row = run(_STORE, {"provider": provider, "digest": digest, "headers": Jsonb(kept), "body": text}).fetchone()
    return row[0] if row else None


def _without_secret(webhook: Webhook | None, body: bytes) -> bytes:
    return cast("SecretInBody", webhook).without_secret(body) if hasattr(webhook, "without_secret") else body


@transaction.atomic
def payload_handle(*, payload_id: int) -> bool:
    """Act upon a stored call, once. False when it has been handled, or is being handled, by somebody else.

    One that cannot be understood, or breaks what it meets, is marked with the reason and leaves nothing half done:
    it must not hold up those behind it. A report that is faster than the commit of its message waits for the next
    round (`EARLY`).
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
            webhook = provider_named(payload.provider).webhook
            events = webhook.read(payload.body.encode()) if webhook else ()
            found = [_event_apply(payload.provider, event) for event in events]
        if not found:
            payload.error_code = NOTHING_FOR_US
        if not all(found):
            if timezone.now() - payload.received_at < EARLY:
                return False
            payload.error_code = "message_not_found"
    except (ChannelError, SetupMissing) as error:
        payload.error_code = (error.reason if isinstance(error, ChannelError) else error.code)[:60]
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


@dataclass(frozen=True, slots=True)
class CallsOfDay:
    """How many calls of one provider came on a day with one outcome; without ``error_code`` they were understood."""

    day: datetime.date
    error_code: str
    count: int


def calls_counted(*, provider: str) -> list[CallsOfDay]:
    """Count the calls of a provider in the last days by day and error code, newest first. No body is read."""
    since = Now() - datetime.timedelta(days=COUNTED_DAYS)
    newest = InboundPayload.objects.order_by("-id").values_list("id", flat=True).first() or 0
    calls = InboundPayload.objects.filter(provider=provider, received_at__gte=since, id__gt=newest - COUNTED_CALLS)
    by_day = calls.annotate(day=TruncDate("received_at")).values_list("day", "error_code")
    return [CallsOfDay(*row) for row in by_day.annotate(count=Count("id")).order_by("-day", "error_code")]


def payloads_forget() -> int:
    """Delete calls that were handled longer ago than `KEPT_FOR`, a batch of them; return how many."""
    old = InboundPayload.objects.filter(handled_at__lt=Now() - KEPT_FOR).order_by("id").values("pk")[:FORGET_BATCH]
    return InboundPayload.objects.filter(pk__in=old).delete()[0]


def _event_apply(provider: str, event: Event) -> bool:
    """Act upon one event, harmlessly if once more. False for a report about a message that we do not have (yet)."""
    match event:
        case DeliveryReport():
            if message_of(provider=provider, reference=event.reference, provider_id=event.provider_id) is None:
                return False
            report_record(provider=provider, report=event)
        case DialogueEvent():
            dialogue_apply(event=event)
        case PhoneProof():
            phone_proof_apply(proof=event)
        case InboundText():
            text_apply(provider=provider, event=event)
        case Complaint():
            complaint_apply(provider=provider, complaint=event)
    return True
