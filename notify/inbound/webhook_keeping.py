"""Providers that are told by a call where to call us, and told again when they have forgotten it."""

import logging
from contextlib import closing
from functools import partial
from typing import cast

from consents.apart import apart
from notify.channels.base import Misconfigured, TemporarilyUnavailable
from notify.channels.events import WebhookKeeper
from notify.channels.registry import adapter_of
from notify.errors import SetupMissing
from notify.provider_setups import provider_named, setup_values, setups_listed

logger = logging.getLogger("notify.providers")


def webhooks_keep() -> int:
    """Look after the webhook of every set-up that is on; return how many had to be told. A repeat tells none.

    MAX drops an address that has not answered for 8 hours; what it has to tell is then lost after some hours more.
    """
    names = [setup.name for setup in setups_listed() if setup.is_on]
    return sum(apart(f"webhook of {name}", partial(webhook_keep, name=name), broken=False) for name in names)


def webhook_keep(*, name: str, is_new: bool = False) -> bool:
    """Look after the webhook of one set-up; ``is_new`` tells its address and secret in any case.

    False where nothing had to be told, where the provider is not told by a call, and where it could not be reached,
    which is logged: the next round tries again.
    """
    values = setup_values(name=name)
    try:
        provider = provider_named(name)
        if provider.adapter is None or provider.has_own_process:
            return False
        with closing(adapter_of(provider, provider.channels[0])) as adapter:
            if not hasattr(adapter, "webhook_keep"):
                return False
            adapter.open()
            told = cast("WebhookKeeper", adapter).webhook_keep(
                values.webhook_url, values.webhook_secrets[0], is_new=is_new
            )
    except (TemporarilyUnavailable, Misconfigured) as error:
        logger.warning("provider %s was not told where to call us: %s", name, error.reason)
        return False
    if told:
        logger.warning("provider %s was told where to call us", name)
    return told


def webhook_is_told(*, name: str) -> bool:
    """Return whether this provider is told by a call where to call us. Nothing is called."""
    try:
        provider = provider_named(name)
        if provider.adapter is None or provider.has_own_process:
            return False
        return hasattr(adapter_of(provider, provider.channels[0]), "webhook_keep")
    except (SetupMissing, TemporarilyUnavailable, Misconfigured):
        return False
