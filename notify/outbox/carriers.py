"""Which of a channel's providers carries the next messages: the first in order whose circuit breaker is closed.

All workers share a breaker: the row of the provider says until when nobody calls it. The longer it fails in a row, the
longer it is left alone; meanwhile the next one in order takes over, between messages and never within one.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db.models import F, Q
from django.db.models.functions import Coalesce, Now
from django.db.models.lookups import GreaterThan

from notify.channels.base import ChannelAdapter, Misconfigured, TemporarilyUnavailable
from notify.channels.registry import carriers_of
from notify.channels.setup import Provider
from notify.conf import COOLDOWN_SECONDS
from notify.models import ProviderState
from notify.provider_setups import providers_set_up

logger = logging.getLogger("notify.sending")

FIRST_COOLDOWN: Final = 3.0
"""Until the next nudge; doubled with each failure in a row."""
LONGEST_COOLDOWN: Final = 30.0

NO_ANSWERS: Final = "no_clear_answers"
"""Why a provider is left alone whose answers do not tell whether it took anything."""

ProviderTrouble = TemporarilyUnavailable | Misconfigured
"""What an adapter raises when it is not about one message."""


@dataclass(frozen=True, slots=True)
class Carrier:
    """A provider that may be called. ``on_trial``: it failed last, so it gets one message before it gets many."""

    provider: Provider
    on_trial: bool


def carriers_ready(channel: str, providers: Sequence[Provider]) -> list[Carrier]:
    """Return the carriers of ``channel`` with a closed breaker, in the order of preference.

    One with a process of its own is ready only while that process says so.
    """
    carriers = carriers_of(channel, providers)
    states = ProviderState.objects.filter(name__in=[one.name for one in carriers]).annotate(
        is_open=Coalesce(GreaterThan(F("breaker_open_until"), Now()), False),
        is_alive=Coalesce(GreaterThan(F("alive_until"), Now()), False),
    )
    found = {name: rest for name, *rest in states.values_list("name", "is_open", "is_alive", "failures")}
    ready = []
    for one in carriers:
        is_open, is_alive, failures = found.get(one.name, (False, False, 0))
        if not is_open and (is_alive or not one.has_own_process):
            ready.append(Carrier(one, failures > 0))
    return ready


def channel_trouble(channel: str) -> tuple[str, str] | None:
    """Return the first provider of ``channel`` and why it is left alone, where none of its providers is well."""
    carriers = carriers_of(channel, providers_set_up())
    failing = dict(
        ProviderState.objects.filter(name__in=[one.name for one in carriers], failures__gt=0).values_list(
            "name", "trouble"
        )
    )
    if not carriers or len(failing) < len(carriers):
        return None
    return carriers[0].name, failing[carriers[0].name]


def cooldown_of(error: ProviderTrouble, failures: int) -> float:
    """Return the seconds for which a provider must be left alone after so many failures in a row before this one."""
    if isinstance(error, Misconfigured):
        return COOLDOWN_SECONDS
    return error.retry_after or min(FIRST_COOLDOWN * 2.0**failures, LONGEST_COOLDOWN)


def breaker_open(*, provider: str, error: ProviderTrouble) -> None:
    """Open the breaker of ``provider`` and say why. During a cool-down a repeat changes nothing and says nothing.

    What a person must mend is an error in the log when it begins, and a warning while it goes on.
    """
    state, _ = ProviderState.objects.get_or_create(name=provider)
    cooldown = cooldown_of(error, state.failures)
    is_closed = Q(breaker_open_until=None) | Q(breaker_open_until__lte=Now())
    opened = ProviderState.objects.filter(is_closed, name=provider, failures=state.failures).update(
        breaker_open_until=Now() + timedelta(seconds=cooldown),
        failures=F("failures") + (1 if state.failures < 100 else 0),
        trouble=error.reason[:60],
    )
    if opened:
        is_news = state.trouble != error.reason[:60] and (
            isinstance(error, Misconfigured) or error.reason == NO_ANSWERS
        )
        level = logging.ERROR if is_news else logging.WARNING
        logger.log(level, "provider %s cools down for %.0f s: %s", provider, cooldown, error.reason)


def breaker_close(*, provider: str) -> None:
    """Record that ``provider`` has taken messages: it is well, and its next trouble begins anew."""
    if ProviderState.objects.filter(name=provider, failures__gt=0).update(
        failures=0, trouble="", breaker_open_until=None
    ):
        logger.warning("provider %s is well again", provider)


def provider_ready(adapter: ChannelAdapter) -> bool:
    """Open a connection to the provider; return whether it is open. A failure opens its breaker."""
    try:
        adapter.open()
    except (TemporarilyUnavailable, Misconfigured) as error:
        breaker_open(provider=adapter.capabilities.provider, error=error)
        return False
    return True
