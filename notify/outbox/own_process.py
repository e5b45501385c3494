"""The loop of a provider with a process of its own (SMPP): one connection for sending and for what comes in."""

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any, Final, cast

from django.db.models.functions import Now

from consents.apart import CONNECTION_ERRORS, database_answers
from notify.channels.base import ChannelAdapter
from notify.channels.events import Listener
from notify.channels.registry import adapter_of
from notify.channels.setup import Provider
from notify.conf import CHUNK_SIZE
from notify.models import ProviderState
from notify.outbox.carriers import carriers_ready, provider_ready
from notify.outbox.lanes import CAMPAIGNS, TRANSACTIONAL, Lane
from notify.outbox.loops import paced_send, unpaced_send
from notify.outbox.queue import is_waiting
from notify.outbox.sender import ChannelDown, ChannelSender
from notify.provider_setups import provider_named, providers_set_up

logger = logging.getLogger("notify.sending")

ALIVE: Final = timedelta(seconds=15)
"""So long after its last word the process counts as gone, and the next provider in order takes over."""
IDLE_SECONDS: Final = 0.5
CHUNK_SECONDS: Final = 3.0


def provider_run(*, name: str, keep: Callable[[bytes], None], goes_on: Callable[[], bool]) -> None:
    """Send and listen by the provider ``name`` until ``goes_on`` says no. ``keep`` stores what comes in.

    Several processes of one provider would share its messages and each hold a connection. A database that does not
    answer is waited for. Raises `SetupMissing`.
    """
    provider = provider_named(name)
    (channel, *_) = provider.channels
    adapter = adapter_of(provider, channel)
    cast("Listener", adapter).keep = keep
    try:
        while goes_on():
            try:
                is_busy = _round(provider, channel, adapter)
            except CONNECTION_ERRORS:
                with suppress(*CONNECTION_ERRORS):
                    database_answers()
                is_busy = False
            if not is_busy:
                time.sleep(IDLE_SECONDS)
    finally:
        adapter.close()
        _say(name, alive_until=None)


def _round(provider: Provider, channel: str, adapter: ChannelAdapter) -> bool:
    """Bind if need be, record that the process is up, send what is due; return whether there was anything."""
    if not provider_ready(adapter):
        return False
    _say(provider.name, alive_until=Now() + ALIVE)
    ready = carriers_ready(channel, providers_set_up())
    if not ready or ready[0].provider.name != provider.name:
        return False
    has_sent = [_send(provider, channel, adapter, lane) for lane in (TRANSACTIONAL, CAMPAIGNS)]
    return any(has_sent)


def _send(provider: Provider, channel: str, adapter: ChannelAdapter, lane: Lane) -> bool:
    if not is_waiting(channel=channel, priority=lane.priority):
        return False
    sender = ChannelSender(adapter=adapter, channel=channel, lane=lane)
    wanted = max(CHUNK_SIZE, sender.batch)
    try:
        if lane is TRANSACTIONAL:
            return unpaced_send(sender, channel=channel, carrier=provider, wanted=wanted, seconds=CHUNK_SECONDS) > 0
        done = paced_send(
            sender,
            channel=channel,
            carrier=provider,
            wanted=wanted,
            # No longer than an idle round: a bucket that is full loses what comes meanwhile.
            longest_wait=IDLE_SECONDS,
            seconds=CHUNK_SECONDS,
        )
    except ChannelDown:
        return False
    return done is None or done > 0


def _say(name: str, **values: Any) -> None:
    ProviderState.objects.update_or_create(name=name, defaults=values)
