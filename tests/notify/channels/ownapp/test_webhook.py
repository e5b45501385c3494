"""What the company's backend tells us: who has signed it, and what it means."""

import json
import random
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from standardwebhooks import Webhook

from notify.channels.base import Rejected
from notify.channels.events import DeliveryReport, DialogueEvent, Event, InboundText
from notify.channels.ownapp.webhook import FAULTS, STATES, TURNS, OwnAppWebhook
from notify.channels.signing import MOST_SIGNATURES, key_of, secret_of, signed_headers
from portal.laptop.fakes.ownapp import signed
from tests.notify.channels.ownapp.calls import NEW, OLD, OTHER, by_the_package, provider, secret

NOW = 1_790_000_000
AT = "2026-11-30T12:00:00+03:00"
MOMENT = datetime(2026, 11, 30, 9, tzinfo=UTC)
BODY = b'{"id":"ev-1"}'


def hook(*secrets: str) -> OwnAppWebhook:
    return OwnAppWebhook([key_of(one) for one in secrets], clock=lambda: NOW)


def body(word: str, at: Any = AT, **data: Any) -> bytes:
    return json.dumps({"id": "ev-1", "type": word, "timestamp": at, "data": data}).encode()


def read(raw: bytes) -> Event:
    (event,) = hook(NEW).read(raw)
    return event


class TestSignature:
    def test_a_call_signed_by_the_package_is_theirs(self) -> None:
        signature = Webhook(NEW).sign("ev-1", datetime.fromtimestamp(NOW, tz=UTC), BODY.decode())
        headers = {"Webhook-Id": "ev-1", "Webhook-Timestamp": str(NOW), "Webhook-Signature": signature}

        assert hook(NEW).verify(headers, BODY)

    @pytest.mark.parametrize("theirs", [NEW, OLD])
    def test_each_secret_in_force_opens(self, theirs: str) -> None:
        assert hook(NEW, OLD).verify(signed(theirs, "ev-1", BODY, NOW), BODY)

    def test_one_signature_of_several_is_enough(self) -> None:
        headers = signed_headers([key_of(OTHER), key_of(NEW)], identifier="ev-1", at=NOW, body=BODY)
        headers["webhook-signature"] += " v1a,abc nonsense"

        assert hook(NEW).verify(headers, BODY)

    def test_signatures_beyond_the_bound_are_not_read(self) -> None:
        headers = signed(NEW, "ev-1", BODY, NOW)
        headers["webhook-signature"] = "v1,x " * MOST_SIGNATURES + headers["webhook-signature"]

        assert not hook(NEW).verify(headers, BODY)

    @pytest.mark.parametrize("seconds", [-300, -299, 0, 299, 300])
    def test_within_five_minutes_a_call_is_taken(self, seconds: int) -> None:
        assert hook(NEW).verify(signed(NEW, "ev-1", BODY, NOW + seconds), BODY)

    @pytest.mark.parametrize("seconds", [-1_000_000, -301, 301, 1_000_000])
    def test_a_replay_and_a_call_from_the_future_are_refused(self, seconds: int) -> None:
        assert not hook(NEW).verify(signed(NEW, "ev-1", BODY, NOW + seconds), BODY)

    @pytest.mark.parametrize(
        "changed",
        [
            {"webhook-id": "ev-2"},
            {"webhook-id": ""},
            {"webhook-id": "событие"},
            {"webhook-timestamp": str(NOW + 1)},
            {"webhook-timestamp": ""},
            {"webhook-timestamp": f"{NOW}.0"},
            {"webhook-timestamp": f"+{NOW}"},
            {"webhook-timestamp": "٣" * 10},
            {"webhook-timestamp": "9" * 5000},
            {"webhook-timestamp": "вчера"},
            {"webhook-signature": ""},
            {"webhook-signature": "v1,"},
            {"webhook-signature": "подпись"},
            {"webhook-signature": "v1, " * 9999},
        ],
    )
    def test_a_changed_or_missing_header_is_refused(self, changed: dict[str, str]) -> None:
        assert not hook(NEW).verify({**signed(NEW, "ev-1", BODY, NOW), **changed}, BODY)

    def test_a_signature_of_another_version_is_refused(self) -> None:
        headers = signed(NEW, "ev-1", BODY, NOW)
        headers["webhook-signature"] = headers["webhook-signature"].replace("v1,", "v1a,")

        assert not hook(NEW).verify(headers, BODY)

    def test_a_changed_body_and_another_secret_are_refused(self) -> None:
        assert not hook(NEW).verify(signed(NEW, "ev-1", BODY, NOW), BODY + b" ")
        assert not hook(NEW).verify(signed(OTHER, "ev-1", BODY, NOW), BODY)
        assert not hook(NEW).verify({}, BODY)

    def test_without_a_secret_nothing_opens(self) -> None:
        assert not hook().verify(signed(NEW, "ev-1", BODY, NOW), BODY)
        for secrets in ((), ("",)):
            webhook = provider("https://app.example/", hook_secrets=secrets).webhook
            assert webhook is not None
            assert not webhook.verify(signed_headers([b""], identifier="ev-1", at=NOW, body=BODY), BODY)

    def test_our_own_call_sent_back_to_us_means_nothing(self) -> None:
        assert hook(NEW).read(body("message.send", id="r1", customer="4711", text="Привет")) == []


class TestSecrets:
    @pytest.mark.parametrize("length", [24, 32, 64])
    def test_a_key_comes_back_from_its_secret(self, length: int) -> None:
        assert key_of(secret("k", length)) == b"k" * length
        assert key_of(secret("k", length).rstrip("=")) == b"k" * length
        assert secret_of(b"k" * length) == secret("k", length)

    @pytest.mark.parametrize(
        "bad", ["whsec_", secret("k", 23), secret("k", 65), "whsec_" + "-_" * 20, "whsec_ключ", "whsec_a"]
    )
    def test_what_is_no_secret_is_refused(self, bad: str) -> None:
        with pytest.raises(ValueError, match=r"not base64|too short or too long"):
            key_of(bad)

    def test_a_secret_that_the_site_has_made_is_its_own_key(self) -> None:
        site_made = "dG9rZW4-of_the_site"
        headers = signed_headers([site_made.encode()], identifier="ev-1", at=NOW, body=BODY)

        assert hook(site_made).verify(headers, BODY)
        assert hook(site_made).verify(signed(secret_of(site_made.encode()), "ev-1", BODY, NOW), BODY)

    def test_what_we_sign_the_package_accepts(self) -> None:
        now = int(datetime.now(tz=UTC).timestamp())
        text = "Привет \U0001f381".encode()
        headers = signed_headers([key_of(OLD), key_of(NEW)], identifier="r1", at=now, body=b'"%s"' % text)

        assert by_the_package(NEW, headers, b'"%s"' % text)
        assert by_the_package(OLD, headers, b'"%s"' % text)
        assert not by_the_package(OTHER, headers, b'"%s"' % text)


class TestReports:
    @pytest.mark.parametrize("word", STATES)
    def test_each_word_has_one_of_ours(self, word: str) -> None:
        state, detail = STATES[word]

        event = read(body(word, message_id="r1", reason="expired"))

        said = detail or ("expired" if state == "failed" else "")
        assert event == DeliveryReport(event_key="ev-1", state=state, occurred_at=MOMENT, reference="r1", detail=said)

    @pytest.mark.parametrize("reason", FAULTS)
    def test_each_reason_of_a_failure_says_something_of_the_contact(self, reason: str) -> None:
        event = read(body("message.failed", message_id="r1", reason=reason))

        assert isinstance(event, DeliveryReport)
        assert (event.state, event.detail, event.address_fault) == ("failed", reason, FAULTS[reason])

    @pytest.mark.parametrize("reason", [None, "", "Анна сменила телефон", "x" * 1000, 5])
    def test_another_reason_is_never_repeated(self, reason: object) -> None:
        event = read(body("message.failed", message_id="r1", reason=reason))

        assert isinstance(event, DeliveryReport)
        assert (event.state, event.detail, event.address_fault) == ("failed", "other", "")

    def test_an_event_without_an_id_is_known_by_its_bytes(self) -> None:
        raw = json.dumps({"type": "message.read", "timestamp": AT, "data": {"message_id": "r1"}}).encode()
        other = raw.replace(b"r1", b"r2")

        first, repeat, another = read(raw), read(raw), read(other)

        assert isinstance(first, DeliveryReport)
        assert first == repeat
        assert isinstance(another, DeliveryReport)
        assert first.event_key != another.event_key
        assert len(first.event_key) == 64


class TestPeople:
    def test_a_reply_brings_the_text_and_what_it_answers(self) -> None:
        attachments = [{"type": "image", "url": "https://x/1"}, {"type": "hologram"}, "video", None]
        event = read(body("message.reply", customer=4711, text="Да", message_id="r1", attachments=attachments))

        assert event == InboundText(
            channel="app",
            account="4711",
            chat="4711",
            occurred_at=MOMENT,
            text="Да",
            event_key="ev-1",
            attachments=("image", "other", "video", "other"),
            in_reply_to="r1",
        )

    @pytest.mark.parametrize("attachments", [None, [], "image", 5, {}])
    def test_a_reply_without_text_or_attachments_is_one(self, attachments: object) -> None:
        event = read(body("message.reply", customer="4711", text=None, attachments=attachments))

        assert isinstance(event, InboundText)
        assert (event.text, event.attachments, event.in_reply_to) == ("", (), "")

    @pytest.mark.parametrize("word", TURNS)
    def test_both_ends_of_a_dialogue_are_read(self, word: str) -> None:
        event = read(body(word, customer="4711", chat="c-1", payload="k7Qz0p"))

        assert event == DialogueEvent(
            channel="app", kind=TURNS[word], account="4711", chat="c-1", occurred_at=MOMENT, payload="k7Qz0p"
        )

    @pytest.mark.parametrize("customer", [None, "", "  ", "9" * 121, True, [], {}, 4.5])
    def test_a_name_that_could_be_anothers_is_refused(self, customer: object) -> None:
        for word in ("message.reply", *TURNS):
            with pytest.raises(Rejected):
                hook(NEW).read(body(word, customer=customer, text="Да"))


@pytest.mark.parametrize("word", ["message.send", "message.typing", "customer.created", "", "delivered"])
def test_other_types_are_left_alone_even_without_data(word: str) -> None:
    assert hook(NEW).read(json.dumps({"type": word}).encode()) == []


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"null",
        b"{}",
        b'"x"',
        b"\xff\xfe",
        b"[" * 200_000,
        b'{"type": ["message.read"]}',
        b'{"type": {}}',
        b'{"type": "message.read"}',
        body("message.read", at="вчера", message_id="r1"),
        body("message.read", at="2026-11-30T12:00:00", message_id="r1"),
        body("message.read", at=1_790_000_000, message_id="r1"),
        body("message.read", at="0001-01-01T00:00:00+14:00", message_id="r1"),
        body("message.read"),
        body("message.read", message_id=""),
        body("message.read", message_id=[]),
        b'{"id": {}, "type": "message.read", "timestamp": "2026-11-30T12:00:00Z", "data": {"message_id": "r1"}}',
        b'{"type": "message.read", "timestamp": "2026-11-30T12:00:00Z", "data": []}',
        b'{"type": "message.read", "timestamp": "2026-11-30T12:00:00Z", "data": null}',
    ],
)
def test_what_cannot_be_read_is_refused_and_nothing_breaks(raw: bytes) -> None:
    with pytest.raises(Rejected, match="unreadable"):
        hook(NEW).read(raw)


def test_spoiled_bytes_never_break_the_reader() -> None:
    rng = random.Random(7)
    good = body("message.reply", customer="4711", text="Да", attachments=[{"type": "image"}], message_id="r1")
    for _ in range(500):
        spoiled = bytearray(good)
        for _ in range(rng.randint(1, 6)):
            spoiled[rng.randrange(len(spoiled))] = rng.randrange(256)
        try:
            assert isinstance(hook(NEW).read(bytes(spoiled)), list)
        except Rejected:
            continue


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from([AT, "r1", "expired"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
DATA = st.dictionaries(
    st.sampled_from(["customer", "chat", "text", "message_id", "reason", "payload", "attachments"]), VALUES
)


@settings(max_examples=200, deadline=None)
@given(word=st.sampled_from([*STATES, *TURNS, "message.reply"]), at=VALUES, data=DATA | VALUES, key=VALUES)
def test_any_event_gives_what_the_columns_take_or_is_refused(word: str, at: Any, data: Any, key: Any) -> None:
    try:
        events = hook(NEW).read(json.dumps({"id": key, "type": word, "timestamp": at, "data": data}).encode())
    except Rejected:
        return
    for event in events:
        for name, value in _texts(event).items():
            assert "\0" not in value
            assert value.encode()
            assert len(value) <= 120 or name == "text"


def _texts(event: Event) -> Mapping[str, str]:
    found = {name: getattr(event, name) for name in type(event).__slots__}
    return {name: value for name, value in found.items() if isinstance(value, str) and value}


@given(st.binary(max_size=200))
def test_any_bytes_give_events_or_are_refused(raw: bytes) -> None:
    try:
        assert isinstance(hook(NEW).read(raw), list)
    except Rejected:
        return
