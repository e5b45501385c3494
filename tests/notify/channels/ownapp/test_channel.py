"""The channel of the company's own application, before it has its line in the registry."""

import pytest

from consents.channels.app import APP, PROFILE
from consents.channels.registry import CHANNELS
from consents.channels.sms import SMS
from consents.enums import Channel, ContactKind
from notify.channels.ownapp.provider import OWN_APP
from portal.ui.icons import ICONS


@pytest.fixture(autouse=True)
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CHANNELS, APP.code, APP)


def test_its_provider_serves_it_and_its_contact_is_an_account() -> None:
    assert OWN_APP.channels == (APP.code,)
    assert Channel(APP.code).kind == PROFILE.code
    assert ContactKind(PROFILE.code) in ContactKind.accounts()


def test_it_may_write_first() -> None:
    assert ContactKind(PROFILE.code).takes_messages(line_type="", has_dialogue=False)


def test_it_has_a_drawing_and_a_heading_for_each_purpose() -> None:
    assert APP.icon in ICONS
    assert APP.headings.keys() == SMS.headings.keys()
    assert "{contact}" in APP.in_texts
    assert len(APP.code) <= 8
