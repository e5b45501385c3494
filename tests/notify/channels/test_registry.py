"""The registry chooses among the carriers of a channel, and every adapter fits into the leases around it."""

import pytest
from pytest_django.fixtures import Settings

from consents.enums import Channel
from notify import conf
from notify.channels.base import Misconfigured
from notify.channels.registry import adapter_of, carriers_of, providers_of
from notify.channels.sandbox.adapter import SandboxChannel, SandboxConf
from notify.channels.setup import Provider
from notify.channels.smtp.adapter import SmtpChannel
from notify.channels.smtp.connection import SmtpConf

SETTLING = 8
"""Seconds in which a result is stored, with a database that starts anew meanwhile."""


@pytest.mark.parametrize("channel", [Channel.MAX, Channel.SMS, Channel.EMAIL])
def test_a_call_and_its_result_end_before_their_lease_does(channel: str, settings: Settings) -> None:
    settings.SANDBOX = True
    (provider, *_) = carriers_of(channel, providers_of(settings))
    adapter = adapter_of(provider, channel)

    assert adapter.capabilities.call_seconds + SETTLING < conf.CALL_LEASE_SECONDS


def test_of_two_providers_of_a_channel_the_first_set_up_carries_it() -> None:
    mail = SmtpConf(host="127.0.0.1", port=25, sender="a@b.ru", domain="b.ru")
    sandbox = SandboxConf(url="http://127.0.0.1:1/", secret="s")
    first = Provider(name="first", channels=("sms", "email"), adapter=lambda channel: SandboxChannel(sandbox, channel))
    second = Provider(name="second", channels=("email",), adapter=lambda _channel: SmtpChannel(mail))

    assert [one.name for one in carriers_of("email", (first, second))] == ["first", "second"]
    assert adapter_of(first, "email").capabilities.provider == "sandbox"
    with pytest.raises(Misconfigured):
        adapter_of(second, "sms")
