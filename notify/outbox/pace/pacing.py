"""The pace of a channel and of a provider: buckets of tokens in their rows, taken a chunk at a time.

Refilled by the database's clock. A quarter of a second's worth is the most that can be saved up, of a provider a tenth:
no second sees much more than its limit.
"""

import time
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import F

from notify.channels.setup import Provider
from notify.conf import CHUNK_SIZE
from notify.models import ChannelSetting, ProviderState

BURST_SECONDS: Final = 0.25
PROVIDER_BURST_SECONDS: Final = 0.1
CALLS_PER_CHUNK: Final = 4
"""Of several messages: the results of each but the last are stored with the gate of the next."""
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
_TURN: Final = """
UPDATE notify_providerstate s SET bucket_tokens = f.level - 1, bucket_at = clock_timestamp()
FROM (
    SELECT name, LEAST(
        GREATEST(1, %(per_second)s * %(burst)s),
        bucket_tokens + %(per_second)s * COALESCE(EXTRACT(EPOCH FROM clock_timestamp() - bucket_at), 1)
    )::float8 AS level
    FROM notify_providerstate WHERE name = %(key)s FOR UPDATE
) f
WHERE s.name = f.name AND f.level - 1 >= %(least)s
"""
_TAKE_OF_CHANNEL: Final = _TAKE.format(table="notify_channelsetting", key="channel")
_TAKE_OF_PROVIDER: Final = _TAKE.format(table="notify_providerstate", key="name")


def chunk_of(provider: Provider, *, batch: int) -> int:
    """Return how many messages to claim at once: several calls' worth, so that fewer commits are needed.

    Of a provider with a limit no more than leave before long: tokens that one worker holds while others get the next
    ones would arrive together with them.
    """
    whole = max(CHUNK_SIZE, CALLS_PER_CHUNK * batch) if batch > 1 else CHUNK_SIZE
    soon = int(provider.per_second * PROVIDER_BURST_SECONDS)
    return min(whole, max(batch, soon, 1)) if provider.per_second else whole


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
    # A process of its own spreads them itself.
    burst = BURST_SECONDS if carrier.has_own_process else PROVIDER_BURST_SECONDS
    taken, wait = _take(_TAKE_OF_PROVIDER, carrier.name, carrier.per_second, granted, burst)
    if taken < granted:
        _spend(channel=channel, count=granted - taken)
    return taken, wait


def tokens_return(*, channel: str, carrier: Provider, count: int) -> None:
    """Return tokens that no message took; a negative ``count`` spends some that were not taken before."""
    if count:
        _spend(channel=channel, count=count)
        if carrier.per_second:
            ProviderState.objects.filter(name=carrier.name).update(bucket_tokens=F("bucket_tokens") + count)


def turn_take(carrier: Provider, *, deadline: float) -> bool:
    """Wait for a turn of one message that goes before campaigns; False when the time is up first.

    It may take what will be free within a quarter of a second: campaigns, which may not, never hold it up.
    """
    if not carrier.per_second:
        return True
    ProviderState.objects.get_or_create(name=carrier.name)
    least = -max(1.0, carrier.per_second * BURST_SECONDS)
    values: dict[str, Any] = {
        "key": carrier.name,
        "per_second": carrier.per_second,
        "burst": PROVIDER_BURST_SECONDS,
        "least": least,
    }
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_TURN, values)
            if cursor.rowcount:
                return True
        if time.monotonic() >= deadline:
            return False
        time.sleep(max(0.02, 1 / carrier.per_second))


def turn_return(*, channel: str, carrier: Provider, done: int) -> None:
    """Return a turn that no message took; what one took of the channel's pace is missing for campaigns."""
    if done:
        _spend(channel=channel, count=-done)
    elif carrier.per_second:
        ProviderState.objects.filter(name=carrier.name).update(bucket_tokens=F("bucket_tokens") + 1)


def _spend(*, channel: str, count: int) -> None:
    paced = ChannelSetting.objects.filter(channel=channel, per_second__gt=0)
    paced.update(bucket_tokens=F("bucket_tokens") + count)


def _take(statement: str, key: str, per_second: int, wanted: int, burst: float = BURST_SECONDS) -> tuple[int, float]:
    if not per_second:
        return wanted, 0.0
    with connection.cursor() as cursor:
        cursor.execute(statement, {"key": key, "per_second": per_second, "wanted": wanted, "burst": burst})
        granted, left = cursor.fetchone()
    if granted:
        return int(granted), 0.0
    return 0, max(0.01, (1 - left) / per_second)
