"""A fake SMSC and an adapter that is bound to it when first needed."""

from collections.abc import Iterator

import pytest

from notify.channels.smpp.adapter import SmppAdapter
from portal.laptop.fakes.smpp import SmppFake
from tests.notify.channels.smpp.making import adapter_of


@pytest.fixture
def fake() -> Iterator[SmppFake]:
    with SmppFake() as running:
        running.receipt_delay = None
        running.redelivery = 0.05
        yield running


@pytest.fixture
def kept() -> list[bytes]:
    return []


@pytest.fixture
def adapter(fake: SmppFake, kept: list[bytes]) -> Iterator[SmppAdapter]:
    made = adapter_of(fake, kept)
    yield made
    made.close()
