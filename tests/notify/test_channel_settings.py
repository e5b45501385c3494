"""Which channels have a provider behind them, and on which campaigns may write at all."""

import pytest
from pytest_django import Settings

from consents.enums import Channel, EventKind
from notify.channel_settings import (
    channel_change,
    channel_texts,
    channels_connected,
    channels_in_use,
    channels_listed,
    writable_channels,
)
from notify.models import ChannelSetting
from notify.provider_setups import setup_create
from tests.factories.consents import ContactPointFactory, answer_make
from tests.factories.notify import contract_make
from tests.factories.providers import defaults

pytestmark = pytest.mark.django_db


def test_a_server_of_this_release_has_mail_alone(settings: Settings) -> None:
    settings.SANDBOX = False

    assert channels_connected() == {Channel.EMAIL}
    assert [view.channel for view in channels_listed() if view.may_write_first] == [Channel.EMAIL]


def test_the_sandbox_has_them_all(settings: Settings) -> None:
    settings.SANDBOX = True

    assert channels_connected() == {Channel.MAX, Channel.SMS, Channel.EMAIL}


def test_a_channel_is_in_use_once_it_is_connected_or_somebody_has_a_contact_of_it(settings: Settings) -> None:
    settings.SANDBOX = False
    assert channels_in_use() == (Channel.EMAIL,)

    phone = ContactPointFactory()
    ContactPointFactory(vk=True, is_current=False)
    assert channels_in_use() == (Channel.SMS, Channel.EMAIL, Channel("vk"))
    assert [view.channel for view in channels_listed()] == list(channels_in_use())

    answer_make(phone, channel="app", kind=EventKind.REFUSED)
    setup_create(kind="max", title="", fields=defaults("max") | {"token": "t"})
    assert channels_in_use() == tuple(Channel)


def test_max_needs_a_contract_and_every_channel_must_be_open() -> None:
    assert set(writable_channels()) == {Channel.SMS, Channel.EMAIL}

    contract_make()
    ChannelSetting.objects.update_or_create(channel="sms", defaults={"is_open": False})

    assert set(writable_channels()) == {Channel.MAX, Channel.EMAIL}


def test_how_often_a_channel_writes_is_said_in_the_words_of_the_company_alone() -> None:
    silent = channel_texts()

    channel_change(channel="sms", is_open=True, per_second=0, frequency=" Не чаще раза в неделю. ")

    assert silent == {channel: str(channel.spec.card_text_closed or channel.spec.card_text) for channel in Channel}
    assert channel_texts() == silent | {Channel.SMS: f"{silent[Channel.SMS]} Не чаще раза в неделю."}


def test_a_channel_without_the_contract_that_it_needs_promises_no_message() -> None:
    assert "Первыми мы туда пока не пишем" in channel_texts()[Channel.MAX]

    contract_make("advertising")
    assert channel_texts()[Channel.MAX] == str(Channel.MAX.spec.card_text_advertising)

    contract_make("service")
    assert channel_texts()[Channel.MAX] == str(Channel.MAX.spec.card_text)


@pytest.mark.parametrize("word", ["недел", "месяц", "раз в", "обычно"])
def test_no_channel_promises_a_frequency_of_its_own(word: str) -> None:
    assert all(word not in text.lower() for text in channel_texts().values())
