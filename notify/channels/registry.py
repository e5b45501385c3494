"""Which adapter serves which channel."""

from collections.abc import Mapping

from notify.channels.base import ChannelAdapter, Misconfigured
from notify.channels.sandbox.adapter import SandboxChannel, SandboxConf
from notify.channels.smtp.adapter import SmtpChannel
from notify.channels.smtp.connection import SmtpConf

ChannelConf = SmtpConf | SandboxConf
"""One line here and one in `adapter_make` per provider."""


def adapter_make(channel: str, confs: Mapping[str, ChannelConf]) -> ChannelAdapter:
    """A new adapter for ``channel``. Raises `Misconfigured` when no provider is set for it."""
    conf = confs.get(channel)
    if isinstance(conf, SmtpConf):
        return SmtpChannel(conf)
    if isinstance(conf, SandboxConf):
        return SandboxChannel(conf)
    raise Misconfigured("no_provider")


def adapter_for_provider(provider: str, confs: Mapping[str, ChannelConf]) -> ChannelAdapter:
    """The adapter that reads the calls of ``provider``. Raises `Misconfigured` when nobody uses it."""
    for channel in confs:
        adapter = adapter_make(channel, confs)
        if adapter.capabilities.provider == provider:
            return adapter
    raise Misconfigured("no_provider")
