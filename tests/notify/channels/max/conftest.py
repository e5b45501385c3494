"""A running fake of MAX, and a channel that talks to it."""

from collections.abc import Iterator

import pytest

from notify.channels.max.adapter import MaxChannel
from notify.channels.max.api import MaxConf
from portal.laptop.fakes.max import FakeMax


@pytest.fixture
def fake() -> Iterator[FakeMax]:
    running = FakeMax(factor=1e-4)
    running.has_rates = False
    with running:
        yield running


@pytest.fixture
def pauses() -> list[float]:
    """The pauses that the channel has made, none of them really."""
    return []


@pytest.fixture
def adapter(fake: FakeMax, pauses: list[float]) -> Iterator[MaxChannel]:
    channel = MaxChannel(MaxConf(name="max-1", token=fake.token, url=fake.url), sleep=pauses.append)
    yield channel
    channel.close()
