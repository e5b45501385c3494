"""Messages over MAX's Bot API: what each refusal means, keyboards, pictures."""

from typing import Any

import pytest

from notify.channels import http
from notify.channels.base import (
    Accepted,
    Button,
    ChannelAdapter,
    ChannelError,
    Image,
    Misconfigured,
    OutboundMessage,
    Outcome,
    OutcomeUnknown,
    Rejected,
    TemporarilyUnavailable,
    image_of,
)
from notify.channels.max.adapter import PAUSES, MaxChannel
from notify.channels.max.api import MaxConf
from notify.channels.max.dialogues import MOST_KEPT, STEP_SECONDS, DialoguePace, pace_of
from notify.channels.max.keyboard import keyboard
from notify.channels.max.words import CODES, NOT_READY, PARTS, Meaning
from portal.laptop.fakes.max import FakeMax, Person
from portal.laptop.fakes.server import Fault
from tests.notify.channels.cases import HttpAdapterCases

PERSON = 212_000_001
BEHAVIOURS: dict[str, tuple[int, Fault]] = {
    "accept": (PERSON, ""),
    "reject": (212_000_002, ""),
    "later": (212_000_003, "busy"),
    "took_and_cut": (212_000_004, "reset_took"),
    "cut": (212_000_005, "reset"),
}
CONTENT = b"\x89PNG\r\n\x1a\nbytes"
PICTURE = image_of("offer.png", CONTENT)


@pytest.fixture(autouse=True)
def person(fake: FakeMax) -> Person:
    """Somebody who has started the bot, among others; one has stopped it."""
    for user_id, fault in BEHAVIOURS.values():
        fake.person(user_id).start()
        if fault:
            fake.faults[str(user_id)] = fault
    fake.person(BEHAVIOURS["reject"][0]).stop()
    return fake.person(PERSON)


def said(adapter: MaxChannel, address: str = str(PERSON), **fields: Any) -> Outcome | Misconfigured:
    """What came of a message, returned or raised."""
    try:
        return adapter.send(
            OutboundMessage(reference="r1", address=address, text=fields.pop("text", "Текст"), **fields)
        )
    except (TemporarilyUnavailable, Misconfigured) as error:
        return error


def spoken(outcome: object) -> tuple[type, str, str]:
    """An outcome in short."""
    return type(outcome), getattr(outcome, "reason", ""), getattr(outcome, "address_fault", "")


class TestMax(HttpAdapterCases):
    good_address = str(PERSON)

    def message(self, behaviour: str, reference: str = "r1") -> OutboundMessage:
        return self.message_to(str(BEHAVIOURS[behaviour][0]), reference=reference)

    def taken_texts(self, fake: Any) -> list[str]:
        return [one["text"] for one in fake.taken]

    def test_an_accepted_message_is_named_by_its_mid(self, adapter: ChannelAdapter, fake: FakeMax) -> None:
        outcome = adapter.send(self.message("accept"))

        assert outcome == Accepted("r1", fake.taken[0]["mid"])

    def test_the_call_is_plain_text_with_the_raw_token(self, adapter: ChannelAdapter, fake: FakeMax) -> None:
        adapter.send(self.message("accept"))

        (call,) = fake.calls
        assert call.headers["authorization"] == fake.token
        assert call.json() == {"text": "Текст"}
        assert call.query == {"user_id": [str(PERSON)], "disable_link_preview": ["true"]}

    def test_the_capabilities_are_those_of_max(self, adapter: ChannelAdapter) -> None:
        can = adapter.capabilities

        assert (can.provider, can.buttons, can.html, can.text_limit, can.per_second) == ("max-1", True, False, 4000, 25)


@pytest.mark.parametrize("status", [400, 403, 404])
@pytest.mark.parametrize(("word", "meaning"), CODES.items(), ids=list(CODES))
def test_each_code_means_what_the_table_says(
    adapter: MaxChannel, fake: FakeMax, word: str, meaning: Meaning, status: int
) -> None:
    fake.refusals[PERSON] = (status, word, "text that says nothing")

    assert spoken(said(adapter)) == (meaning.error, meaning.reason, meaning.address_fault)


@pytest.mark.parametrize("place", ["code", "message"])
@pytest.mark.parametrize(("word", "meaning"), PARTS.items(), ids=list(PARTS))
def test_each_part_means_the_same_in_a_code_and_in_a_message(
    adapter: MaxChannel, fake: FakeMax, word: str, meaning: Meaning, place: str
) -> None:
    code, message = (f"errors.{word}", "x") if place == "code" else ("chat.denied", f"Key: {word.upper()} x")
    fake.refusals[PERSON] = (403, code, message)

    assert spoken(said(adapter)) == (meaning.error, meaning.reason, meaning.address_fault)


@pytest.mark.parametrize(("word", "meaning"), CODES.items(), ids=list(CODES))
def test_a_refusal_with_success_false_goes_by_its_message(
    adapter: MaxChannel, fake: FakeMax, word: str, meaning: Meaning
) -> None:
    fake.says_no = word

    assert spoken(said(adapter)) == (meaning.error, meaning.reason, meaning.address_fault)


@pytest.mark.parametrize(
    ("status", "code", "wanted"),
    [
        (400, "brand.new", (Rejected, "code_brand.new", "")),
        (403, "brand.new", (Rejected, "code_brand.new", "")),
        (404, "brand.new", (Rejected, "code_brand.new", "")),
        (403, "+79160000000 не найден", (Misconfigured, "http_403", "")),
        (403, "", (Misconfigured, "http_403", "")),
        (404, "", (Misconfigured, "http_404", "")),
        (400, "", (Rejected, "http_400", "")),
        (401, "brand.new", (Misconfigured, "http_401", "")),
        (405, "brand.new", (Misconfigured, "http_405", "")),
        (429, "brand.new", (TemporarilyUnavailable, "http_429", "")),
        (500, "internal.error", (OutcomeUnknown, "http_500", "")),
        (500, "chat.denied", (OutcomeUnknown, "http_500", "")),
        (502, "", (OutcomeUnknown, "http_502", "")),
        (504, "", (OutcomeUnknown, "http_504", "")),
        (503, "", (TemporarilyUnavailable, "http_503", "")),
        (302, "", (OutcomeUnknown, "http_302", "")),
    ],
)
def test_what_is_in_no_table_goes_by_its_status(
    adapter: MaxChannel, fake: FakeMax, status: int, code: str, wanted: tuple[type, str, str]
) -> None:
    fake.refusals[PERSON] = (status, code, "text that says nothing")

    assert spoken(said(adapter)) == wanted


def test_success_false_with_words_of_no_table_is_a_refusal(adapter: MaxChannel, fake: FakeMax) -> None:
    fake.says_no = "Не сегодня"

    assert spoken(said(adapter)) == (Rejected, "refused", "")


def test_whoever_has_not_opened_or_has_ended_the_dialogue_is_closed(adapter: MaxChannel, fake: FakeMax) -> None:
    fake.person(7).start()
    fake.person(7).remove()

    assert spoken(said(adapter, "5")) == (Rejected, "dialog_not_found", "closed")
    assert spoken(said(adapter, "212000002")) == (Rejected, "dialog_suspended", "closed")
    assert spoken(said(adapter, "7")) == (Rejected, "chat_not_found", "closed")


def test_a_refused_token_is_our_fault(adapter: MaxChannel, fake: FakeMax) -> None:
    fake.token = "another"

    assert spoken(said(adapter)) == (Misconfigured, "verify_token", "")


@pytest.mark.parametrize("token", ["кириллица", "two\r\nlines"])
def test_a_token_that_no_header_carries_is_our_fault(fake: FakeMax, token: str) -> None:
    channel = MaxChannel(MaxConf(name="max-1", token=token, url=fake.url))

    with pytest.raises(Misconfigured):
        channel.open()


def test_too_many_calls_of_the_bot_mean_later_for_all(adapter: MaxChannel, fake: FakeMax) -> None:
    fake.fault = "busy"

    assert spoken(said(adapter)) == (TemporarilyUnavailable, "http_429", "")
    assert [call.path for call in fake.calls] == ["/messages", "/me"]
    with pytest.raises(TemporarilyUnavailable):
        adapter.send(OutboundMessage(reference="r2", address=str(PERSON), text="Текст"))


def test_too_many_calls_to_one_person_mean_later_for_this_message(adapter: MaxChannel, fake: FakeMax) -> None:
    fake.has_rates = True
    fake.person(PERSON + 100).start()

    outcomes = [adapter.send(OutboundMessage(reference=f"r{n}", address=str(PERSON), text="Текст")) for n in range(3)]
    other = said(adapter, str(PERSON + 100))

    assert [type(one) for one in (*outcomes, other)] == [Accepted, Accepted, TemporarilyUnavailable, Accepted]
    assert getattr(outcomes[2], "was_asked", None)
    assert [call.path for call in fake.calls if call.method == "POST"] == ["/messages"] * 4


def test_a_person_just_written_to_is_left_alone_for_a_second(fake: FakeMax) -> None:
    fake.has_rates = True
    moments = [100.0]
    pace = DialoguePace(clock=lambda: moments[0])
    conf = MaxConf(name="max-1", token=fake.token, url=fake.url)
    # Two adapters of one process, as two nudges make them.
    first, second = MaxChannel(conf, pace=pace), MaxChannel(conf, pace=pace)

    assert isinstance(said(first), Accepted)
    moments[0] += 0.25
    kept = said(second)
    assert isinstance(kept, TemporarilyUnavailable)
    assert (kept.reason, kept.retry_after, kept.was_asked) == ("dialogue_pace", 0.75, False)
    later = said(second)
    assert isinstance(later, TemporarilyUnavailable)
    assert later.retry_after == 0.75 + STEP_SECONDS
    assert isinstance(said(second, "212000099"), Rejected)
    moments[0] += 0.75
    assert isinstance(said(second), Accepted)
    assert len(fake.taken) == 2
    first.close()
    second.close()


def test_the_pace_forgets_whom_it_need_not_remember() -> None:
    moments = iter(range(10_000))
    pace = DialoguePace(clock=lambda: float(next(moments)))
    for number in range(1000):
        pace.turn(str(number))

    assert len(pace._turns) <= MOST_KEPT
    assert pace_of(MaxConf(name="max-1", token="t")) is pace_of(MaxConf(name="max-1", token="t"))


@pytest.mark.parametrize("address", ["", "-5", "12a", "1&chat_id=5", "٣"])
def test_an_address_that_is_no_account_is_not_asked_about(adapter: MaxChannel, fake: FakeMax, address: str) -> None:
    assert spoken(said(adapter, address)) == (Rejected, "bad_address", "")
    assert fake.calls == []


def test_a_text_up_to_the_limit_is_sent_and_a_longer_one_is_not(adapter: MaxChannel, fake: FakeMax) -> None:
    assert isinstance(said(adapter, text="я" * 4000), Accepted)
    assert spoken(said(adapter, text="я" * 4001)) == (Rejected, "text_size", "")
    assert len(fake.calls) == 1


def test_previews_of_links_are_shown_when_that_is_wanted(fake: FakeMax) -> None:
    conf = MaxConf(name="max-1", token=fake.token, url=fake.url, has_link_preview=True)
    channel = MaxChannel(conf)
    said(channel)
    channel.close()

    assert fake.calls[0].query == {"user_id": [str(PERSON)]}


def test_an_answer_without_an_id_is_unknown(adapter: MaxChannel, fake: FakeMax) -> None:
    fake.refusals[PERSON] = (200, "", "")

    assert spoken(said(adapter)) == (OutcomeUnknown, "no_id", "")


def test_the_token_is_in_no_repr(fake: FakeMax) -> None:
    assert fake.token not in repr(MaxConf(name="max-1", token=fake.token))


class TestKeyboards:
    def rows(self, *buttons: Button) -> list[list[dict[str, str]]]:
        found: list[list[dict[str, str]]] = keyboard(buttons)["payload"]["buttons"]
        return found

    def test_a_button_opens_a_link_or_says_its_words(self, adapter: MaxChannel, person: Person) -> None:
        said(
            adapter, buttons=(Button("Открыть предложение", "https://example.org/k/1"), Button("Не писать мне больше"))
        )

        assert person.screen[0].buttons == [
            [{"type": "link", "text": "Открыть предложение", "url": "https://example.org/k/1"}],
            [{"type": "message", "text": "Не писать мне больше"}],
        ]
        assert person.press("Открыть предложение") == "https://example.org/k/1"

    def test_short_buttons_share_a_row_where_they_are_shown_whole(self) -> None:
        assert len(self.rows(Button("Да"), Button("Нет"))) == 1
        assert len(self.rows(Button("Подробнее"), Button("Позже"))) == 1
        assert len(self.rows(Button("Рассказать мне подробнее"), Button("Нет"))) == 2

    def test_no_row_holds_more_than_max_allows(self) -> None:
        assert [len(row) for row in self.rows(*[Button("Да")] * 9)] == [4, 4, 1]
        assert [len(row) for row in self.rows(*[Button("Да", "https://x.ru")] * 7)] == [3, 3, 1]

    def test_thirty_rows_are_taken_and_one_more_is_not(self, adapter: MaxChannel) -> None:
        thirty = tuple(Button(f"Рассказать о предложении {number}") for number in range(30))

        assert isinstance(said(adapter, buttons=thirty), Accepted)
        assert spoken(said(adapter, buttons=(*thirty, thirty[0]))) == (Rejected, "too_many_buttons", "")

    @pytest.mark.parametrize("button", [Button(""), Button("я" * 129), Button("Да", "https://x.ru/" + "a" * 2048)])
    def test_a_button_that_max_would_refuse_is_not_sent(
        self, adapter: MaxChannel, fake: FakeMax, button: Button
    ) -> None:
        assert spoken(said(adapter, buttons=(button,), image=PICTURE)) == (Rejected, "bad_button", "")
        assert fake.calls == []

    def test_the_longest_button_is_taken(self, adapter: MaxChannel) -> None:
        assert isinstance(said(adapter, buttons=(Button("я" * 128, "https://x.ru/" + "a" * 2035),)), Accepted)


class TestPictures:
    def test_a_picture_is_uploaded_waited_for_and_shown_with_the_buttons(
        self, adapter: MaxChannel, person: Person, pauses: list[float]
    ) -> None:
        outcome = said(adapter, image=PICTURE, buttons=(Button("Да"),))

        assert isinstance(outcome, Accepted)
        assert person.screen[0].image == CONTENT
        assert person.screen[0].buttons
        assert pauses == [1.0]

    def test_the_token_of_the_bot_does_not_go_to_the_place_for_pictures(
        self, adapter: MaxChannel, fake: FakeMax
    ) -> None:
        said(adapter, image=PICTURE)

        (upload,) = [call for call in fake.calls if call.path.startswith("/upload/")]
        assert "authorization" not in upload.headers

    def test_the_same_picture_is_uploaded_once(self, adapter: MaxChannel, fake: FakeMax, person: Person) -> None:
        for name in ("offer.png", "offer again.png"):
            said(adapter, image=image_of(name, CONTENT))

        assert len(fake.uploads.uploads) == 1
        assert [shown.image for shown in person.screen] == [CONTENT] * 2

    def test_other_bytes_are_another_picture(self, adapter: MaxChannel, fake: FakeMax) -> None:
        said(adapter, image=PICTURE)
        said(adapter, image=image_of("offer.png", CONTENT + b"!"))

        assert len(fake.uploads.uploads) == 2

    def test_a_picture_that_does_not_get_ready_leaves_the_message_for_later(
        self, adapter: MaxChannel, fake: FakeMax, pauses: list[float]
    ) -> None:
        fake.uploads.not_ready = 9
        outcome = adapter.send(OutboundMessage(reference="r1", address=str(PERSON), text="Текст", image=PICTURE))

        assert spoken(outcome) == (TemporarilyUnavailable, NOT_READY, "")
        assert tuple(pauses) == PAUSES
        assert fake.taken == []

    def test_waiting_for_a_picture_ends_with_the_call(
        self, adapter: MaxChannel, fake: FakeMax, pauses: list[float], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(http, "CALL_SECONDS", max(PAUSES) - 0.1)
        fake.uploads.not_ready = 9
        outcome = said(adapter, image=PICTURE)

        assert spoken(outcome) == (TemporarilyUnavailable, NOT_READY, "")
        assert tuple(pauses) == PAUSES[:-1]

    @pytest.mark.parametrize(
        "image",
        [
            image_of("offer.webp", CONTENT),
            image_of("offer", CONTENT),
            image_of("offer.png", b""),
            image_of("offer.png", b"no picture"),
        ],
        ids=["webp", "no end", "empty", "no picture"],
    )
    def test_what_is_no_picture_to_max_is_rejected(self, adapter: MaxChannel, fake: FakeMax, image: Image) -> None:
        assert spoken(said(adapter, image=image)) == (Rejected, "bad_image", "")
        assert fake.taken == []

    def test_a_place_for_pictures_that_fails_concerns_this_message_alone(
        self, adapter: MaxChannel, fake: FakeMax, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        uploaded = fake.uploads.place
        monkeypatch.setattr(fake.uploads, "place", lambda call, _url: uploaded(call, "http://127.0.0.1:1"))
        outcome = adapter.send(OutboundMessage(reference="r1", address=str(PERSON), text="Текст", image=PICTURE))

        assert spoken(outcome) == (TemporarilyUnavailable, "upload_failed", "")

    def test_a_refused_token_is_our_fault_with_a_picture_too(self, adapter: MaxChannel, fake: FakeMax) -> None:
        fake.token = "another"

        assert spoken(said(adapter, image=PICTURE)) == (Misconfigured, "verify_token", "")


def test_reasons_are_short_words() -> None:
    for meaning in (*CODES.values(), *PARTS.values()):
        assert issubclass(meaning.error, ChannelError)
        assert 0 < len(meaning.reason) <= 60
        assert " " not in meaning.reason
