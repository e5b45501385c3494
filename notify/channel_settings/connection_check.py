"""Trying a channel's door without sending anything."""

from notify.channels.base import Misconfigured, TemporarilyUnavailable
from notify.channels.registry import adapter_make
from notify.conf import notify_conf


def channel_try(*, channel: str) -> str:
    """Come in at the provider of ``channel`` as a sending does, and leave; give why the door stays shut, or nothing."""
    try:
        adapter = adapter_make(channel, notify_conf().providers)
        adapter.open()
    except (TemporarilyUnavailable, Misconfigured) as error:
        return error.reason
    adapter.close()
    return ""
