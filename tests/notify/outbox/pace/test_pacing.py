"""The bucket: no more than the channel's pace, and codes first."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now

from notify.channels.setup import Provider
from notify.models import ChannelSetting, ProviderState
from notify.outbox.pace.pacing import BURST_SECONDS, PROVIDER_BURST_SECONDS, chunk_of, tokens_return, tokens_take

pytestmark = pytest.mark.django_db

CARRIER = Provider(name="fast")
SLOW = Provider(name="slow", per_second=20)


def paced(per_second: int, **fields: object) -> None:
    ChannelSetting.objects.update_or_create(channel="sms", defaults={"per_second": per_second, **fields})


def test_a_channel_without_a_limit_gives_all() -> None:
    paced(0)

    assert tokens_take(channel="sms", carrier=CARRIER, wanted=50) == (50, 0.0)
    assert tokens_take(channel="email", carrier=CARRIER, wanted=50)[0] == 50


def test_a_closed_channel_gives_nothing() -> None:
    paced(0, is_open=False)

    granted, wait = tokens_take(channel="sms", carrier=CARRIER, wanted=50)

    assert granted == 0
    assert wait > 0


def test_no_more_than_a_burst_is_saved_up() -> None:
    paced(100, bucket_at=Now() - timedelta(hours=1))

    granted, _ = tokens_take(channel="sms", carrier=CARRIER, wanted=50)

    assert granted == 100 * BURST_SECONDS
    assert ChannelSetting.objects.get(channel="sms").bucket_tokens == 0


def test_an_empty_bucket_says_how_long_to_wait() -> None:
    paced(2, bucket_tokens=-1999, bucket_at=Now())

    granted, wait = tokens_take(channel="sms", carrier=CARRIER, wanted=50)

    assert granted == 0
    assert 900 < wait <= 1000


def test_the_slowest_pace_still_moves() -> None:
    paced(1, bucket_at=Now() - timedelta(seconds=1))

    assert tokens_take(channel="sms", carrier=CARRIER, wanted=50)[0] == 1


def test_codes_never_wait_but_campaigns_pay_for_them() -> None:
    paced(100, bucket_tokens=0, bucket_at=Now())
    tokens_return(channel="sms", carrier=CARRIER, count=-99_999)

    granted, wait = tokens_take(channel="sms", carrier=CARRIER, wanted=50)

    assert granted == 0
    assert 900 < wait <= 1000


def test_what_no_message_took_is_given_back() -> None:
    paced(100, bucket_at=Now() - timedelta(hours=1))
    granted, _ = tokens_take(channel="sms", carrier=CARRIER, wanted=50)
    tokens_return(channel="sms", carrier=CARRIER, count=granted)

    assert tokens_take(channel="sms", carrier=CARRIER, wanted=50)[0] == granted


def test_a_provider_has_a_pace_of_its_own_under_that_of_the_channel() -> None:
    ProviderState.objects.create(name="slow", bucket_at=Now() - timedelta(hours=1))
    paced(100, bucket_at=Now() - timedelta(hours=1))

    granted, _ = tokens_take(channel="sms", carrier=SLOW, wanted=50)

    assert granted == 20 * PROVIDER_BURST_SECONDS
    assert ChannelSetting.objects.get(channel="sms").bucket_tokens == 100 * BURST_SECONDS - granted


def test_a_process_of_its_own_may_save_up_as_much_as_a_channel() -> None:
    ProviderState.objects.create(name="smpp", bucket_at=Now() - timedelta(hours=1))

    granted, _ = tokens_take(
        channel="sms", carrier=Provider(name="smpp", per_second=20, has_own_process=True), wanted=50
    )

    assert granted == 20 * BURST_SECONDS


@pytest.mark.parametrize(
    ("per_second", "batch", "chunk"), [(0, 1, 50), (0, 100, 400), (25, 1, 2), (1, 1, 1), (100, 100, 100), (1000, 1, 50)]
)
def test_no_more_is_taken_at_once_than_leaves_before_long(per_second: int, batch: int, chunk: int) -> None:
    assert chunk_of(Provider(name="p", per_second=per_second), batch=batch) == chunk


def test_an_empty_bucket_of_a_provider_costs_the_channel_nothing() -> None:
    ProviderState.objects.create(name="slow", bucket_tokens=-1999, bucket_at=Now())
    paced(100, bucket_at=Now() - timedelta(hours=1))

    granted, wait = tokens_take(channel="sms", carrier=SLOW, wanted=50)

    assert granted == 0
    assert 90 < wait <= 101
    assert ChannelSetting.objects.get(channel="sms").bucket_tokens == 100 * BURST_SECONDS


def test_codes_cost_the_provider_too() -> None:
    ProviderState.objects.create(name="slow", bucket_tokens=0, bucket_at=Now())
    tokens_return(channel="sms", carrier=SLOW, count=-99_999)

    assert tokens_take(channel="sms", carrier=SLOW, wanted=50)[0] == 0
