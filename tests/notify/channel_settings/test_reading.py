"""On which channels campaigns may write at all."""

import pytest

from consents.enums import Channel
from notify.channel_settings.reading import writable_channels
from notify.models import ChannelSetting

pytestmark = pytest.mark.django_db


def test_max_needs_a_contract_and_every_channel_must_be_open() -> None:
    assert set(writable_channels()) == {Channel.SMS, Channel.EMAIL}

    ChannelSetting.objects.update_or_create(channel="max", defaults={"contract": True, "contract_note": "№ 1"})
    ChannelSetting.objects.update_or_create(channel="sms", defaults={"is_open": False})

    assert set(writable_channels()) == {Channel.MAX, Channel.EMAIL}
