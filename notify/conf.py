"""The settings that the room reads, typed."""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings

CHUNK_SIZE: Final = 50
LEASE_SECONDS: Final = 20
"""Of claimed rows; renewed while the worker lives, so a killed worker's rows are free within 20 s."""
RENEW_SECONDS: Final = 6
"""A lease older than this is renewed before the next call."""
CALL_LEASE_SECONDS: Final = 30
"""Of a row that is being sent: longer than any adapter's ``call_seconds``, shorter than half a minute and a sweep."""
LOOP_SECONDS: Final = 4.0
"""How long one nudge goes on sending before it gives the worker back: channels take turns, and a stop is calm."""
ATTEMPTS: Final = 5
BACKOFF_SECONDS: Final = 30
"""First pause after "later"; doubled each time."""
COOLDOWN_SECONDS: Final = 30
"""The cool-down of a channel after our own misconfiguration."""


@dataclass(frozen=True, slots=True)
class NotifyConf:
    """Addresses and limits as the settings give them."""

    site_url: str
    sandbox: bool
    sms_parts_most: int
    codes_at_once: int
    """Of one process of the worker, to one provider."""
    brake_refusals: int
    """Of a campaign in a row, after which it is paused by itself."""

    @property
    def domain(self) -> str:
        """Return the host of the site, to which a code for autofill is bound too."""
        return urlsplit(self.site_url).hostname or "localhost"


def notify_conf() -> NotifyConf:
    """Read the settings. Cheap; call it once per piece of work."""
    return NotifyConf(
        site_url=settings.SITE_URL,
        sandbox=settings.SANDBOX,
        sms_parts_most=settings.SMS_PARTS_MOST,
        codes_at_once=settings.CODES_AT_ONCE,
        brake_refusals=settings.BRAKE_REFUSALS,
    )


def webhook_path(*, provider: str) -> str:
    """Return the path of a provider's webhook; its secret half is derived from a key outside the database."""
    digest = hmac.new(settings.LINK_KEY, f"webhook|{provider}".encode(), hashlib.sha256).hexdigest()
    return f"/webhooks/{provider}/{digest[:32]}"
