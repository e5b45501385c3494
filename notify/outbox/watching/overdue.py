"""Messages that should have left and do not, and codes that no provider takes."""

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from django.db.models import Count, Q
from django.db.models.functions import Now

from consents.enums import Channel
from notify.enums import CampaignState, MessageKind, MessageState
from notify.models import ChannelSetting, Message
from notify.outbox.state import HANDED_OVER
from notify.types import TRANSACTIONAL_PRIORITY

OVERDUE_AFTER: Final = timedelta(minutes=5)
REFUSED_SPAN: Final = timedelta(minutes=15)
REFUSED_LEAST: Final = 5


def messages_overdue() -> Mapping[Channel, int]:
    """Count by channel what has been due for longer than `OVERDUE_AFTER` while nothing of its kind left in that time.

    A big campaign is due for hours and leaves at its pace: that is none. Nor is what a pause or a closed channel holds;
    a one-time code and a letter to staff pass that.
    """
    since = Now() - OVERDUE_AFTER
    may_leave = Q(priority=TRANSACTIONAL_PRIORITY) | Q(campaign__state=CampaignState.RUNNING)
    closed = ChannelSetting.objects.filter(is_open=False).values("channel")
    passes = Q(kind__in=(MessageKind.CODE, MessageKind.STAFF)) | ~Q(channel__in=closed)
    due = Message.objects.filter(may_leave, passes, state=MessageState.PLANNED, not_before__lt=since)
    found: Counter[Channel] = Counter()
    for channel, priority, count in due.values_list("channel", "priority").annotate(Count("id")):
        if not Message.objects.filter(channel=channel, priority=priority, sending_at__gt=since).exists():
            found[Channel(channel)] += count
    return found


def codes_refused() -> Mapping[Channel, int]:
    """Count by channel the codes, notices and letters to staff that were refused or in doubt lately.

    Only where there are `REFUSED_LEAST` of them in `REFUSED_SPAN` and nothing of their kind was taken meanwhile.
    """
    lately = Message.objects.filter(priority=TRANSACTIONAL_PRIORITY, sending_at__gt=Now() - REFUSED_SPAN)
    counts = lately.values_list("channel").annotate(
        bad=Count("id", filter=Q(state__in=(MessageState.FAILED, MessageState.UNKNOWN))),
        taken=Count("id", filter=Q(state__in=HANDED_OVER)),
    )
    return {Channel(channel): bad for channel, bad, taken in counts if bad >= REFUSED_LEAST and not taken}
