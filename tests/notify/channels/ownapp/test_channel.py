"""The channel of the company's own application."""

from consents.channels.app import APP, PROFILE
from consents.channels.sms import SMS
from consents.enums import Channel, ContactKind
from notify.channels.ownapp.provider import OWN_APP
from portal.ui.drawing.icons import ICONS


def test_its_provider_serves_it_and_its_contact_is_an_account() -> None:
    assert OWN_APP.channels == (APP.code,)
    assert Channel(APP.code).kind == PROFILE.code
    assert ContactKind(PROFILE.code) in ContactKind.accounts()


def test_it_reaches_those_who_have_the_dialogue_open() -> None:
    kind = ContactKind(PROFILE.code)

    assert [kind.takes_messages(line_type="", has_dialogue=is_open) for is_open in (True, False)] == [True, False]


def test_it_has_a_drawing_and_a_heading_for_each_purpose() -> None:
    assert APP.icon in ICONS
    assert APP.headings.keys() == SMS.headings.keys()
    assert "{contact}" in APP.in_texts
    assert len(APP.code) <= 8
