"""MAX as the settings describe it: so far it only calls us."""

from typing import Any, Final

from notify.channels.max.webhook import MaxWebhook
from notify.channels.setup import Provider, secrets_of

MAX: Final = "max"


def max_provider(settings: Any) -> Provider:
    """Read the secrets of its webhook."""
    return Provider(name=MAX, webhook=MaxWebhook(secrets_of(settings.MAX_WEBHOOK_SECRET)))
