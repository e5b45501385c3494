"""A running fake of MAX, and a channel that talks to it."""

from collections.abc import Callable, Iterator
from itertools import count

import pytest

from notify.channels.max.adapter import MaxChannel
from notify.channels.max.api import MaxConf
from notify.channels.max.dialogues import DialoguePace
from notify.channels.max.image_tokens import ImageTokens
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
def seconds() -> list[float]:
    """The reading of the clock by which pictures grow old; a test adds to it."""
    return [1_795_000_000.0]


MakeChannel = Callable[..., MaxChannel]


@pytest.fixture
def channel(fake: FakeMax, pauses: list[float], seconds: list[float]) -> Iterator[MakeChannel]:
    """Makes channels of one bot, as each worker makes its own."""
    made: list[MaxChannel] = []
    conf = MaxConf(name="max-1", token=fake.token, url=fake.url)

    def make(images: ImageTokens | None = None) -> MaxChannel:
        # By its clock an hour lies between two calls: a test that means a pace brings its own.
        pace = DialoguePace(clock=count(step=3600).__next__)
        made.append(MaxChannel(conf, sleep=pauses.append, pace=pace, images=images, clock=lambda: sum(seconds)))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def adapter(channel: MakeChannel) -> MaxChannel:
    return channel()
