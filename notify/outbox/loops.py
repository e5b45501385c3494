"""What one nudge does: go on with chunks until the queue is empty, the channel is down or the time is up."""

import time
from typing import Final

from consents.enums import Channel
from notify.channels.base import Misconfigured
from notify.channels.registry import adapter_make
from notify.conf import CHUNK_SIZE, LOOP_SECONDS, NotifyConf, notify_conf
from notify.outbox.lanes import CAMPAIGNS, TRANSACTIONAL
from notify.outbox.pacing import token_spend, tokens_give_back, tokens_take
from notify.outbox.queue import is_waiting
from notify.outbox.sender import ChannelDown, ChannelSender, channel_ready
from notify.types import CAMPAIGN_PRIORITY, TRANSACTIONAL_PRIORITY

GRACE_SECONDS: Final = 0.5
"""For the chunk in hand: a server of usual speed takes a whole one in that time, and nothing has to be given back."""


def campaign_messages_send(*, channel: str, seconds: float = LOOP_SECONDS) -> int:
    """Send what is due over ``channel`` for up to ``seconds``; return how many the provider took.

    Any number of workers may do so at once: each row has one taker. A repeat goes on with what is left.
    """
    conf = notify_conf()
    if channel not in conf.channels or not is_waiting(channel=channel, priority=CAMPAIGN_PRIORITY):
        return 0
    adapter = adapter_make(channel, conf.providers)
    sender = ChannelSender(adapter=adapter, channel=channel, lane=CAMPAIGNS)
    deadline = time.monotonic() + seconds
    try:
        while time.monotonic() < deadline and channel_ready(adapter, channel):
            if not _chunk(sender, channel, deadline):
                break
    except ChannelDown:
        pass
    finally:
        adapter.close()
    return sender.accepted


def campaign_messages_waiting(*, channel: str) -> bool:
    """Return whether a campaign's message is due over ``channel`` now."""
    return is_waiting(channel=channel, priority=CAMPAIGN_PRIORITY)


def _chunk(sender: ChannelSender, channel: str, deadline: float) -> bool:
    """Send one chunk at the channel's pace. Return False when the queue has nothing for now."""
    granted, wait = tokens_take(channel=channel, wanted=CHUNK_SIZE)
    if not granted:
        time.sleep(min(wait, max(0.0, deadline - time.monotonic())))
        return time.monotonic() < deadline
    done = sender.send(limit=granted, deadline=deadline + GRACE_SECONDS)
    tokens_give_back(channel=channel, count=granted - done)
    return done > 0


def transactional_messages_send() -> int:
    """Send codes, notices and tests that wait, each channel for some seconds; return how many were taken."""
    conf = notify_conf()
    waiting = [
        channel
        for channel in Channel
        if channel in conf.channels and is_waiting(channel=channel, priority=TRANSACTIONAL_PRIORITY)
    ]
    return sum(_transactional(channel, conf) for channel in waiting)


def _transactional(channel: str, conf: NotifyConf) -> int:
    try:
        adapter = adapter_make(channel, conf.providers)
    except Misconfigured:
        return 0
    sender = ChannelSender(adapter=adapter, channel=channel, lane=TRANSACTIONAL)
    deadline = time.monotonic() + LOOP_SECONDS
    try:
        # One at a time: a second worker takes the next one while this one waits for its provider.
        while time.monotonic() < deadline and channel_ready(adapter, channel) and (taken := sender.send(limit=1)):
            token_spend(channel=channel, count=taken)
    except ChannelDown:
        pass
    finally:
        adapter.close()
    return sender.accepted
