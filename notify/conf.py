"""What the room reads from the settings, in one typed place."""

from dataclasses import dataclass
from email.utils import parseaddr
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings

from consents.enums import Channel
from notify.channels.registry import ChannelConf
from notify.channels.sandbox.adapter import SandboxConf
from notify.channels.smtp.connection import Security, SmtpConf

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
REST_SECONDS: Final = 30
"""How long a channel rests after our own misconfiguration."""


@dataclass(frozen=True, slots=True)
class NotifyConf:
    """Addresses and keys as the settings give them."""

    site_url: str
    sandbox: bool
    channels: dict[str, ChannelConf]

    @property
    def domain(self) -> str:
        """Host that the site, and a code for autofill, belong to."""
        return urlsplit(self.site_url).hostname or "localhost"


def notify_conf() -> NotifyConf:
    """Read the settings. Cheap; call it once per piece of work."""
    channels: dict[str, ChannelConf] = {Channel.EMAIL: _smtp()}
    if settings.SANDBOX:
        for channel in (Channel.SMS, Channel.MAX):
            channels[channel] = SandboxConf(url=_sandbox_url(), secret=settings.SANDBOX_SECRET, channel=str(channel))
    return NotifyConf(site_url=settings.SITE_URL, sandbox=settings.SANDBOX, channels=channels)


def _sandbox_url() -> str:
    """Where the sandbox takes messages: a path of our own site unless the setting names another."""
    given: str = getattr(settings, "SANDBOX_PROVIDER_URL", "")
    return given or f"{settings.SITE_URL}/sandbox/provider/"


def _smtp() -> SmtpConf:
    security: Security = "none"
    if settings.EMAIL_USE_SSL:
        security = "tls"
    elif settings.EMAIL_USE_TLS:
        security = "starttls"
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return SmtpConf(
        host=settings.EMAIL_HOST,
        port=settings.EMAIL_PORT,
        user=settings.EMAIL_HOST_USER,
        password=settings.EMAIL_HOST_PASSWORD,
        security=security,
        sender=sender,
        domain=sender.rpartition("@")[2],
    )
