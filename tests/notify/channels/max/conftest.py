"""A running fake of MAX, and a channel that talks to it."""

from collections.abc import Iterator
from itertools import count

import pytest

from notify.channels.max.adapter import MaxChannel
from notify.channels.max.api import MaxConf
from notify.channels.max.dialogues import DialoguePace
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
    conf = MaxConf(name="max-1", token=fake.token, url=fake.url)
    # By its clock an hour lies between two calls: a test that means a pace brings its own.
    channel = MaxChannel(conf, sleep=pauses.append, pace=DialoguePace(clock=count(step=3600).__next__))
    yield channel
    channel.close()
