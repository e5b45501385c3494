"""What one nudge does: go on with chunks until the queue is empty, no provider is ready or the time is up."""

import math
import time
from collections.abc import Callable
from typing import Final

from consents.enums import Channel
from notify.channels.registry import adapter_of
from notify.channels.setup import Provider
from notify.conf import LOOP_SECONDS
from notify.outbox.carriers import Carrier, carriers_ready, provider_ready
from notify.outbox.lanes import CAMPAIGNS, TRANSACTIONAL, Lane
from notify.outbox.pace.pacing import chunk_of, tokens_return, tokens_take, turn_return, turn_take
from notify.outbox.pace.parallel import YIELD_SECONDS, Helpers, is_looked_after
from notify.outbox.queue import is_waiting
from notify.outbox.sender import ChannelDown, ChannelSender
from notify.provider_setups import providers_set_up

GRACE_SECONDS: Final = 0.5
"""For the chunk in hand: a server of usual speed takes a whole one in that time, and nothing has to be given back."""

CODES_SECONDS: Final = 6.0
"""How long one nudge goes on giving codes to threads. With the longest call after it a stop is still calm."""

Step = Callable[[ChannelSender, str, Carrier, float], bool]


def campaign_messages_send(*, channel: str, seconds: float = LOOP_SECONDS) -> int:
    """Send what is due over ``channel`` for up to ``seconds``; return how many the providers took.

    Any number of workers may do so at once: each row has one taker. A repeat goes on with what is left.
    """
    return _send(channel, CAMPAIGNS, _chunk, seconds)


def transactional_messages_send() -> int:
    """Send codes, notices and tests that wait, each channel for some seconds; return how many were taken.

    A provider that takes seconds for one is given several at once.
    """
    if not any(is_waiting(channel=channel, priority=TRANSACTIONAL.priority) for channel in Channel):
        return 0
    if is_looked_after():
        time.sleep(YIELD_SECONDS)
    with Helpers(_codes_send, seconds=CODES_SECONDS) as helpers:
        accepted = sum(_codes_send(channel, LOOP_SECONDS) for channel in Channel)
    return accepted + helpers.accepted


def _codes_send(channel: str, seconds: float) -> int:
    return _send(channel, TRANSACTIONAL, _one, seconds)


def campaign_messages_waiting(*, channel: str) -> bool:
    """Return whether a campaign's message is due over ``channel`` now and somebody could carry it."""
    is_due = is_waiting(channel=channel, priority=CAMPAIGNS.priority)
    return is_due and bool(carriers_ready(channel, providers_set_up()))


def _send(channel: str, lane: Lane, step: Step, seconds: float) -> int:
    """Send for up to ``seconds`` by the first provider that is ready, and by the next one when it fails."""
    if not is_waiting(channel=channel, priority=lane.priority):
        return 0
    providers = providers_set_up()
    deadline = time.monotonic() + seconds
    accepted, is_done = 0, False
    while not is_done and time.monotonic() < deadline:
        ready = carriers_ready(channel, providers)
        if not ready or ready[0].provider.has_own_process:
            break
        taken, is_done = _send_by(ready[0], channel, lane, step, deadline, has_spare=len(ready) > 1)
        accepted += taken
    return accepted


def _send_by(
    carrier: Carrier, channel: str, lane: Lane, step: Step, deadline: float, *, has_spare: bool
) -> tuple[int, bool]:
    """Repeat ``step`` while it finds messages; return how many were taken, and False when the provider has failed."""
    adapter = adapter_of(carrier.provider, channel)
    sender = ChannelSender(adapter=adapter, channel=channel, lane=lane, has_spare=has_spare, on_trial=carrier.on_trial)
    try:
        while time.monotonic() < deadline:
            if not provider_ready(adapter):
                return sender.accepted, False
            if not step(sender, channel, carrier, deadline):
                break
    except ChannelDown:
        return sender.accepted, False
    finally:
        adapter.close()
    return sender.accepted, True


def _chunk(sender: ChannelSender, channel: str, carrier: Carrier, deadline: float) -> bool:
    """Send one chunk at the pace of channel and provider. Return False when the queue has nothing for now."""
    is_trial = carrier.on_trial and not sender.accepted
    wanted = 1 if is_trial else chunk_of(carrier.provider, batch=sender.batch)
    done = paced_send(
        sender,
        channel=channel,
        carrier=carrier.provider,
        wanted=wanted,
        longest_wait=deadline - time.monotonic(),
        seconds=deadline + GRACE_SECONDS - time.monotonic(),
    )
    return time.monotonic() < deadline if done is None else done > 0


def paced_send(
    sender: ChannelSender, *, channel: str, carrier: Provider, wanted: int, longest_wait: float, seconds: float
) -> int | None:
    """Send up to ``wanted`` messages at the pace of channel and provider, no new one after so many ``seconds``.

    Return how many are done with; None where none may leave yet, after a wait for that of at most ``longest_wait``.
    Raises `ChannelDown`.
    """
    granted, wait = tokens_take(channel=channel, carrier=carrier, wanted=wanted)
    if not granted:
        time.sleep(max(0.0, min(wait, longest_wait)))
        return None
    done = sender.send(limit=granted, deadline=time.monotonic() + seconds)
    tokens_return(channel=channel, carrier=carrier, count=granted - done)
    return done


def unpaced_send(
    sender: ChannelSender, *, channel: str, carrier: Provider, wanted: int, seconds: float = math.inf
) -> int:
    """Send up to ``wanted`` messages without waiting for the pace; what they take of it is missing for campaigns.

    Return how many are done with. Raises `ChannelDown`.
    """
    done = sender.send(limit=wanted, deadline=time.monotonic() + seconds)
    tokens_return(channel=channel, carrier=carrier, count=-done)
    return done


def _one(sender: ChannelSender, channel: str, carrier: Carrier, deadline: float) -> bool:
    """Send one message: another thread takes the next one while this one waits for its provider.

    It goes before campaigns, and never faster than the provider bears.
    """
    if not turn_take(carrier.provider, deadline=deadline):
        return False
    done = sender.send(limit=1)
    turn_return(channel=channel, carrier=carrier.provider, done=done)
    return done > 0
