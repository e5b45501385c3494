"""What is done with a bot besides sending."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from notify.channels import http
from notify.channels.base import AccountState, Misconfigured, OutcomeUnknown, Rejected, TemporarilyUnavailable
from notify.channels.max.adapter import MaxChannel
from notify.channels.max.bot import COMMANDS, UPDATE_TYPES, Subscription
from notify.channels.max.webhook import TURNS, MaxWebhook
from portal.laptop.fakes.max import FakeMax
from portal.laptop.fakes.server import Fault, Reply
from tests.support.patience import ended

URL = "https://bot.example.org/hooks/max/7f3c/"
OTHER = "https://old.example.org/hook/"
SECRET = "Qm2v_8Zk-secret"
SAFE: dict[str, Callable[[MaxChannel], object]] = {
    "account": lambda bot: bot.account(),
    "commands_set": lambda bot: bot.commands_set(),
    "subscriptions": lambda bot: bot.subscriptions(),
    "subscribe": lambda bot: bot.subscribe(URL, SECRET),
    "unsubscribe": lambda bot: bot.unsubscribe(URL),
    "webhook_keep": lambda bot: bot.webhook_keep(URL, SECRET),
    "updates": lambda bot: bot.updates(),
}


def test_the_account_is_the_name_of_the_bot_in_links(adapter: MaxChannel, fake: FakeMax) -> None:
    assert adapter.account() == AccountState(name=fake.username)


def test_the_commands_are_shown_in_the_menu(adapter: MaxChannel, fake: FakeMax) -> None:
    adapter.commands_set()
    adapter.commands_set()

    assert {one["name"]: one["description"] for one in fake.commands} == COMMANDS
    assert list(COMMANDS) == ["start", "stop", "help"]


@pytest.mark.parametrize("name", SAFE)
@pytest.mark.parametrize("fault", ["broke", "reset", "reset_took", "not_json", "busy", "unavailable"])
def test_calls_that_may_be_repeated_are_never_of_unknown_outcome(
    adapter: MaxChannel, fake: FakeMax, name: str, fault: Fault
) -> None:
    fake.fault = fault

    with pytest.raises(TemporarilyUnavailable):
        SAFE[name](adapter)


def test_a_silent_provider_is_asked_again_later(
    adapter: MaxChannel, fake: FakeMax, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "CALL_SECONDS", 0.4)
    fake.fault = "silent"

    with pytest.raises(TemporarilyUnavailable):
        ended(adapter.account)


@pytest.mark.parametrize("name", SAFE)
def test_a_refused_token_is_our_fault(adapter: MaxChannel, fake: FakeMax, name: str) -> None:
    fake.token = "another"

    with pytest.raises(Misconfigured, match="verify_token"):
        SAFE[name](adapter)


@pytest.mark.parametrize("name", ["commands_set", "subscribe", "unsubscribe", "webhook_keep"])
def test_success_false_is_no_success(adapter: MaxChannel, fake: FakeMax, name: str) -> None:
    fake.says_no = "Не сегодня"

    with pytest.raises(Misconfigured, match="refused"):
        SAFE[name](adapter)


class TestSubscription:
    def subscribed(self, adapter: MaxChannel) -> list[Subscription]:
        return sorted(adapter.subscriptions(), key=lambda one: one.url)

    def test_a_missing_one_is_made_with_all_that_we_read(self, adapter: MaxChannel, fake: FakeMax) -> None:
        assert adapter.webhook_keep(URL, SECRET)
        assert self.subscribed(adapter) == [Subscription(URL, frozenset(UPDATE_TYPES))]
        assert fake.delivery.subscribed[0].secret == SECRET

    def test_one_that_is_there_is_left_alone(self, adapter: MaxChannel, fake: FakeMax) -> None:
        adapter.webhook_keep(URL, SECRET)
        before = len(fake.calls)

        assert adapter.webhook_keep(URL, SECRET) is False
        assert [call.method for call in fake.calls[before:]] == ["GET"]

    @pytest.mark.parametrize("types", [None, [], ["bot_started"], [*UPDATE_TYPES, "dialog_muted"]])
    def test_one_with_other_types_is_made_anew(
        self, adapter: MaxChannel, fake: FakeMax, types: list[str] | None
    ) -> None:
        fake.delivery.subscribe(URL, SECRET, types)

        assert adapter.webhook_keep(URL, SECRET)
        assert self.subscribed(adapter) == [Subscription(URL, frozenset(UPDATE_TYPES))]

    def test_others_are_taken_out(self, adapter: MaxChannel, fake: FakeMax) -> None:
        fake.delivery.subscribe(OTHER, SECRET, None)
        adapter.webhook_keep(URL, SECRET)
        fake.delivery.subscribe(f"{OTHER}?a=b&c=d", SECRET, None)

        assert adapter.webhook_keep(URL, SECRET) is False
        assert [one.url for one in self.subscribed(adapter)] == [URL]

    def test_our_own_is_there_before_another_is_taken_out(self, adapter: MaxChannel, fake: FakeMax) -> None:
        fake.delivery.subscribe(OTHER, SECRET, None)
        adapter.webhook_keep(URL, SECRET)

        assert [call.method for call in fake.calls] == ["GET", "POST", "PATCH", "DELETE"]

    def test_an_address_that_max_does_not_take_is_our_fault(self, adapter: MaxChannel) -> None:
        with pytest.raises(Misconfigured):
            adapter.webhook_keep("http://bot.example.org/hook/", SECRET)
        with pytest.raises(Misconfigured):
            adapter.webhook_keep(URL, "кириллица")

    def test_we_ask_for_all_that_the_webhook_reads(self) -> None:
        assert set(UPDATE_TYPES) == {*TURNS, "message_created", "message_callback"}


class TestUpdates:
    def test_what_has_happened_comes_as_the_webhook_would_get_it(self, adapter: MaxChannel, fake: FakeMax) -> None:
        fake.person(7).start("payload")
        fake.person(7).write("Привет")
        bodies, marker = adapter.updates()

        events = [event for body in bodies for event in MaxWebhook(()).read(body)]
        assert [event.account for event in events] == ["7", "7"]
        assert marker == 2

    def test_the_marker_moves_on(self, adapter: MaxChannel, fake: FakeMax) -> None:
        fake.person(7).write("Раз")
        _, marker = adapter.updates()
        fake.person(7).write("Два")
        bodies, following = adapter.updates(marker)
        nothing, last = adapter.updates(following)

        assert [json.loads(body)["message"]["body"]["text"] for body in bodies] == ["Два"]
        assert (nothing, last) == ([], following)

    def test_types_that_we_do_not_read_are_not_asked_for(self, adapter: MaxChannel, fake: FakeMax) -> None:
        fake.person(7).mute()

        assert adapter.updates() == ([], 1)

    def test_max_refuses_it_while_an_address_is_subscribed(self, adapter: MaxChannel) -> None:
        adapter.subscribe(URL, SECRET)

        with pytest.raises(Misconfigured):
            adapter.updates()

    def test_a_marker_of_null_changes_nothing(
        self, adapter: MaxChannel, fake: FakeMax, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(fake, "answer", lambda _call: Reply(body={"updates": [], "marker": None}))

        assert adapter.updates(5) == ([], 5)


class TestPressedButtons:
    @pytest.fixture
    def pressed(self, adapter: MaxChannel, fake: FakeMax) -> str:
        """The id of a press of a button of the kind that calls back."""
        person = fake.person(7)
        person.start()
        buttons = [[{"type": "callback", "text": "Принять", "payload": "yes"}]]
        body: dict[str, Any] = {
            "text": "Принять?",
            "attachments": [{"type": "inline_keyboard", "payload": {"buttons": buttons}}],
        }
        adapter._api.call("POST", "/messages", {"user_id": "7"}, body)
        person.press("Принять")
        (event,) = MaxWebhook(()).read(json.dumps(fake.delivery.happened[-1]).encode())
        return str(getattr(event, "event_key", "")).removeprefix("cb:")

    def test_the_person_sees_a_line(self, adapter: MaxChannel, fake: FakeMax, pressed: str) -> None:
        adapter.callback_answer(pressed, "Принято")

        assert fake.person(7).toasts == ["Принято"]

    def test_a_press_that_max_does_not_know_is_refused(self, adapter: MaxChannel) -> None:
        with pytest.raises(Rejected):
            adapter.callback_answer("cb-unknown", "Принято")

    def test_a_lost_answer_is_not_repeated(self, adapter: MaxChannel, fake: FakeMax, pressed: str) -> None:
        fake.fault = "reset_took"
        before = len(fake.calls)

        with pytest.raises(OutcomeUnknown):
            adapter.callback_answer(pressed, "Принято")
        assert len(fake.calls) == before + 1
