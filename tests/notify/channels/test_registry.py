"""Every adapter that the registry makes fits into the leases around it."""

import pytest
from pytest_django.fixtures import Settings

from consents.enums import Channel
from notify import conf
from notify.channels.registry import adapter_make

SETTLING = 8
"""Seconds in which a result is stored, with a database that starts anew meanwhile."""


@pytest.mark.parametrize("channel", Channel.values)
def test_a_call_and_its_result_end_before_their_lease_does(channel: str, settings: Settings) -> None:
    settings.SANDBOX = True
    adapter = adapter_make(channel, conf.notify_conf().channels)

    assert adapter.capabilities.call_seconds + SETTLING < conf.CALL_LEASE_SECONDS
