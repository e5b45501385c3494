"""ChatApp: what its answers mean, which messengers it may write over, and what a line is worth."""

from collections.abc import Iterator
from typing import Any, ClassVar

import pytest

from notify.channels.base import (
    Accepted,
    Misconfigured,
    OutboundMessage,
    OutcomeUnknown,
    Rejected,
    SentMessage,
    TemporarilyUnavailable,
)
from notify.channels.chatapp.adapter import ChatAppChannel, ChatAppConf
from notify.channels.chatapp.api import Login
from notify.channels.chatapp.licences import licences_of
from notify.channels.chatapp.lines import Line
from notify.channels.chatapp.provider import CHATAPP
from notify.channels.chatapp.tokens import MemoryTokens
from notify.channels.chatapp.words import OUR_STATUSES, OURS, failure_of
from notify.channels.setup import SetupValues
from portal.laptop.fakes.chatapp import LICENCE, MESSENGERS, FakeChatApp
from portal.laptop.fakes.server import Call, HttpFake, Reply
from tests.notify.channels.cases import HttpAdapterCases
from tests.notify.channels.chatapp.setups import conf_of, line_of

PERSON = "100200"
LOST = ("100301", "100302")
BUSY = "100303"


@pytest.fixture
def fake() -> Iterator[FakeChatApp]:
    with FakeChatApp() as running:
        running.faults = {LOST[0]: "reset_took", LOST[1]: "reset", BUSY: "busy"}
        yield running


@pytest.fixture
def adapter(fake: FakeChatApp) -> Iterator[ChatAppChannel]:
    """Return a channel without a connection, whose tokens another worker has made."""
    store = MemoryTokens()
    worker = ChatAppChannel(conf_of(fake), "max", store)
    worker.open()
    worker.close()
    channel = ChatAppChannel(conf_of(fake), "max", store)
    yield channel
    channel.close()


def message_of(address: str = PERSON, reference: str = "r1", text: str = "Текст") -> OutboundMessage:
    return OutboundMessage(reference=reference, address=address, text=text)


class TestChatApp(HttpAdapterCases):
    good_address: ClassVar[str] = PERSON

    BEHAVIOURS: ClassVar[dict[str, str]] = {
        "accept": PERSON,
        "reject": "error-ApiSomethingError",
        "later": BUSY,
        "took_and_cut": LOST[0],
        "cut": LOST[1],
    }

    def taken_texts(self, fake: FakeChatApp) -> list[str]:
        return [one.text for one in fake.taken]

    def message(self, behaviour: str, reference: str = "r1") -> OutboundMessage:
        return message_of(self.BEHAVIOURS[behaviour], reference)

    def test_our_reference_goes_along(self, adapter: ChatAppChannel, fake: FakeChatApp) -> None:
        outcome = adapter.send(message_of(reference="r9"))

        (taken,) = fake.taken
        assert outcome == Accepted("r9", taken.id)
        assert (taken.tracking, taken.messenger, taken.chat) == ("r9", "max", PERSON)

    def test_the_token_goes_in_a_header_as_it_is_and_never_in_the_address(
        self, adapter: ChatAppChannel, fake: FakeChatApp
    ) -> None:
        adapter.send(message_of())

        call = fake.calls[-1]
        assert call.headers["authorization"].startswith("$2y$10$access")
        assert call.query == {}
        assert "$2y" not in call.path

    @pytest.mark.parametrize("channel", ["email", "vk"])
    def test_each_channel_has_its_messenger(self, fake: FakeChatApp, channel: str) -> None:
        adapter = ChatAppChannel(conf_of(fake), channel, MemoryTokens())

        outcome = adapter.send(message_of("anna+a@example.ru"))
        adapter.close()

        assert isinstance(outcome, Accepted)
        assert fake.taken[0].messenger == line_of(channel).messenger
        assert fake.taken[0].chat == "anna+a@example.ru"

    @pytest.mark.parametrize("chat", ["a/b", "a?b=c", "a#b", "a b", "кто-то", "../x", "%2f"])
    def test_an_address_never_leaves_its_place_in_the_path(
        self, adapter: ChatAppChannel, fake: FakeChatApp, chat: str
    ) -> None:
        adapter.send(message_of(chat))

        assert [one.chat for one in fake.taken] == [chat]

    def test_an_unknown_code_refuses_under_its_name(self, adapter: ChatAppChannel) -> None:
        outcome = adapter.send(message_of("error-ApiSomethingError"))

        assert isinstance(outcome, Rejected)
        assert outcome.reason == "code_ApiSomethingError"

    @pytest.mark.parametrize("code", ["Нельзя написать 100200", "a b", "x" * 51])
    def test_a_code_that_is_a_sentence_is_not_repeated(self, adapter: ChatAppChannel, code: str) -> None:
        outcome = adapter.send(message_of(f"error-{code}"))

        assert isinstance(outcome, Rejected)
        assert outcome.reason == "refused"

    @pytest.mark.parametrize("code", OURS)
    @pytest.mark.parametrize("status", [200, 400, 403])
    def test_a_code_of_the_set_up_spends_no_message(self, code: str, status: int) -> None:
        failure = failure_of(code, status)

        assert isinstance(failure, Misconfigured)
        assert failure.reason == OURS[code]

    @pytest.mark.parametrize("status", OUR_STATUSES)
    def test_a_status_of_the_set_up_spends_no_message_whatever_the_code(self, status: int) -> None:
        assert isinstance(failure_of("ApiSomethingError", status), Misconfigured)

    def test_a_messenger_that_the_account_may_not_use_is_our_fault(
        self, adapter: ChatAppChannel, fake: FakeChatApp
    ) -> None:
        fake.closed = {"max"}

        with pytest.raises(Misconfigured):
            adapter.send(message_of())

    @pytest.mark.parametrize("fault", ["busy", "unavailable"])
    def test_a_busy_server_is_later(self, adapter: ChatAppChannel, fake: FakeChatApp, fault: str) -> None:
        fake.fault = fault  # type: ignore[assignment]  # a word of Fault

        with pytest.raises(TemporarilyUnavailable) as caught:
            adapter.send(message_of())

        assert caught.value.retry_after == 7.0


class Odd(HttpFake):
    """Answers the texts with ``reply``, and makes tokens."""

    reply_to_texts = Reply()

    def addresses(self, _call: Call) -> list[str]:
        return []

    def answer(self, call: Call) -> Reply:
        pair = {"accessToken": "a", "refreshToken": "r"}
        return Reply(body={"success": True, "data": pair}) if "tokens" in call.path else self.reply_to_texts


@pytest.mark.parametrize(
    ("reply", "outcome", "reason"),
    [
        (Reply(body=[]), OutcomeUnknown, "unreadable_answer"),
        (Reply(body={}), OutcomeUnknown, "unreadable_answer"),
        (Reply(body={"data": {"id": "5"}}), OutcomeUnknown, "unreadable_answer"),
        (Reply(body={"success": True}), OutcomeUnknown, "no_id"),
        (Reply(body={"success": True, "data": []}), OutcomeUnknown, "no_id"),
        (Reply(body={"success": True, "data": {"id": ""}}), OutcomeUnknown, "no_id"),
        (Reply(body={"success": False}), Rejected, "refused"),
        (Reply(body={"success": False, "error": "ApiOldError"}), Rejected, "code_ApiOldError"),
        (Reply(body="<html>", status=400), Rejected, "http_400"),
        (Reply(body={"success": False, "error": {"code": "X"}}, status=404), Rejected, "code_X"),
        (Reply(body={"success": False, "error": {"code": "X"}}, status=500), OutcomeUnknown, "http_500"),
    ],
)
def test_an_answer_means_what_it_says(reply: Reply, outcome: type[Exception], reason: str) -> None:
    with Odd() as odd:
        odd.reply_to_texts = reply
        channel = ChatAppChannel(conf_of_url(odd.url), "max", MemoryTokens())

        found = channel.send(message_of())
        channel.close()

    assert isinstance(found, outcome)
    assert getattr(found, "reason", "") == reason


@pytest.mark.parametrize("reply", [Reply(body="", status=404), Reply(body="", status=405)])
def test_an_address_without_the_api_is_our_fault(reply: Reply) -> None:
    with Odd() as odd:
        odd.reply_to_texts = reply
        channel = ChatAppChannel(conf_of_url(odd.url), "max", MemoryTokens())

        with pytest.raises(Misconfigured):
            channel.send(message_of())
        channel.close()


def conf_of_url(url: str) -> ChatAppConf:
    login = Login(url=url, email="bot@example.ru", password="pass-word", app_id="app_111_1")
    return ChatAppConf(name="chatapp-1", login=login, lines=(line_of("max"),))


VALUES = {
    "email": "bot@example.ru",
    "password": "pass-word",
    "app_id": "app_111_1",
    "license_id": str(LICENCE),
    "max_type": "max",
    "email_type": "",
    "vk_type": "",
    "cabinet": "",
    "url": "",
}


class TestMessengers:
    @pytest.mark.parametrize(
        "messenger",
        [
            "grWhatsApp", "grayWhatsApp", "caWhatsApp", "whatsapp", "telegram", "telegramBot", "TELEGRAM", "instagram",
            "viber", "viberBot", "facebook", "discord", "skype", "snapchat", "msTeams", "threema", "wechat",
        ],
    )  # fmt: skip
    @pytest.mark.parametrize("channel", ["max", "email", "vk"])
    def test_a_foreign_messenger_has_no_address(self, channel: str, messenger: str) -> None:
        with pytest.raises(Misconfigured) as caught:
            Line(channel=channel, license_id="1", messenger=messenger)

        assert caught.value.reason == "foreign_messenger"

    @pytest.mark.parametrize(
        ("channel", "messenger"),
        [
            ("max", "email"), ("max", "vkontakte"), ("max", "avito"), ("max", ""), ("max", "a/b"),
            ("email", "max"), ("email", "vkontakte"), ("vk", "email"), ("vk", "vk"), ("sms", "max"),
        ],
    )  # fmt: skip
    def test_a_messenger_carries_no_channel_but_its_own(self, channel: str, messenger: str) -> None:
        with pytest.raises(Misconfigured) as caught:
            Line(channel=channel, license_id="1", messenger=messenger)

        assert caught.value.reason == "wrong_messenger"

    @pytest.mark.parametrize("messenger", ["max", "maxBot", "MAX", "grMax"])
    def test_the_administrator_names_the_type_of_max(self, messenger: str) -> None:
        assert Line(channel="max", license_id="1", messenger=messenger).messenger == messenger

    @pytest.mark.parametrize("field", ["max_type", "email_type", "vk_type"])
    def test_a_set_up_with_a_foreign_messenger_is_not_made(self, field: str) -> None:
        with pytest.raises(Misconfigured) as caught:
            CHATAPP.make(SetupValues(name="chatapp-1", values={**VALUES, field: "grWhatsApp"}))

        assert caught.value.reason == "foreign_messenger"


class TestSetUp:
    def test_the_channels_are_those_with_a_type(self) -> None:
        provider = CHATAPP.make(SetupValues(name="chatapp-1", values={**VALUES, "vk_type": "vkontakte"}))

        assert (provider.name, provider.channels, provider.per_second) == ("chatapp-1", ("max", "vk"), 1)

    @pytest.mark.parametrize("name", ["email", "password", "app_id", "license_id", "max_type"])
    def test_values_that_cannot_work_are_refused(self, name: str) -> None:
        with pytest.raises(Misconfigured):
            CHATAPP.make(SetupValues(name="chatapp-1", values={**VALUES, name: ""}))

    def test_a_channel_without_a_type_has_no_adapter(self) -> None:
        provider = CHATAPP.make(SetupValues(name="chatapp-1", values=VALUES))

        assert provider.adapter is not None
        with pytest.raises(Misconfigured):
            provider.adapter("email")

    def test_its_fields_take_what_it_needs(self) -> None:
        fields = {field.name: field for field in CHATAPP.fields}

        assert fields["password"].kind == "secret"
        assert all(field.fits(VALUES[field.name] or field.default) for field in CHATAPP.fields)

    def test_login_and_tokens_are_in_no_representation(self, fake: FakeChatApp) -> None:
        store = MemoryTokens()
        channel = ChatAppChannel(conf_of(fake), "max", store)
        channel.open()
        channel.close()

        shown = repr((conf_of(fake), store.load(), CHATAPP.make(SetupValues(name="chatapp-1", values=VALUES))))

        assert not [one for one in ("bot@example.ru", "pass-word", "$2y") if one in shown]


class TestStatuses:
    def test_a_message_of_a_lost_answer_is_found_by_our_reference(
        self, adapter: ChatAppChannel, fake: FakeChatApp
    ) -> None:
        fake.faults = {PERSON: "reset_took"}
        adapter.send(message_of())
        fake.faults = {}

        (report,) = adapter.statuses([SentMessage(reference="r1", provider_id="", address=PERSON)])

        assert (report.state, report.reference, report.provider_id) == ("accepted", "r1", fake.taken[0].id)

    def test_a_message_is_found_by_the_id_of_chatapp(self, adapter: ChatAppChannel, fake: FakeChatApp) -> None:
        adapter.send(message_of())

        found = adapter.statuses([SentMessage(reference="r0", provider_id=fake.taken[0].id, address=PERSON)])

        assert [report.reference for report in found] == ["r0"]

    def test_what_is_not_found_is_left_open_and_hides_no_other(
        self, adapter: ChatAppChannel, fake: FakeChatApp
    ) -> None:
        adapter.send(message_of())
        sent = [
            SentMessage(reference="r0", provider_id="", address=PERSON),
            SentMessage(reference="r0", provider_id="", address="999"),
            SentMessage(reference="r1", provider_id=fake.taken[0].id, address=PERSON),
        ]

        assert [report.reference for report in adapter.statuses(sent)] == ["r1"]

    @pytest.mark.parametrize("fault", ["broke", "not_json", "reset", "busy"])
    def test_no_clear_answer_is_later(self, adapter: ChatAppChannel, fake: FakeChatApp, fault: str) -> None:
        fake.fault = fault  # type: ignore[assignment]  # a word of Fault

        with pytest.raises(TemporarilyUnavailable):
            adapter.statuses([SentMessage(reference="r1", provider_id="", address=PERSON)])


class TestAccount:
    def test_it_tells_until_when_the_line_is_paid(self, adapter: ChatAppChannel) -> None:
        state = adapter.account()

        assert (state.name, state.paid_until, state.notes) == ("Мостик", "2027-01-01", ())

    def test_an_unpaid_line_is_told(self, adapter: ChatAppChannel, fake: FakeChatApp) -> None:
        fake.is_paid = False

        assert adapter.account().notes == ("licence_not_paid",)

    def test_a_line_that_is_not_there_is_told(self, fake: FakeChatApp) -> None:
        channel = ChatAppChannel(conf_of(fake, license_id="5"), "max", MemoryTokens())

        assert channel.account().notes == ("licence_missing",)
        channel.close()

    def test_a_messenger_that_the_line_does_not_have_is_told(
        self, adapter: ChatAppChannel, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delitem(MESSENGERS, "vkontakte")

        assert adapter.account().notes == ("vk_missing",)

    def test_the_lines_are_listed_with_the_types_to_pick_max_from(self, adapter: ChatAppChannel) -> None:
        (licence,) = adapter.licences()

        assert (licence.id, dict(licence.messengers)) == (str(LICENCE), dict(MESSENGERS))

    def test_a_wrong_password_is_our_fault(self, fake: FakeChatApp) -> None:
        channel = ChatAppChannel(conf_of(fake, password="old"), "max", MemoryTokens())

        with pytest.raises(Misconfigured):
            channel.account()
        channel.close()

    @pytest.mark.parametrize(
        "found",
        [
            {"licenseId": 5},
            {"licenseId": 5, "licenseTo": None, "status": None, "messenger": None},
            {"licenseId": 5, "licenseTo": 10**30, "status": "paid", "messenger": ["max"]},
            {"licenseId": 5, "licenseTo": True},
        ],
    )
    def test_a_licence_with_fields_missing_is_read(self, found: dict[str, Any]) -> None:
        (licence,) = licences_of([found, None, "x", {}])

        assert (licence.id, licence.is_paid, licence.paid_until, dict(licence.messengers)) == ("5", False, "", {})


class TestDialogueLink:
    def test_it_leads_staff_to_the_dialogue_and_holds_no_token(self) -> None:
        url = line_of("max").dialogue_url("79160000000@c.us")

        assert url == f"https://new.dialogs.pro/dialogs/{LICENCE}/max/79160000000@c.us"

    def test_a_strange_id_stays_in_its_place(self) -> None:
        assert line_of("max").dialogue_url("a/b?c").endswith("/a%2Fb%3Fc")
