"""Which channels have a provider behind them."""

import pytest
from pytest_django import Settings

from consents.enums import Channel
from notify.channel_settings.reading import channels_connected, channels_listed

pytestmark = pytest.mark.django_db


def test_a_server_of_this_release_has_mail_alone(settings: Settings) -> None:
    settings.SANDBOX = False

    assert channels_connected() == {Channel.EMAIL}
    assert [view.channel for view in channels_listed() if view.may_write_first] == [Channel.EMAIL]


def test_the_sandbox_has_them_all(settings: Settings) -> None:
    settings.SANDBOX = True

    assert channels_connected() == set(Channel)
