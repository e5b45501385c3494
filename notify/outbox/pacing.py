"""Each channel's pace: a bucket of tokens in its row, taken a chunk at a time, refilled by the database's clock.

A quarter of a second's worth is the most that can be saved up, so no second sees much more than its limit.
"""

from typing import Final

from django.db import connection, transaction
from django.db.models import F

from notify.models import ChannelSetting

BURST_SECONDS: Final = 0.25
CLOSED_WAIT: Final = 5.0

_TAKE: Final = """
UPDATE notify_channelsetting s
SET bucket_tokens = f.level - LEAST(FLOOR(GREATEST(f.level, 0)), %(wanted)s), bucket_at = clock_timestamp()
FROM (
    SELECT channel, LEAST(
        GREATEST(1, per_second * %(burst)s),
        bucket_tokens + per_second * COALESCE(EXTRACT(EPOCH FROM clock_timestamp() - bucket_at), 1)
    )::float8 AS level
    FROM notify_channelsetting WHERE channel = %(channel)s FOR UPDATE
) f
WHERE s.channel = f.channel
RETURNING LEAST(FLOOR(GREATEST(f.level, 0)), %(wanted)s), s.bucket_tokens
"""


@transaction.atomic
def tokens_take(*, channel: str, wanted: int) -> tuple[int, float]:
    """Return how many messages may leave now, at most ``wanted``, and how many seconds to wait when that is 0.

    A channel without a row or without a limit gives all; a closed one gives none.
    """
    row = ChannelSetting.objects.filter(channel=channel).values_list("is_open", "per_second").first()
    if row is None:
        return wanted, 0.0
    is_open, per_second = row
    if not is_open:
        return 0, CLOSED_WAIT
    if per_second == 0:
        return wanted, 0.0
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"channel": channel, "wanted": wanted, "burst": BURST_SECONDS})
        granted, left = cursor.fetchone()
    if granted:
        return int(granted), 0.0
    return 0, max(0.01, (1 - left) / per_second)


def tokens_return(*, channel: str, count: int) -> None:
    """Return tokens that no message took; a negative ``count`` spends some that were not taken before."""
    if count:
        paced = ChannelSetting.objects.filter(channel=channel, per_second__gt=0)
        paced.update(bucket_tokens=F("bucket_tokens") + count)
