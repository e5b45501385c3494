"""Updates of MAX are read by their real shapes; what is not for us is left alone."""

import json
from typing import Any

import pytest

from notify.channels.base import Rejected
from notify.channels.events import DialogueEvent, InboundText
from notify.channels.max.webhook import MaxWebhook
from tests.payloads import max_updates as samples

TOKEN = "k7Qz0p_Rb2mXv9k7Qz0p_Rb2mXv9abcd"


def read(update: dict[str, Any]) -> DialogueEvent | InboundText | None:
    """Read an update as it comes over the wire."""
    events = MaxWebhook(()).read(json.dumps(update).encode())
    return events[0] if events else None


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
