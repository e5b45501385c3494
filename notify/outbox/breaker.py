"""The circuit breaker of a channel that is down, shared by all workers: its row says until when no nudge connects."""

import logging
from datetime import timedelta

from django.db.models import Q
from django.db.models.functions import Now

from notify.models import ChannelSetting
from notify.outbox.results import CHANNEL_PAUSE, ChannelTrouble, cooldown_of

logger = logging.getLogger("notify.sending")


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
