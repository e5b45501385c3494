"""Which providers there are, and which of them carries what."""

from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Any, Final

from notify.channels.base import Capabilities, ChannelAdapter, Misconfigured
from notify.channels.chatapp.provider import CHATAPP
from notify.channels.exolve.provider import EXOLVE
from notify.channels.lookup.provider import LOOKUP
from notify.channels.mailbox.provider import MAILBOX
from notify.channels.max.provider import MAX, max_provider
from notify.channels.ownapp.provider import OWN_APP
from notify.channels.sandbox.provider import sandbox_provider
from notify.channels.setup import Provider, ProviderKind
from notify.channels.smpp.provider import SMPP
from notify.channels.smsaero.provider import SMSAERO
from notify.channels.smsc.provider import SMSC
from notify.channels.smsru.provider import SMSRU
from notify.channels.smtp.provider import smtp_provider
from notify.channels.vk.provider import VK

PROVIDERS: Final[list[Callable[[Any], Provider | None]]] = [
    smtp_provider,
    max_provider,
    sandbox_provider,
]
"""One line a provider, in the order of preference. Each reads its part of the settings; None when it is not set up."""


CHANNEL_KINDS: Final[tuple[ProviderKind, ...]] = (
    MAX,
    SMSC,
    SMSRU,
    SMPP,
    SMSAERO,
    EXOLVE,
    VK,
    CHATAPP,
    OWN_APP,
    MAILBOX,
    LOOKUP,
)
"""What an administrator can set up, in the order of the page: one line a provider."""


def providers_of(settings: Any) -> tuple[Provider, ...]:
    """Return the providers that are set up, in the order of preference."""
    return tuple(provider for read in PROVIDERS if (provider := read(settings)) is not None)


def carriers_of(channel: str, providers: Sequence[Provider]) -> list[Provider]:
    """Return those who can carry messages of ``channel``, in the order of preference."""
    return [one for one in providers if one.adapter is not None and channel in one.channels]


def adapter_of(provider: Provider, channel: str) -> ChannelAdapter:
    """Make an adapter of ``provider`` for ``channel``. Raises `Misconfigured` when it carries nothing there."""
    if provider.adapter is None or channel not in provider.channels:
        raise Misconfigured("no_provider")
    return provider.adapter(channel)


def capabilities_of(provider: Provider, channel: str) -> Capabilities:
    """Return what ``provider`` can carry over ``channel``. Raises as `adapter_of` does."""
    with closing(adapter_of(provider, channel)) as adapter:
        return adapter.capabilities
