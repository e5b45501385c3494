"""The company's own mail server, as the settings describe it."""

from email.utils import parseaddr
from typing import Any

from notify.channels.setup import Provider
from notify.channels.smtp.adapter import SmtpChannel
from notify.channels.smtp.connection import Security, SmtpConf
from notify.channels.verp import bounce_key


def smtp_provider(settings: Any) -> Provider:
    """Read Django's own settings of the mail server. It calls nobody back."""
    security: Security = "tls" if settings.EMAIL_USE_SSL else "starttls" if settings.EMAIL_USE_TLS else "none"
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    conf = SmtpConf(
        host=settings.EMAIL_HOST,
        port=settings.EMAIL_PORT,
        user=settings.EMAIL_HOST_USER,
        password=settings.EMAIL_HOST_PASSWORD,
        security=security,
        sender=sender,
        domain=sender.rpartition("@")[2],
        reply_to=settings.REPLY_TO,
        bounce_address=settings.BOUNCE_ADDRESS,
        bounce_key=bounce_key(settings.LINK_KEY),
    )
    return Provider(name="smtp", channels=("email",), adapter=lambda _channel: SmtpChannel(conf))
