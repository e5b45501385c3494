"""Dialogues that people of the company lead in ChatApp: what they say comes back, what a person wrote is seen there."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from notify.channels.base import Misconfigured, TemporarilyUnavailable
from notify.channels.chatapp.adapter import ChatAppChannel
from notify.channels.chatapp.provider import CHATAPP
from notify.channels.chatapp.tokens import MemoryTokens
from notify.channels.chatapp.webhook import message_key
from notify.channels.events import CabinetText, InboundText
from notify.channels.setup import SetupValues
from portal.laptop.fakes.chatapp import LICENCE, FakeChatApp
from portal.laptop.fakes.server import Fault, Reply
from tests.notify.channels.chatapp.setups import conf_of
from tests.notify.channels.chatapp.test_adapter import VALUES
from tests.notify.channels.chatapp.test_webhook import APP, AT, envelope, webhook, written

PERSON = "100200"


def said(**changes: Any) -> dict[str, Any]:
    """An item of our side of the dialogue, as people write it in the cabinet."""
    return written(
        **{"id": "OUT1", "side": "out", "fromMe": True, "fromUser": {"id": "7", "email": "we@x.ru"}, **changes}
    )


def read(*items: object, messenger: str = "max") -> list[CabinetText]:
    found = webhook(has_cabinet=True).read(envelope("message", *items, messenger=messenger))
    return [one for one in found if isinstance(one, CabinetText)]


class TestWhatIsSaidThere:
    @pytest.mark.parametrize("origin", [None, {}, {"id": "amo", "tracking": None}])
    def test_is_told_of_people_and_of_other_systems(self, origin: object) -> None:
        assert read(said(fromApp=origin)) == [
            CabinetText(
                channel="max",
                account="5",
                chat="5",
                occurred_at=datetime.fromtimestamp(AT, tz=UTC),
                text="Здравствуйте",
                event_key=f"{LICENCE}:max:OUT1:said",
                provider_id="OUT1",
            )
        ]

    def test_by_our_own_application_is_skipped(self) -> None:
        assert read(said(fromApp={"id": APP, "tracking": None})) == []

    def test_without_its_application_is_told_with_what_it_is_known_by(self) -> None:
        (text,) = read(said(fromApp={"tracking": "r1"}))

        assert (text.reference, text.provider_id, text.is_automatic) == ("r1", "OUT1", False)

    @pytest.mark.parametrize("tracking", ["auto", "Auto", "amo-auto-1"])
    def test_by_a_robot_is_marked_so(self, tracking: str) -> None:
        (text,) = read(said(fromApp={"id": "amo", "tracking": tracking}))

        assert text.is_automatic

    @pytest.mark.parametrize(
        "changes",
        [
            {"chat": {"id": "5", "type": "group"}},
            {"message": {"text": None}},
            {"side": None, "fromMe": False},
        ],
    )
    def test_in_groups_and_nothings_are_skipped(self, changes: dict[str, Any]) -> None:
        assert read(said(**changes)) == []

    def test_of_a_letter_goes_to_the_address_of_the_person_and_never_to_ours(self) -> None:
        chat = {"id": "thread-1", "type": "private", "email": "Anna@Example.ru"}

        (text,) = read(said(chat=chat), messenger="email")

        assert (text.account, text.chat) == ("anna@example.ru", "thread-1")

    def test_is_nothing_to_us_where_dialogues_are_led_in_the_inbox(self) -> None:
        assert webhook().read(envelope("message", said())) == []

    def test_stands_beside_what_the_person_wrote(self) -> None:
        found = webhook(has_cabinet=True).read(envelope("message", written(), said()))

        assert [type(one) for one in found] == [InboundText, CabinetText]


@pytest.fixture
def fake() -> Iterator[FakeChatApp]:
    with FakeChatApp() as running:
        yield running


@pytest.fixture
def adapter(fake: FakeChatApp) -> Iterator[ChatAppChannel]:
    channel = ChatAppChannel(conf_of(fake), "max", MemoryTokens())
    channel.open()
    yield channel
    channel.close()


class TestALookIntoTheCabinet:
    def _key(self, fake: FakeChatApp, place: int = -1) -> str:
        messages = fake.history("max", PERSON)
        return message_key(LICENCE, "max", messages[place]["id"])

    def test_finds_what_a_person_wrote_by_its_id(self, adapter: ChatAppChannel, fake: FakeChatApp) -> None:
        fake.write("max", PERSON, "Где карта?")
        fake.write("max", PERSON, "")

        assert adapter.cabinet_holds(chat=PERSON, event_key=self._key(fake, 0), text="")
        assert adapter.cabinet_holds(chat=PERSON, event_key=self._key(fake, 1), text="другое")
        assert not adapter.cabinet_holds(chat=PERSON, event_key=f"{LICENCE}:max:other:message", text="Где карта?")
        assert not adapter.cabinet_holds(chat="100201", event_key=self._key(fake), text="Где карта?")

    def test_finds_what_came_from_a_scenario_by_its_words(self, adapter: ChatAppChannel, fake: FakeChatApp) -> None:
        fake.write("max", PERSON, "Где карта?")

        assert adapter.cabinet_holds(chat=PERSON, event_key="ab" * 32, text="Где карта?")
        assert not adapter.cabinet_holds(chat=PERSON, event_key="ab" * 32, text="Где счёт?")
        assert not adapter.cabinet_holds(chat=PERSON, event_key="ab" * 32, text="")

    def test_does_not_take_our_own_words_for_theirs(self, adapter: ChatAppChannel, fake: FakeChatApp) -> None:
        fake.say("max", PERSON, "Где карта?")

        assert not adapter.cabinet_holds(chat=PERSON, event_key="ab" * 32, text="Где карта?")

    def test_that_is_refused_finds_nothing(self, fake: FakeChatApp) -> None:
        channel = ChatAppChannel(conf_of(fake, license_id="5"), "max", MemoryTokens())
        channel.open()

        assert not channel.cabinet_holds(chat=PERSON, event_key="ab" * 32, text="Где карта?")
        channel.close()

    @pytest.mark.parametrize("fault", ["broke", "not_json", "reset", "busy", "unavailable"])
    def test_without_a_clear_answer_is_for_later(
        self, adapter: ChatAppChannel, fake: FakeChatApp, fault: Fault
    ) -> None:
        fake.faults = {PERSON: fault}

        with pytest.raises(TemporarilyUnavailable):
            adapter.cabinet_holds(chat=PERSON, event_key="ab" * 32, text="Где карта?")

    def test_with_a_password_that_has_changed_is_our_fault(self, adapter: ChatAppChannel, fake: FakeChatApp) -> None:
        fake.login["password"] = "another"
        fake.expire(refresh=True)

        with pytest.raises(Misconfigured):
            adapter.cabinet_holds(chat=PERSON, event_key="ab" * 32, text="Где карта?")

    @pytest.mark.parametrize("data", [None, [], {}, {"items": None}, {"items": [None]}, {"items": [{"side": "in"}]}])
    def test_an_answer_of_another_form_finds_nothing(self, data: object) -> None:
        class Odd(FakeChatApp):
            def answer(self, call: Any) -> Reply:
                return Reply(body={"success": True, "data": data}) if call.method == "GET" else super().answer(call)

        with Odd() as odd:
            channel = ChatAppChannel(conf_of(odd), "max", MemoryTokens())
            channel.open()
            found = channel.cabinet_holds(chat=PERSON, event_key=f"{LICENCE}:max:1:message", text="Где карта?")
            channel.close()

        assert not found


def test_a_set_up_leads_dialogues_there_only_when_it_says_so() -> None:
    here, there = (
        CHATAPP.make(SetupValues(name="chatapp-1", values={**VALUES, "cabinet": word})).cabinet for word in ("", "on")
    )

    assert here is None
    assert there is not None
    assert there.url == "https://new.dialogs.pro/dialogs"
    assert there.dialogue_url("max", "5") == f"https://new.dialogs.pro/dialogs/{LICENCE}/max/5"
