"""What came of a call: the move of its row, and the circuit breaker of a channel that is down.

All workers share a breaker: the row of the channel says until when no nudge connects.
"""

import logging
import random
from datetime import timedelta
from typing import Final

from django.db.models import Q
from django.db.models.functions import Now

from notify.channels.base import Accepted, Misconfigured, Outcome, OutcomeUnknown, Rejected, TemporarilyUnavailable
from notify.conf import ATTEMPTS, COOLDOWN_SECONDS
from notify.enums import MessageState
from notify.models import ChannelSetting
from notify.outbox.queue import Done
from notify.types import LeasedMessage

logger = logging.getLogger("notify.sending")

CHANNEL_PAUSE: Final = 3.0
"""The cool-down of a channel that is down and does not say for how long: until the next nudge."""

ChannelTrouble = TemporarilyUnavailable | Misconfigured
"""What an adapter raises when it is not about one message."""


def cooldown_of(error: ChannelTrouble) -> float:
    """Return the seconds for which the channel must be left alone."""
    return COOLDOWN_SECONDS if isinstance(error, Misconfigured) else error.retry_after or CHANNEL_PAUSE


def breaker_open(*, channel: str, error: ChannelTrouble) -> None:
    """Open the breaker of ``channel`` and say why. During a cool-down a repeat changes nothing and says nothing.

    A cool-down no longer than the pause between two nudges is not stored: the nudges themselves keep it.
    """
    cooldown = cooldown_of(error)
    if cooldown <= CHANNEL_PAUSE:
        logger.warning("channel %s is down: %s", channel, error.reason)
        return
    ChannelSetting.objects.get_or_create(channel=channel)
    is_closed = Q(breaker_open_until=None) | Q(breaker_open_until__lte=Now())
    closed = ChannelSetting.objects.filter(is_closed, channel=channel)
    if closed.update(breaker_open_until=Now() + timedelta(seconds=cooldown)):
        logger.warning("channel %s cools down for %d s: %s", channel, cooldown, error.reason)


def result_of(*, row: LeasedMessage, outcome: Outcome, first_pause: float) -> Done:
    """Take the provider's word about one message. "Later" is tried `ATTEMPTS` times, each pause twice the last."""
    match outcome:
        case Accepted():
            return Done(row.id, MessageState.ACCEPTED, provider_id=outcome.provider_id)
        case Rejected():
            return Done(row.id, MessageState.FAILED, outcome.reason)
        case OutcomeUnknown():
            return Done(row.id, MessageState.UNKNOWN, outcome.reason)
        case TemporarilyUnavailable():
            return _later(row, outcome, first_pause)


def channel_down(*, row: LeasedMessage, error: ChannelTrouble, first_pause: float, is_counted: bool) -> Done:
    """Send a message back that met a channel which is down.

    No attempt is spent unless ``is_counted``. Our own misconfiguration never spends one.
    """
    pause = cooldown_of(error)
    if isinstance(error, TemporarilyUnavailable):
        if is_counted:
            return _later(row, error, first_pause)
        # It waits longer than the others, so that it cannot hold them up again and again.
        pause += _backoff(row, first_pause)
    return Done(row.id, MessageState.PLANNED, error.reason, pause=pause, uncounted=1)


def _later(row: LeasedMessage, outcome: TemporarilyUnavailable, first_pause: float) -> Done:
    if row.attempt + 1 >= ATTEMPTS:
        return Done(row.id, MessageState.FAILED, f"gave_up_{outcome.reason}")
    pause = outcome.retry_after or _backoff(row, first_pause)
    return Done(row.id, MessageState.PLANNED, outcome.reason, pause=pause)


def _backoff(row: LeasedMessage, first_pause: float) -> float:
    spread = random.uniform(0.8, 1.2)  # noqa: S311 - spreads retries
    return first_pause * spread * float(2**row.attempt)
