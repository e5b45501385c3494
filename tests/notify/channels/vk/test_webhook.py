"""The Callback API of VK: who is let through, and what an event means."""

import json
import random
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notify.channels.base import Rejected
from notify.channels.events import DialogueEvent, InboundText
from notify.channels.vk.webhook import ATTACHMENTS, VkWebhook

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SECRET = "s3cret"
AT = 1790000000


def webhook(*, secrets: tuple[str, ...] = (SECRET,)) -> VkWebhook:
    return VkWebhook(group_id="777", secrets=secrets, confirmation="c0de", clock=lambda: NOW)


def body(kind: str, thing: object = None, **changes: Any) -> bytes:
    call = {"type": kind, "group_id": 777, "event_id": "e1", "v": "5.199", "secret": SECRET, "object": thing, **changes}
    return json.dumps({name: value for name, value in call.items() if value is not ...}).encode()


def written(**changes: Any) -> bytes:
    message = {"id": 5, "date": AT, "from_id": 42, "peer_id": 42, "out": 0, "text": "Здравствуйте", **changes}
    return body("message_new", {"message": {name: value for name, value in message.items() if value is not ...}})


class TestVerify:
    def test_the_group_and_the_secret_open(self) -> None:
        assert webhook().verify({}, written())

    @pytest.mark.parametrize("secret", ["", "wrong", None, 5, ["s3cret"], "секрет", "\ud800", ...])
    def test_any_other_secret_is_refused(self, secret: object) -> None:
        assert not webhook().verify({}, body("message_new", {}, secret=secret))

    @pytest.mark.parametrize("group_id", [0, 778, None, "", [777], ...])
    def test_the_events_of_another_group_are_refused(self, group_id: object) -> None:
        assert not webhook().verify({}, body("message_new", {}, group_id=group_id))
        assert not webhook().verify({}, body("confirmation", group_id=group_id))

    @pytest.mark.parametrize("secret", ["old", "new"])
    def test_during_a_rotation_both_secrets_open(self, secret: str) -> None:
        assert webhook(secrets=("new", "old")).verify({}, body("message_new", {}, secret=secret))

    @pytest.mark.parametrize("secrets", [(), ("",)])
    def test_without_a_secret_no_event_opens(self, secrets: tuple[str, ...]) -> None:
        assert not webhook(secrets=secrets).verify({}, body("message_new", {}, secret=""))
        assert not webhook(secrets=secrets).verify({}, body("message_new", {}, secret=...))

    @pytest.mark.parametrize("secret", [SECRET, "", ...])
    def test_the_confirmation_comes_with_the_secret_or_without_one(self, secret: object) -> None:
        assert webhook().verify({}, body("confirmation", secret=secret))

    def test_the_confirmation_with_a_wrong_secret_is_refused(self) -> None:
        assert not webhook().verify({}, body("confirmation", secret="wrong"))

    @pytest.mark.parametrize("found", [b"", b"[]", b"{", b"\xff", b"null", b"[" * 100_000])
    def test_what_is_no_event_is_refused(self, found: bytes) -> None:
        assert not webhook().verify({}, found)


class TestAnswer:
    def test_the_confirmation_is_answered_with_the_line_of_the_set_up(self) -> None:
        assert webhook().answer(body("confirmation")) == "c0de"

    @pytest.mark.parametrize("found", [written(), body("wall_post_new", {}), b"", b"[]"])
    def test_everything_else_is_answered_with_ok(self, found: bytes) -> None:
        assert webhook().answer(found) == "ok"


class TestKept:
    def test_the_secret_is_not_kept_and_the_event_reads_the_same(self) -> None:
        kept = webhook().without_secret(written())

        assert SECRET.encode() not in kept
        assert webhook().read(kept) == webhook().read(written())

    @pytest.mark.parametrize("found", [b"", b"[1]", body("confirmation", secret=...)])
    def test_what_holds_no_secret_is_kept_as_it_came(self, found: bytes) -> None:
        assert webhook().without_secret(found) == found


class TestMessages:
    def test_a_text_opens_the_dialogue_and_is_read(self) -> None:
        started, text = webhook().read(written())

        at = datetime.fromtimestamp(AT, tz=UTC)
        assert started == DialogueEvent(channel="vk", kind="started", account="42", chat="42", occurred_at=at)
        assert text == InboundText(
            channel="vk", account="42", chat="42", occurred_at=at, text="Здравствуйте", event_key="e1"
        )

    def test_a_link_brings_the_token_that_it_held(self) -> None:
        started, text = webhook().read(written(ref="token-1", ref_source="sms"))

        assert isinstance(started, DialogueEvent)
        assert started.payload == "token-1"
        assert isinstance(text, InboundText)

    def test_a_press_of_start_is_no_text(self) -> None:
        (started,) = webhook().read(written(text="Начать", payload='{"command":"start"}', ref="token-1"))

        assert isinstance(started, DialogueEvent)
        assert started.payload == "token-1"

    @pytest.mark.parametrize("payload", ['{"command":"other"}', "[", '"start"', "", None, 5, "[" * 100_000])
    def test_any_other_payload_is_a_text(self, payload: object) -> None:
        assert len(webhook().read(written(payload=payload))) == 2

    @pytest.mark.parametrize("changes", [{"out": 1}, {"from_id": -777}, {"from_id": 0}, {"peer_id": 2_000_000_005}])
    def test_what_is_not_written_to_the_community_by_a_person_is_skipped(self, changes: dict[str, int]) -> None:
        assert webhook().read(written(**changes)) == []

    def test_the_older_form_of_the_object_is_read_too(self) -> None:
        found = webhook().read(body("message_new", {"id": 5, "date": AT, "from_id": 42, "text": "Да"}))

        assert [type(one) for one in found] == [DialogueEvent, InboundText]

    @pytest.mark.parametrize(("word", "kind"), [*ATTACHMENTS.items(), ("wall", "other"), (None, "other")])
    def test_kinds_of_attachments_are_named(self, word: object, kind: str) -> None:
        text = webhook().read(written(text="", attachments=[{"type": word}]))[1]

        assert isinstance(text, InboundText)
        assert (text.text, text.attachments) == ("", (kind,))

    def test_a_place_is_an_attachment(self) -> None:
        text = webhook().read(written(geo={"coordinates": {}}))[1]

        assert isinstance(text, InboundText)
        assert text.attachments == ("location",)

    def test_a_message_of_nothing_only_opens_the_dialogue(self) -> None:
        assert len(webhook().read(written(text=..., attachments=None))) == 1

    def test_an_answer_names_the_message_that_it_answers(self) -> None:
        text = webhook().read(written(reply_message={"id": 99}))[1]

        assert isinstance(text, InboundText)
        assert text.in_reply_to == "99"


class TestPermission:
    def test_a_permission_opens_the_dialogue_with_what_the_button_held(self) -> None:
        (started,) = webhook().read(body("message_allow", {"user_id": 42, "key": "token-1"}))

        assert started == DialogueEvent(
            channel="vk", kind="started", account="42", chat="42", occurred_at=NOW, payload="token-1"
        )

    def test_a_prohibition_ends_it(self) -> None:
        (stopped,) = webhook().read(body("message_deny", {"user_id": 42}))

        assert stopped == DialogueEvent(channel="vk", kind="stopped", account="42", chat="42", occurred_at=NOW)

    def test_the_clock_dates_them_by_default(self) -> None:
        before = datetime.now(UTC)

        (stopped,) = VkWebhook(group_id="777", secrets=()).read(body("message_deny", {"user_id": 42}))

        assert before <= stopped.occurred_at <= datetime.now(UTC)


@pytest.mark.parametrize("kind", ["confirmation", "message_event", "message_read", "group_join", "message_reply"])
def test_other_events_are_skipped(kind: str) -> None:
    assert webhook().read(body(kind, {"from_id": 42})) == []


@pytest.mark.parametrize(
    "found",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff\xfe",
        b"[" * 100_000,
        body("message_new"),
        body("message_new", []),
        body("message_new", {"message": {"from_id": 42}}),
        body("message_new", {"message": {"from_id": 42, "date": "soon"}}),
        body("message_new", {"message": {"from_id": 42, "date": 1e300}}),
        body("message_new", {"message": {"from_id": True, "date": AT}}),
        written(attachments=[5]),
        written(reply_message=[1]),
        body("message_allow", {}),
        body("message_allow", {"user_id": -5}),
        body("message_deny", {"user_id": None}),
    ],
)
def test_what_cannot_be_read_is_refused_and_nothing_breaks(found: bytes) -> None:
    with pytest.raises(Rejected):
        webhook().read(found)


def test_spoiled_bytes_never_break_the_reader() -> None:
    rng = random.Random(7)
    good = written(ref="token", attachments=[{"type": "photo"}], reply_message={"id": 1})
    for _ in range(500):
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
    kind=st.sampled_from(["message_new", "message_allow", "message_deny"]),
    message=st.fixed_dictionaries(
        {"from_id": JSON | st.just(42), "date": JSON | st.just(AT)},
        optional=dict.fromkeys(
            ("text", "ref", "payload", "attachments", "reply_message", "geo", "peer_id", "user_id"), JSON
        ),
    ),
)
def test_values_of_any_kind_never_break_the_reader(kind: str, message: dict[str, object]) -> None:
    assert events_or_refusal(body(kind, {"message": message, **message}))


def events_or_refusal(found: bytes) -> bool:
    webhook().verify({}, found)
    webhook().answer(found)
    try:
        return isinstance(webhook().read(found), list)
    except Rejected:
        return True
