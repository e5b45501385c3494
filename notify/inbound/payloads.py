"""What providers tell us, kept raw: `notify.inbound.handling` understands it afterwards."""

import datetime
import hashlib
import hmac
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, cast

from django.db.models import Count
from django.db.models.functions import Now, TruncDate
from psycopg.types.json import Jsonb

from consents.storable import storable
from notify.channels.columns import column_word
from notify.channels.events import (
    SecretInBody,
    Webhook,
)
from notify.conf import webhook_path
from notify.errors import SetupMissing
from notify.models import InboundPayload
from notify.provider_setups import provider_named
from notify.statements import run

logger = logging.getLogger("notify.inbound")

COUNTED_DAYS: Final = 7
COUNTED_CALLS: Final = 50_000
"""Of all providers together: the page of one reads no further back."""
KEPT_FOR: Final = datetime.timedelta(days=30)
"""How long a call stays as it came, after what it said has been understood: long enough to settle a dispute."""
FORGET_BATCH: Final = 10_000

_KEPT_HEADERS: Final = frozenset({"content-type", "user-agent", "x-request-id"})
"""Never a secret, never an address."""
LONGEST_HEADER: Final = 200


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
    kept = {name: column_word(headers[name], LONGEST_HEADER) for name in headers if name.lower() in _KEPT_HEADERS}
    text = storable(body.decode("utf-8", "replace"))
    row = run(_STORE, {"provider": provider, "digest": digest, "headers": Jsonb(kept), "body": text}).fetchone()
    return row[0] if row else None


def _without_secret(webhook: Webhook | None, body: bytes) -> bytes:
    return cast("SecretInBody", webhook).without_secret(body) if hasattr(webhook, "without_secret") else body


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
