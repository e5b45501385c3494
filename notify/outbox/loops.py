"""What one nudge does: go on with chunks until the queue is empty, the channel is down or the time is up."""

import time
from collections.abc import Callable
from typing import Final

from consents.enums import Channel
from notify.channels.registry import adapter_make
from notify.conf import CHUNK_SIZE, LOOP_SECONDS, notify_conf
from notify.outbox.pacing import tokens_return, tokens_take
from notify.outbox.queue import is_waiting
from notify.outbox.sender import CAMPAIGNS, TRANSACTIONAL, ChannelDown, ChannelSender, Lane, channel_ready

GRACE_SECONDS: Final = 0.5
"""For the chunk in hand: a server of usual speed takes a whole one in that time, and nothing has to be given back."""


def campaign_messages_send(*, channel: str, seconds: float = LOOP_SECONDS) -> int:
    """Send what is due over ``channel`` for up to ``seconds``; return how many the provider took.

    Any number of workers may do so at once: each row has one taker. A repeat goes on with what is left.
    """
    return _send(channel, CAMPAIGNS, _chunk, seconds)


def transactional_messages_send() -> int:
    """Send codes, notices and tests that wait, each channel for some seconds; return how many were taken."""
    return sum(_send(channel, TRANSACTIONAL, _one, LOOP_SECONDS) for channel in Channel)


def campaign_messages_waiting(*, channel: str) -> bool:
    """Return whether a campaign's message is due over ``channel`` now."""
    return is_waiting(channel=channel, priority=CAMPAIGNS.priority)


def _send(channel: str, lane: Lane, step: Callable[[ChannelSender, str, float], bool], seconds: float) -> int:
    """Repeat ``step`` while it finds messages and the channel is up, for up to ``seconds``."""
    conf = notify_conf()
    if channel not in conf.channels or not is_waiting(channel=channel, priority=lane.priority):
        return 0
    adapter = adapter_make(channel, conf.providers)
    sender = ChannelSender(adapter=adapter, channel=channel, lane=lane)
    deadline = time.monotonic() + seconds
    try:
        while time.monotonic() < deadline and channel_ready(adapter, channel):
            if not step(sender, channel, deadline):
                break
    except ChannelDown:
        pass
    finally:
        adapter.close()
    return sender.accepted


def _chunk(sender: ChannelSender, channel: str, deadline: float) -> bool:
    """Send one chunk at the channel's pace. Return False when the queue has nothing for now."""
    granted, wait = tokens_take(channel=channel, wanted=CHUNK_SIZE)
    if not granted:
        time.sleep(min(wait, max(0.0, deadline - time.monotonic())))
        return time.monotonic() < deadline
    done = sender.send(limit=granted, deadline=deadline + GRACE_SECONDS)
    tokens_return(channel=channel, count=granted - done)
    return done > 0


def _one(sender: ChannelSender, channel: str, _deadline: float) -> bool:
    """Send one message: a second worker takes the next one while this one waits for its provider.

    It never waits for a token, but what it takes is missing for campaigns.
    """
    taken = sender.send(limit=1)
    tokens_return(channel=channel, count=-taken)
    return taken > 0
