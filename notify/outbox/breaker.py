"""The rest of a channel that is down, shared by all workers: its row says until when no nudge opens it."""

import logging
from datetime import timedelta

from django.db.models import Q
from django.db.models.functions import Now

from notify.models import ChannelSetting
from notify.outbox.results import CHANNEL_PAUSE, ChannelTrouble, cooldown_of

logger = logging.getLogger("notify.sending")


def breaker_open(*, channel: str, error: ChannelTrouble) -> None:
    """Let ``channel`` rest and say why. During a rest a repeat changes nothing and says nothing.

    A rest no longer than the pause between two nudges is not stored: the nudges themselves keep it.
    """
    rest = cooldown_of(error)
    if rest <= CHANNEL_PAUSE:
        logger.warning("channel %s is down: %s", channel, error.reason)
        return
    ChannelSetting.objects.get_or_create(channel=channel)
    awake = ChannelSetting.objects.filter(Q(rests_until=None) | Q(rests_until__lte=Now()), channel=channel)
    if awake.update(rests_until=Now() + timedelta(seconds=rest)):
        logger.warning("channel %s rests for %d s: %s", channel, rest, error.reason)
