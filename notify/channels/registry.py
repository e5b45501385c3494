"""Which providers there are, and which of them carries what."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from notify.channels.base import ChannelAdapter, Misconfigured
from notify.channels.events import Webhook
from notify.channels.max.provider import max_provider
from notify.channels.sandbox.provider import sandbox_provider
from notify.channels.setup import Provider
from notify.channels.smtp.provider import smtp_provider

PROVIDERS: Final[list[Callable[[Any], Provider | None]]] = [
    smtp_provider,
    max_provider,
    sandbox_provider,
]
"""One line a provider, in the order of preference. Each reads its part of the settings; None when it is not set up."""


def providers_of(settings: Any) -> tuple[Provider, ...]:
    """Return the providers that are set up, in the order of preference."""
    return tuple(provider for read in PROVIDERS if (provider := read(settings)) is not None)


def carriers_of(channel: str, providers: Sequence[Provider]) -> list[Provider]:
    """Return those who can carry messages of ``channel``, in the order of preference."""
    return [one for one in providers if one.adapter is not None and channel in one.channels]


def adapter_make(channel: str, providers: Sequence[Provider]) -> ChannelAdapter:
    """Make an adapter of the first carrier of ``channel``. Raises `Misconfigured` when there is none."""
    for provider in carriers_of(channel, providers):
        if provider.adapter is not None:
            return provider.adapter(channel)
    raise Misconfigured("no_provider")


def webhook_of(name: str, providers: Sequence[Provider]) -> Webhook:
    """Return the reader of the calls of the provider ``name``. Raises `Misconfigured` when it is not set up."""
    for provider in providers:
        if provider.name == name and provider.webhook is not None:
            return provider.webhook
    raise Misconfigured("no_provider")
