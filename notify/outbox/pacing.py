"""The pace of a channel and of a provider: buckets of tokens in their rows, taken a chunk at a time.

Refilled by the database's clock. A quarter of a second's worth is the most that can be saved up, so no second sees much
more than its limit.
"""

from typing import Final

from django.db import connection, transaction
from django.db.models import F

from notify.channels.setup import Provider
from notify.models import ChannelSetting, ProviderState

BURST_SECONDS: Final = 0.25
CLOSED_WAIT: Final = 5.0

_TAKE: Final = """
UPDATE {table} s
SET bucket_tokens = f.level - LEAST(FLOOR(GREATEST(f.level, 0)), %(wanted)s), bucket_at = clock_timestamp()
FROM (
    SELECT {key} AS key, LEAST(
        GREATEST(1, %(per_second)s * %(burst)s),
        bucket_tokens + %(per_second)s * COALESCE(EXTRACT(EPOCH FROM clock_timestamp() - bucket_at), 1)
    )::float8 AS level
    FROM {table} WHERE {key} = %(key)s FOR UPDATE
) f
WHERE s.{key} = f.key
RETURNING LEAST(FLOOR(GREATEST(f.level, 0)), %(wanted)s), s.bucket_tokens
"""
_TAKE_OF_CHANNEL: Final = _TAKE.format(table="notify_channelsetting", key="channel")
_TAKE_OF_PROVIDER: Final = _TAKE.format(table="notify_providerstate", key="name")


@transaction.atomic
def tokens_take(*, channel: str, carrier: Provider, wanted: int) -> tuple[int, float]:
    """Return how many messages may leave now, at most ``wanted``, and how many seconds to wait when that is 0.

    A channel without a row or without a limit gives all, and so does a provider; a closed channel gives none.
    """
    row = ChannelSetting.objects.filter(channel=channel).values_list("is_open", "per_second").first()
    is_open, per_second = row or (True, 0)
    if not is_open:
        return 0, CLOSED_WAIT
    granted, wait = _take(_TAKE_OF_CHANNEL, channel, per_second, wanted)
    if not granted or not carrier.per_second:
        return granted, wait
    ProviderState.objects.get_or_create(name=carrier.name)
    taken, wait = _take(_TAKE_OF_PROVIDER, carrier.name, carrier.per_second, granted)
    if taken < granted:
        _spend(channel=channel, count=granted - taken)
    return taken, wait


def tokens_return(*, channel: str, carrier: Provider, count: int) -> None:
    """Return tokens that no message took; a negative ``count`` spends some that were not taken before."""
    if count:
        _spend(channel=channel, count=count)
        if carrier.per_second:
            ProviderState.objects.filter(name=carrier.name).update(bucket_tokens=F("bucket_tokens") + count)


def _spend(*, channel: str, count: int) -> None:
    paced = ChannelSetting.objects.filter(channel=channel, per_second__gt=0)
    paced.update(bucket_tokens=F("bucket_tokens") + count)


def _take(statement: str, key: str, per_second: int, wanted: int) -> tuple[int, float]:
    if not per_second:
        return wanted, 0.0
    with connection.cursor() as cursor:
        cursor.execute(statement, {"key": key, "per_second": per_second, "wanted": wanted, "burst": BURST_SECONDS})
        granted, left = cursor.fetchone()
    if granted:
        return int(granted), 0.0
    return 0, max(0.01, (1 - left) / per_second)
