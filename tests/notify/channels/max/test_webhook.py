"""Updates of MAX are read by their real shapes; what is not for us is left alone."""

import copy
import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notify.channels.base import Rejected
from notify.channels.events import DialogueEvent, InboundText, PhoneProof
from notify.channels.max.webhook import SECRET_HEADER, MaxWebhook
from tests.payloads import max_updates as samples

TOKEN = "k7Qz0p_Rb2mXv9k7Qz0p_Rb2mXv9abcd"
BOT = "token of the bot"


def read(update: dict[str, Any]) -> DialogueEvent | InboundText | PhoneProof | None:
    """Read an update as it comes over the wire."""
    events = MaxWebhook((), token=BOT).read(json.dumps(update).encode())
    return events[0] if events else None


def text_of(update: dict[str, Any]) -> InboundText:
    """Read an update that is a text."""
    event = read(update)
    assert isinstance(event, InboundText)
    return event


def test_a_start_names_the_person_the_dialogue_and_the_payload() -> None:
    update = read(samples.bot_started(payload=TOKEN))

    assert isinstance(update, DialogueEvent)
    assert (update.kind, update.account, update.chat) == ("started", str(samples.USER_ID), str(samples.CHAT_ID))
    assert update.payload == TOKEN


@pytest.mark.parametrize("payload", [None, ""])
def test_a_start_without_a_payload_is_a_start(payload: str | None) -> None:
    update = read(samples.bot_started(payload=payload))

    assert isinstance(update, DialogueEvent)
    assert update.payload == ""


def test_a_start_where_max_leaves_the_payload_out_is_a_start() -> None:
    sample = samples.bot_started(payload=TOKEN)
    del sample["payload"]

    assert read(sample) is not None


@pytest.mark.parametrize("word", ["bot_stopped", "dialog_removed"])
def test_both_words_for_the_end_are_one_to_us(word: str) -> None:
    update = read(samples.bot_stopped(word))

    assert isinstance(update, DialogueEvent)
    assert update.kind == "stopped"


@pytest.mark.parametrize("text", [f"/start {TOKEN}", TOKEN, f"  {TOKEN}\n", f"/start   {TOKEN}"])
def test_a_typed_token_is_found_and_the_person_is_the_sender(text: str) -> None:
    update = read(samples.message_created(text))

    assert isinstance(update, DialogueEvent)
    assert (update.kind, update.payload, update.account) == ("started", TOKEN, str(samples.USER_ID))


@pytest.mark.parametrize("text", ["Привет", "/start", "", f"мой код {TOKEN}", "a" * 200])
def test_any_other_text_turns_no_dialogue(text: str) -> None:
    update = read(samples.message_created(text))

    assert isinstance(update, InboundText)
    assert (update.text, update.account) == (text, str(samples.USER_ID))


def test_a_group_and_another_bot_are_nothing_to_us() -> None:
    group = samples.message_created(TOKEN)
    group["message"]["recipient"]["chat_type"] = "chat"
    bot = samples.message_created(TOKEN)
    bot["message"]["sender"]["is_bot"] = True

    assert read(group) is None
    assert read(bot) is None


@pytest.mark.parametrize(
    "word", ["message_edited", "dialog_muted", "bot_added", "message_removed", "something_of_next_year"]
)
def test_other_updates_are_left_alone(word: str) -> None:
    assert read(samples.bot_started(payload="") | {"update_type": word}) is None


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "null",
        "{}",
        "not json",
        '{"update_type":"bot_started"}',
        '{"update_type":"bot_started","timestamp":"x"}',
    ],
)
def test_what_is_no_update_is_rejected(body: str) -> None:
    with pytest.raises(Rejected):
        MaxWebhook(()).read(body.encode())


class TestTexts:
    def test_a_message_is_named_by_its_mid_the_same_for_a_repeat(self) -> None:
        update = samples.message_created("Привет")

        assert text_of(update).event_key == update["message"]["body"]["mid"]
        assert text_of(update) == text_of(copy.deepcopy(update))

    @pytest.mark.parametrize("kind", ["image", "video", "audio", "file", "contact", "location", "sticker"])
    def test_attachments_are_named_by_their_kinds(self, kind: str) -> None:
        update = samples.message_sent([{"type": kind, "payload": {}}, {"type": "share"}])

        assert text_of(update).attachments == (kind, "other")
        assert text_of(update).text == ""

    def test_an_answer_names_the_message_that_it_answers(self) -> None:
        update = samples.message_created("Да")
        update["message"]["link"] = {"type": "reply", "message": {"mid": "mid.1", "seq": 1}}

        assert text_of(update).in_reply_to == "mid.1"

    def test_what_was_forwarded_answers_nothing(self) -> None:
        update = samples.message_created("Да")
        update["message"]["link"] = {"type": "forward", "message": {"mid": "mid.1", "seq": 1}}

        assert text_of(update).in_reply_to == ""

    def test_nulls_and_left_out_fields_are_the_same(self) -> None:
        update = samples.message_created("Привет")
        nulls = copy.deepcopy(update)
        nulls["message"] |= {"link": None, "stat": None, "url": None}
        nulls["message"]["body"] |= {"attachments": None, "markup": None}
        nulls["experiment"] = {"group": 7}

        assert read(nulls) == read(update)


class TestButtons:
    def test_a_press_is_a_text_with_the_payload_of_the_button(self) -> None:
        update = samples.message_callback()
        event = text_of(update)

        assert (event.text, event.event_key) == ("lead:42:accept", "cb:f9LHodD0cOJexample")
        assert (event.account, event.chat) == (str(samples.USER_ID), str(samples.CHAT_ID))
        assert event.in_reply_to == update["message"]["body"]["mid"]

    def test_a_press_without_a_payload_is_the_words_of_the_only_button(self) -> None:
        assert text_of(samples.message_callback(None)).text == "Принять"

    def test_a_press_on_a_message_that_is_gone_is_still_a_press(self) -> None:
        update = samples.message_callback() | {"message": None}
        event = text_of(update)

        assert (event.text, event.chat) == ("lead:42:accept", str(samples.USER_ID))

    def test_a_press_in_a_group_is_left_alone(self) -> None:
        update = samples.message_callback()
        update["message"]["recipient"]["chat_type"] = "chat"

        assert read(update) is None


class TestNumbers:
    """A number is proved by MAX's hash over the card of its own sender, by nothing else."""

    def proof(self, attachment: dict[str, Any], token: str = BOT) -> str:
        (event,) = MaxWebhook((), token=token).read(json.dumps(samples.message_sent([attachment])).encode())
        if isinstance(event, PhoneProof):
            return event.phone
        assert isinstance(event, InboundText)
        assert event.attachments == ("contact",)
        return ""

    @pytest.mark.parametrize(
        ("given", "phone"),
        [("79990000000", "+79990000000"), ("89990000000", "+79990000000"), ("+375 29 000-00-00", "+375290000000")],
    )
    def test_a_signed_card_of_ones_own_proves_the_number(self, given: str, phone: str) -> None:
        assert self.proof(samples.contact(given, token=BOT)) == phone

    def test_the_proof_names_the_person_and_the_dialogue(self) -> None:
        event = read(samples.message_sent([samples.contact(token=BOT)]))

        assert isinstance(event, PhoneProof)
        assert (event.account, event.chat) == (str(samples.USER_ID), str(samples.CHAT_ID))

    def test_words_beside_a_card_are_a_text_of_their_own(self) -> None:
        body = json.dumps(samples.message_sent([samples.contact(token=BOT)], text="Мой номер")).encode()
        proof, text = MaxWebhook((), token=BOT).read(body)

        assert isinstance(proof, PhoneProof)
        assert isinstance(text, InboundText)
        assert text.text == "Мой номер"

    def test_ends_of_lines_that_are_spelled_out_are_signed_as_real_ones(self) -> None:
        card = samples.contact(token=BOT)
        card["payload"]["vcf_info"] = card["payload"]["vcf_info"].replace("\r\n", "\\r\\n")

        assert self.proof(card) == "+79990000000"

    def test_a_hash_in_capitals_is_the_same(self) -> None:
        card = samples.contact(token=BOT)
        card["payload"]["hash"] = card["payload"]["hash"].upper()

        assert self.proof(card) == "+79990000000"

    @pytest.mark.parametrize("given", [None, "", "00", "ключ", "\ud800"], ids=ascii)
    def test_a_card_without_a_good_hash_proves_nothing(self, given: str | None) -> None:
        card = samples.contact(token=BOT)
        card["payload"]["hash"] = given

        assert self.proof(card) == ""

    def test_a_card_signed_with_another_token_proves_nothing(self) -> None:
        assert self.proof(samples.contact(token="another")) == ""
        assert self.proof(samples.contact(token=""), token="") == ""

    def test_a_card_with_half_a_sign_proves_nothing_and_loses_no_words(self) -> None:
        card = samples.contact(token=BOT)
        card["payload"]["vcf_info"] += "\ud83d"
        (text,) = MaxWebhook((), token=BOT).read(json.dumps(samples.message_sent([card], text="Мой номер")).encode())

        assert isinstance(text, InboundText)
        assert text.text == "Мой номер"

    def test_somebody_elses_card_proves_nothing(self) -> None:
        assert self.proof(samples.contact(token=BOT, user_id=samples.USER_ID + 1)) == ""

    def test_a_card_with_two_numbers_proves_neither(self) -> None:
        assert self.proof(samples.contact("79990000000\r\nTEL:79990000001", token=BOT)) == ""

    def test_a_name_that_looks_like_a_number_is_none(self) -> None:
        assert self.proof(samples.contact(token=BOT, name="TEL:79160000000")) == "+79990000000"

    @pytest.mark.parametrize("broken", [{}, {"payload": None}, {"payload": {"max_info": None}}])
    def test_a_card_with_nothing_on_it_proves_nothing(self, broken: dict[str, Any]) -> None:
        assert self.proof({"type": "contact"} | broken) == ""


class TestCalls:
    @pytest.mark.parametrize("secret", ["old", "new"])
    def test_during_a_rotation_both_secrets_open(self, secret: str) -> None:
        assert MaxWebhook(("new", "old")).verify({SECRET_HEADER.lower(): secret}, b"{}")

    @pytest.mark.parametrize("headers", [{}, {SECRET_HEADER: ""}, {SECRET_HEADER: "wrong"}, {SECRET_HEADER: "секрет"}])
    def test_a_call_without_the_secret_is_refused(self, headers: dict[str, str]) -> None:
        assert not MaxWebhook(("secret",)).verify(headers, b"{}")
        assert not MaxWebhook(()).verify(headers, b"{}")
        assert not MaxWebhook(("",)).verify(headers, b"{}")


SAMPLES = (
    samples.bot_started(payload=TOKEN),
    samples.bot_stopped(),
    samples.message_created("Привет"),
    samples.message_callback(),
    samples.message_sent([samples.contact(token=BOT), {"type": "image"}], text="Вот"),
)


def unread_or_events(body: bytes) -> None:
    """Read anything: events or a refusal, never another error."""
    try:
        events = MaxWebhook((), token=BOT).read(body)
    except Rejected:
        return
    assert all(isinstance(one, DialogueEvent | InboundText | PhoneProof) for one in events)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place within a JSON value."""
    pairs: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, inner in pairs for found in places(inner, (*path, key)))]


@given(data=st.data(), sample=st.sampled_from(SAMPLES), value=JSON)
def test_any_value_in_any_field_is_read_or_refused(data: st.DataObject, sample: dict[str, Any], value: Any) -> None:
    spoiled: Any = {"whole": copy.deepcopy(sample)}
    *way, last = data.draw(st.sampled_from(places(spoiled)[1:]))
    target = spoiled
    for key in way:
        target = target[key]
    target[last] = value

    unread_or_events(json.dumps(spoiled["whole"]).encode())


def test_random_bytes_never_break_the_reader() -> None:
    rng = random.Random(7)
    for _ in range(600):
        spoiled = bytearray(json.dumps(rng.choice(SAMPLES)).encode())
        for _ in range(rng.randint(1, 6)):
            spoiled[rng.randrange(len(spoiled))] = rng.randrange(256)
        unread_or_events(bytes(spoiled))


@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b"\xff\xfe", b"9" * 6000, b'{"update_type": []}', b'{"update_type": {}}']
)
def test_what_a_parser_stumbles_over_is_refused(body: bytes) -> None:
    with pytest.raises(Rejected):
        MaxWebhook(()).read(body)
