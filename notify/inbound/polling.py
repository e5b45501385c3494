"""Updates of MAX, asked for instead of being told: for development, where MAX cannot call us."""

import time
from collections.abc import Callable
from contextlib import closing
from typing import Any, Final, cast

from notify.channels.base import Misconfigured, TemporarilyUnavailable
from notify.channels.registry import adapter_of
from notify.provider_setups import provider_named

PAUSE_SECONDS: Final = 5.0


def updates_poll(*, name: str, keep: Callable[[bytes], None], goes_on: Callable[[], bool]) -> None:
    """Ask for updates until ``goes_on`` says no, and give each to ``keep``; the marker moves on only after that.

    Raises `SetupMissing`, and `Misconfigured` for a provider that is not asked, or that calls an address already.
    """
    provider = provider_named(name)
    with closing(adapter_of(provider, provider.channels[0])) as adapter:
        if not hasattr(adapter, "updates"):
            raise Misconfigured("no_polling")
        marker: Any = None
        while goes_on():
            try:
                bodies, following = cast(Any, adapter).updates(marker)
            except TemporarilyUnavailable:
                time.sleep(PAUSE_SECONDS)
                continue
            for body in bodies:
                keep(body)
            marker = following
