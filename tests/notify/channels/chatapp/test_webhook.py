"""What ChatApp tells us: states in any order, what people write, and nothing of our own."""

import json
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notify.channels.base import Misconfigured, OutboundMessage, Rejected
from notify.channels.chatapp.adapter import ChatAppChannel
from notify.channels.chatapp.tokens import MemoryTokens
from notify.channels.chatapp.webhook import MIME_KINDS, OUR_SIDE, TYPE_KINDS, ChatAppWebhook
from notify.channels.chatapp.words import STATES
from notify.channels.events import DeliveryReport, InboundText
from portal.laptop.fakes.chatapp import LICENCE, FakeChatApp
from portal.laptop.fakes.server import Call, Courier, HttpFake, Reply
from tests.notify.channels.chatapp.setups import TYPES, conf_of, line_of

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
AT = 1_790_000_000
APP = "app_111_1"


def webhook(*, has_cabinet: bool = False) -> ChatAppWebhook:
    lines = [line_of(channel) for channel in TYPES]
    return ChatAppWebhook(lines=lines, app_id=APP, has_cabinet=has_cabinet, clock=lambda: NOW)


def envelope(kind: str, *items: object, messenger: object = "max", licence: object = LICENCE) -> bytes:
    meta = {"type": kind, "licenseId": licence, "messengerType": messenger}
    return json.dumps({"data": items, "meta": meta}).encode()


def status(word: object = "delivered", **changes: Any) -> dict[str, Any]:
    return {
        "id": "BAE5",
        "type": word,
        "time": AT,
        "chat": {"id": "5", "type": "private"},
        "fromApp": {"id": "app_111_1", "tracking": "r1"},
        "error": None,
        **changes,
    }


def written(**changes: Any) -> dict[str, Any]:
    return {
        "id": "IN1",
        "fromApi": False,
        "fromMe": False,
        "side": "in",
        "time": AT,
        "type": "text",
        "message": {"text": "Здравствуйте", "caption": None, "file": None},
        "fromUser": {"id": "5", "name": "Анна", "phone": None},
        "chat": {"id": "5", "type": "private", "phone": None},
        **changes,
    }


def flat(**changes: Any) -> bytes:
    told = {
        "id_chat": "5",
        "sender": "client",
        "message": "Здравствуйте",
        "messenger": "max",
        "license": str(LICENCE),
        "datetime": str(AT),
        **changes,
    }
    return json.dumps({name: value for name, value in told.items() if value is not ...}).encode()


def texts(body: bytes) -> list[InboundText]:
    found = webhook().read(body)
    assert all(isinstance(one, InboundText) for one in found)
    return [one for one in found if isinstance(one, InboundText)]


def reports(body: bytes) -> list[DeliveryReport]:
    return [one for one in webhook().read(body) if isinstance(one, DeliveryReport)]


@pytest.mark.parametrize("body", [b"", b" \n", b"{}", b"[]", b"null"])
def test_the_empty_call_at_registration_is_let_through_and_says_nothing(body: bytes) -> None:
    assert webhook().verify({}, body)
    assert webhook().read(body) == []
    assert webhook().answer(body) == "ok"


class TestReports:
    @pytest.mark.parametrize("word", STATES)
    def test_each_word_of_chatapp_has_one_of_ours(self, word: str) -> None:
        (report,) = reports(envelope("messageStatus", status(word)))

        assert report == DeliveryReport(
            event_key=f"{LICENCE}:max:BAE5:{word}:",
            state=STATES[word],
            occurred_at=datetime.fromtimestamp(AT, tz=UTC),
            reference="r1",
            provider_id="BAE5",
            detail=word,
        )

    def test_a_word_that_we_do_not_know_moves_nothing(self) -> None:
        (report,) = reports(envelope("messageStatus", status("teleported")))

        assert report.state == "unknown"

    @pytest.mark.parametrize(
        ("error", "detail"),
        [
            ({"code": "ApiBlocked", "message": "no"}, "code_ApiBlocked"),
            ("ApiBlocked", "code_ApiBlocked"),
            ({"message": "Человек 5 не найден"}, "refused"),
            ("Человек 5 не найден", "refused"),
            (True, "refused"),
        ],
    )
    def test_a_state_with_an_error_has_failed(self, error: object, detail: str) -> None:
        (report,) = reports(envelope("messageStatus", status("sent", error=error)))

        assert (report.state, report.detail) == ("failed", detail)

    def test_several_states_of_one_call_are_several_events_with_their_own_moments(self) -> None:
        found = reports(envelope("messageStatus", status("viewed", time=AT + 9), status("delivered")))

        assert [one.detail for one in found] == ["viewed", "delivered"]
        assert found[0].occurred_at > found[1].occurred_at
        assert len({one.event_key for one in found}) == 2

    def test_a_repeat_has_the_same_name_in_another_call_too(self) -> None:
        first = reports(envelope("messageStatus", status()))
        again = reports(envelope("messageStatus", status("sent"), status(time=AT + 5)))

        assert again[1].event_key == first[0].event_key

    @pytest.mark.parametrize("origin", [None, {}, {"id": "app", "tracking": None}])
    def test_a_message_without_our_reference_is_known_by_its_id(self, origin: object) -> None:
        (report,) = reports(envelope("messageStatus", status(fromApp=origin)))

        assert (report.reference, report.provider_id) == ("", "BAE5")

    def test_long_names_fit_their_columns(self) -> None:
        (report,) = reports(envelope("messageStatus", status(id="<" + "x" * 400, fromApp={"tracking": "y" * 400})))

        assert all(len(one) <= 120 for one in (report.event_key, report.provider_id, report.reference, report.detail))


class TestMessages:
    def test_what_a_person_writes_is_read(self) -> None:
        assert texts(envelope("message", written())) == [
            InboundText(
                channel="max",
                account="5",
                chat="5",
                occurred_at=datetime.fromtimestamp(AT, tz=UTC),
                text="Здравствуйте",
                event_key=f"{LICENCE}:max:IN1:message",
            )
        ]

    @pytest.mark.parametrize(
        "changes",
        [
            {"side": "out"},
            {"side": None},
            {"fromMe": True},
            {"side": "out", "fromApi": True, "fromMe": True},
            {"chat": {"id": "5", "type": "group"}},
            {"message": {"text": None}},
            {"message": None},
        ],
    )
    def test_our_own_side_groups_and_nothings_are_skipped(self, changes: dict[str, Any]) -> None:
        assert texts(envelope("message", written(**changes))) == []

    @pytest.mark.parametrize(("messenger", "channel"), [(kind, channel) for channel, kind in TYPES.items()])
    def test_the_messenger_names_the_channel(self, messenger: str, channel: str) -> None:
        (text,) = texts(envelope("message", written(), messenger=messenger))

        assert text.channel == channel

    @pytest.mark.parametrize("messenger", ["grWhatsApp", "telegram", "avito", None, 5])
    def test_a_messenger_that_is_not_set_up_is_skipped(self, messenger: object) -> None:
        assert texts(envelope("message", written(), messenger=messenger)) == []
        assert reports(envelope("messageStatus", status(), messenger=messenger)) == []

    def test_another_line_is_skipped(self) -> None:
        assert texts(envelope("message", written(), licence=5)) == []

    def test_the_account_of_a_letter_is_its_address(self) -> None:
        chat = {"id": "thread-1", "type": "private", "email": "Anna@Example.ru"}
        (text,) = texts(envelope("message", written(chat=chat), messenger="email"))

        assert (text.account, text.chat) == ("anna@example.ru", "thread-1")

    @pytest.mark.parametrize(("mime", "kind"), [*MIME_KINDS.items(), ("application", "file"), ("", "file")])
    def test_kinds_of_files_are_named(self, mime: str, kind: str) -> None:
        said = {"caption": "Вот", "file": {"link": "https://x.example/f", "mimeType": f"{mime}/x"}}
        (text,) = texts(envelope("message", written(message=said)))

        assert (text.text, text.attachments) == ("Вот", (kind,))

    @pytest.mark.parametrize(("word", "kind"), TYPE_KINDS.items())
    def test_kinds_of_other_things_are_named(self, word: str, kind: str) -> None:
        (text,) = texts(envelope("message", written(type=word, message=None)))

        assert text.attachments == (kind,)

    @pytest.mark.parametrize("kind", ["chatTag", "chatConversation", "chatRead"])
    def test_other_events_are_skipped(self, kind: str) -> None:
        assert webhook().read(envelope(kind, {"tag": 1})) == []


class TestFlat:
    def test_a_message_of_a_scenario_is_read(self) -> None:
        (text,) = texts(flat())

        assert (text.channel, text.account, text.chat, text.text) == ("max", "5", "5", "Здравствуйте")
        assert text.occurred_at == datetime.fromtimestamp(AT, tz=UTC)

    def test_its_fields_go_by_other_names_too(self) -> None:
        body = json.dumps(
            {"body": {"chatId": 5, "text": "Да", "messengerType": "vkontakte", "licenseId": LICENCE, "from_type": None}}
        ).encode()
        (text,) = texts(body)

        assert (text.channel, text.account, text.text, text.occurred_at) == ("vk", "5", "Да", NOW)

    @pytest.mark.parametrize("sender", [*sorted(OUR_SIDE), "Employee", "chatbot"])
    def test_our_own_side_is_skipped(self, sender: str) -> None:
        assert texts(flat(sender=sender)) == []

    @pytest.mark.parametrize("sender", ["client", "", None, ...])
    def test_any_other_sender_is_a_person(self, sender: object) -> None:
        assert len(texts(flat(sender=sender))) == 1

    @pytest.mark.parametrize(
        "changes", [{"messenger": "telegram"}, {"license": "5"}, {"license": ...}, {"message": ""}]
    )
    def test_other_lines_and_nothings_are_skipped(self, changes: dict[str, Any]) -> None:
        assert texts(flat(**changes)) == []

    def test_a_file_without_words_is_read(self) -> None:
        (text,) = texts(flat(message="", file_link="https://x.example/f"))

        assert text.attachments == ("file",)

    @pytest.mark.parametrize("moment", ["2026-11-24 12:00:00", "вчера", "9" * 30, "", None])
    def test_a_moment_that_is_not_clear_is_that_of_reading(self, moment: object) -> None:
        assert texts(flat(datetime=moment))[0].occurred_at == NOW

    def test_a_moment_with_a_zone_is_read(self) -> None:
        (text,) = texts(flat(datetime="2026-11-24T15:00:00+03:00"))

        assert text.occurred_at == NOW

    def test_its_name_is_the_same_for_a_repeat_and_tells_nothing_of_it(self) -> None:
        keys = [texts(flat(message=words))[0].event_key for words in ("Анна", "Анна", "Иван")]

        assert keys[0] == keys[1] != keys[2]
        assert "Анна" not in keys[0]


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"5",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"a": 1}',
        b'{"meta": null}',
        b'{"meta": {"type": "message"}}',
        b'{"meta": {"type": "message", "licenseId": 37233, "messengerType": "max"}}',
        b'{"meta": {"type": "message", "licenseId": 37233, "messengerType": []}, "data": []}',
        envelope("message", None),
        envelope("message", {}),
        envelope("message", written(time="soon")),
        envelope("message", written(time=1e300)),
        envelope("message", written(chat={"type": "private"})),
        envelope("messageStatus", {"type": "sent"}),
        envelope("messageStatus", status(fromApp=[1])),
        flat(id_chat=""),
    ],
)
def test_what_cannot_be_read_is_refused_and_nothing_breaks(body: bytes) -> None:
    with pytest.raises(Rejected):
        webhook().read(body)


def events_or_refusal(body: bytes) -> bool:
    try:
        return all(isinstance(one.read(body), list) for one in (webhook(), webhook(has_cabinet=True)))
    except Rejected:
        return True


def test_spoiled_bytes_never_break_the_reader() -> None:
    rng = random.Random(7)
    for good in (envelope("message", written()), envelope("messageStatus", status()), flat()):
        for _ in range(300):
            spoiled = bytearray(good)
            for _ in range(rng.randint(1, 6)):
                spoiled[rng.randrange(len(spoiled))] = rng.randrange(256)
            assert events_or_refusal(bytes(spoiled))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=200, deadline=None)
@given(
    make=st.sampled_from([written, status]),
    changes=st.dictionaries(
        st.sampled_from(["id", "type", "time", "chat", "fromApp", "error", "message", "fromUser", "side", "fromMe"]),
        JSON,
    ),
)
def test_values_of_any_kind_never_break_the_reader(
    make: Callable[..., dict[str, Any]], changes: dict[str, Any]
) -> None:
    kind = "message" if make is written else "messageStatus"

    assert events_or_refusal(envelope(kind, {**make(), **changes}))


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(["id_chat", "sender", "message", "datetime", "email", "messenger"]), JSON))
def test_flat_values_of_any_kind_never_break_the_reader(changes: dict[str, Any]) -> None:
    assert events_or_refusal(flat(**changes))


class Site(HttpFake):
    """Our site: reads what comes, unless it is ``shut``."""

    shut = False

    def __init__(self) -> None:
        super().__init__()
        self.events: list[Any] = []

    def addresses(self, _call: Call) -> list[str]:
        return []

    def answer(self, call: Call) -> Reply:
        if self.shut:
            return Reply(body="", status=403)
        self.events += webhook().read(call.body)
        return Reply(body=webhook().answer(call.body))


class TestCallbacks:
    @pytest.fixture
    def site(self) -> Iterator[Site]:
        with Site() as running:
            yield running

    @pytest.fixture
    def fake(self) -> Iterator[FakeChatApp]:
        with FakeChatApp(courier=Courier(pauses=())) as running:
            yield running

    @pytest.fixture
    def adapter(self, fake: FakeChatApp) -> Iterator[ChatAppChannel]:
        channel = ChatAppChannel(conf_of(fake), "max", MemoryTokens())
        yield channel
        channel.close()

    def test_each_line_is_told_once(self, adapter: ChatAppChannel, site: Site, fake: FakeChatApp) -> None:
        told = adapter.callbacks_keep(site.url)

        assert [line.channel for line in told] == [*TYPES]
        assert adapter.callbacks_keep(site.url) == []
        assert set(fake.callbacks) == set(TYPES.values())
        assert adapter.callbacks() == {line_of(channel): site.url for channel in TYPES}

    def test_an_address_of_before_is_replaced(self, adapter: ChatAppChannel, site: Site, fake: FakeChatApp) -> None:
        fake.callbacks["max"] = {
            "licenseId": LICENCE, "messengerType": "max", "events": ["message", "messageStatus"], "url": "https://old",
        }  # fmt: skip

        adapter.callbacks_keep(site.url)

        assert fake.callbacks["max"]["url"] == site.url

    def test_a_callback_for_fewer_events_is_told_again(
        self, adapter: ChatAppChannel, site: Site, fake: FakeChatApp
    ) -> None:
        adapter.callbacks_keep(site.url)
        fake.callbacks["email"]["events"] = ["message"]

        assert [line.channel for line in adapter.callbacks_keep(site.url)] == ["email"]

    def test_only_our_own_callbacks_are_ended(self, adapter: ChatAppChannel, site: Site, fake: FakeChatApp) -> None:
        adapter.callbacks_keep(site.url)
        fake.callbacks["email"]["url"] = "https://theirs"

        ended = adapter.callbacks_end(site.url)

        assert [line.channel for line in ended] == ["max", "vk"]
        assert set(fake.callbacks) == {"email"}

    def test_a_site_that_does_not_answer_is_our_fault(self, adapter: ChatAppChannel, site: Site) -> None:
        site.shut = True

        with pytest.raises(Misconfigured, match="code_ApiCallbackUrlError"):
            adapter.callbacks_keep(site.url)

    @pytest.mark.parametrize("seed", range(3))
    def test_what_is_sent_comes_back_in_any_order_and_twice_and_is_read_once_each(
        self, adapter: ChatAppChannel, site: Site, fake: FakeChatApp, seed: int
    ) -> None:
        adapter.callbacks_keep(site.url)
        fake.order, fake.copies = random.Random(seed), 2

        adapter.send(OutboundMessage(reference="r1", address="5", text="Стоп?"))
        assert fake.courier.wait()

        assert all(isinstance(one, DeliveryReport) and one.reference == "r1" for one in site.events)
        assert {one.event_key: one.state for one in site.events} == {
            f"{LICENCE}:max:{fake.taken[0].id}:{word}:": state for word, state in STATES.items()
        }
        assert len(site.events) == 6

    @pytest.mark.parametrize("is_flat", [False, True])
    def test_what_a_person_writes_comes_in_both_shapes(
        self, adapter: ChatAppChannel, site: Site, fake: FakeChatApp, is_flat: bool
    ) -> None:
        adapter.callbacks_keep(site.url)
        fake.is_flat = is_flat

        fake.write("max", "5", "Стоп")
        assert fake.courier.wait()

        assert [(one.channel, one.account, one.text) for one in site.events] == [("max", "5", "Стоп")]


def test_an_item_that_cannot_be_read_spoils_no_other() -> None:
    body = envelope("message", written(time="never"), written(chat=None), None, written(id="IN2"))

    assert [one.event_key for one in webhook().read(body) if isinstance(one, InboundText)] == [
        f"{LICENCE}:max:IN2:message"
    ]
    with pytest.raises(Rejected):
        webhook().read(envelope("message", written(time="never"), None))
