"""The check of the connection to a provider, which sends nothing."""

from notify.channels.base import Misconfigured, TemporarilyUnavailable
from notify.channels.registry import adapter_make
from notify.conf import notify_conf


def connection_check(*, channel: str) -> str:
    """Open a connection to the provider of ``channel`` and close it; return why it failed, or an empty string."""
    try:
        adapter = adapter_make(channel, notify_conf().providers)
        adapter.open()
    except (TemporarilyUnavailable, Misconfigured) as error:
        return error.reason
    adapter.close()
    return ""
