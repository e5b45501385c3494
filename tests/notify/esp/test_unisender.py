"""Letters over Unisender Go: what it takes, refuses and reports."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from notify.channels.base import (
    Accepted,
    Misconfigured,
    OutboundMessage,
    Outcome,
    OutcomeUnknown,
    Rejected,
    TemporarilyUnavailable,
)
from notify.channels.setup import Provider, SetupValues
from notify.esp.adapter import EspChannel
from notify.esp.provider import ESP_KINDS, UNISENDER
from notify.esp.unisender import MEANINGS, REFUSALS, UNISENDER_SERVICE
from portal.laptop.fakes.unisender import UnisenderFake
from tests.notify.channels.cases import HttpAdapterCases

REFERENCE = "7f3c2a10-5b1d-4c4e-9a77-0d2f3b6e8c11"


@pytest.fixture
def fake() -> Iterator[UnisenderFake]:
    with UnisenderFake() as running:
        running.failed["refused@example.ru"] = "permanent_unavailable"
        running.faults |= {"later@example.ru": "busy", "cut@example.ru": "reset", "took@example.ru": "reset_took"}
        yield running


def values_for(fake: UnisenderFake, **fields: str) -> Mapping[str, str]:
    given = {"api_key": fake.key, "sender": "info@romashka.example", "url": fake.api}
    return {**{one.name: one.default for one in UNISENDER.fields}, **given, **fields}


def provider_for(fake: UnisenderFake, **fields: str) -> Provider:
    return UNISENDER.make(SetupValues(name="unisender-2", values=values_for(fake, **fields)))


def channel_for(fake: UnisenderFake, **fields: str) -> EspChannel:
    return EspChannel(UNISENDER_SERVICE, "unisender-2", values_for(fake, **fields))


@pytest.fixture
def adapter(fake: UnisenderFake) -> Iterator[EspChannel]:
    channel = channel_for(fake)
    yield channel
    channel.close()


ADDRESSES = {
    "accept": "ivan@example.ru",
    "reject": "refused@example.ru",
    "later": "later@example.ru",
    "cut": "cut@example.ru",
    "took_and_cut": "took@example.ru",
}


def letter_to(address: str, reference: str = REFERENCE, **fields: Any) -> OutboundMessage:
    given = {"text": "Текст", "subject": "Тема", "html": "<html><p>Текст</p></html>", **fields}
    return OutboundMessage(reference=reference, address=address, **given)


class TestUnisender(HttpAdapterCases):
    good_address = "ivan@example.ru"

    def message(self, behaviour: str, reference: str = "r1") -> OutboundMessage:
        return letter_to(ADDRESSES[behaviour], reference)

    def message_to(self, address: str, text: str = "Текст", reference: str = "r1") -> OutboundMessage:
        return letter_to(address, reference, text=text)

    def taken_texts(self, fake: UnisenderFake) -> list[str]:
        return [message["body"]["plaintext"] for message in fake.taken]


def sent(fake: UnisenderFake, message: OutboundMessage, **fields: str) -> Outcome:
    channel = channel_for(fake, **fields)
    try:
        return channel.send(message)
    finally:
        channel.close()


def test_a_letter_goes_out_as_it_is(fake: UnisenderFake) -> None:
    message = letter_to(
        "ivan@example.ru",
        subject="Ё «тема» 🎉",
        text="Здравствуйте, {{to_name}}!",
        sender_name='Банк «Ромашка», "ООО"',
        unsubscribe_url="https://romashka.example/u/7K",
        feedback_id="c1:service:770:mostik",
    )

    outcome = sent(fake, message, reply_to="ask@romashka.example")

    (taken,) = fake.taken
    assert outcome == Accepted(REFERENCE, "1t000000-0004Ab-2c")
    assert taken["subject"] == "Ё «тема» 🎉"
    assert taken["body"] == {"plaintext": "Здравствуйте, {{to_name}}!", "html": "<html><p>Текст</p></html>"}
    assert (taken["from_email"], taken["from_name"]) == ("info@romashka.example", 'Банк «Ромашка», "ООО"')
    assert [one["email"] for one in taken["recipients"]] == ["ivan@example.ru"]
    assert taken["reply_to"] == "ask@romashka.example"
    assert taken["global_metadata"] == {"reference": REFERENCE}
    assert taken["idempotence_key"] == REFERENCE
    assert taken["template_engine"] == "none"
    assert (taken["track_links"], taken["track_read"]) == (0, 0)
    assert "skip_unsubscribe" not in taken
    assert "List-Unsubscribe" not in taken.get("headers", {})


def test_our_own_unsubscribing_is_offered_once_it_is_allowed(fake: UnisenderFake) -> None:
    fake.allows_own_unsubscribing = True

    sent(fake, letter_to("ivan@example.ru", unsubscribe_url="https://r.example/u/7K"), own_unsubscribing="1")

    (taken,) = fake.taken
    assert taken["skip_unsubscribe"] == 1
    assert taken["headers"]["List-Unsubscribe"] == "<https://r.example/u/7K>"
    assert taken["headers"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_our_own_unsubscribing_without_leave_is_our_fault(fake: UnisenderFake) -> None:
    with pytest.raises(Misconfigured, match="own_unsubscribing_not_allowed"):
        sent(fake, letter_to("ivan@example.ru"), own_unsubscribing="1")


@pytest.mark.parametrize(("code", "meaning"), MEANINGS.items())
def test_each_code_of_the_table_has_its_meaning(fake: UnisenderFake, code: str, meaning: tuple[str, str]) -> None:
    fake.refuse = (500 if meaning[0] == "unknown" else 403, int(code))
    kind, reason = meaning

    try:
        outcome: object = sent(fake, letter_to("ivan@example.ru"))
    except (Misconfigured, TemporarilyUnavailable) as error:
        outcome = error

    assert type(outcome) is {"ours": Misconfigured, "later": TemporarilyUnavailable, "unknown": OutcomeUnknown}[kind]
    assert getattr(outcome, "reason", "") == reason


@pytest.mark.parametrize("code", [201, 203, 207, 1500, 1578, 99999])
def test_any_other_code_is_about_this_letter(fake: UnisenderFake, code: int) -> None:
    fake.refuse = (400, code)

    outcome = sent(fake, letter_to("ivan@example.ru"))

    assert isinstance(outcome, Rejected)
    assert (outcome.reason, outcome.address_fault) == (f"code_{code}", "")


@pytest.mark.parametrize(("word", "fault"), REFUSALS.items())
def test_each_reason_not_to_try_an_address_has_its_meaning(fake: UnisenderFake, word: str, fault: str) -> None:
    fake.failed["Ivan@example.ru"] = word

    outcome = sent(fake, letter_to("Ivan@example.ru"))

    assert isinstance(outcome, Rejected)
    assert (outcome.reason, outcome.address_fault) == (word, fault)


def test_a_letter_with_a_number_that_came_already_is_not_sent_twice(fake: UnisenderFake) -> None:
    outcomes = [sent(fake, letter_to("ivan@example.ru")) for _ in range(2)]

    assert isinstance(outcomes[0], Accepted)
    assert isinstance(outcomes[1], OutcomeUnknown)
    assert len(fake.taken) == 1


def test_a_wrong_key_is_our_fault_and_is_nowhere_to_be_seen(fake: UnisenderFake) -> None:
    fake.key = "another"
    channel = channel_for(fake, api_key="hunter2")

    with pytest.raises(Misconfigured) as caught:
        channel.send(letter_to("ivan@example.ru"))
    channel.close()

    assert caught.value.reason == "key"
    assert "hunter2" not in repr(caught.value) + repr(channel) + repr(channel.capabilities)
    assert "hunter2" not in fake.calls[0].path + str(fake.calls[0].query)


def test_a_sender_that_is_not_approved_is_our_fault(fake: UnisenderFake) -> None:
    fake.senders = {"other@romashka.example"}

    with pytest.raises(Misconfigured, match="sender_not_approved"):
        sent(fake, letter_to("ivan@example.ru"))


def test_one_connection_serves_many_letters(adapter: EspChannel, fake: UnisenderFake) -> None:
    adapter.open()
    outcomes = [adapter.send(letter_to("ivan@example.ru", f"r{at}")) for at in range(10)]

    assert all(isinstance(outcome, Accepted) for outcome in outcomes)


@pytest.mark.parametrize(
    "fields",
    [
        {"subject": "x\r\nBcc: t@e.ru"},
        {"sender_name": "x\r\nBcc: t@e.ru"},
        {"address": "a@b.ru\r\nBcc: t@e.ru"},
        {"address": "иван@example.ru"},
        {"address": "a@b.ru, c@d.ru"},
    ],
)
def test_a_field_that_could_add_a_header_is_rejected(fake: UnisenderFake, fields: dict[str, str]) -> None:
    fields = {"address": "ivan@example.ru", **fields}

    outcome = sent(fake, letter_to(**fields))

    assert isinstance(outcome, Rejected)
    assert fake.calls == []


@pytest.mark.parametrize("fields", [{"api_key": ""}, {"api_key": "ключ"}, {"sender": "nobody"}])
def test_values_that_cannot_work_are_refused(fake: UnisenderFake, fields: dict[str, str]) -> None:
    with pytest.raises(Misconfigured):
        provider_for(fake, **fields)


def test_a_set_up_serves_letters(fake: UnisenderFake) -> None:
    provider = provider_for(fake)

    assert (provider.name, provider.channels) == ("unisender-2", ("email",))
    assert provider.webhook is not None
    assert provider.adapter is not None
    channel = provider.adapter("email")
    assert channel.capabilities.provider == "unisender-2"
    assert isinstance(channel.send(letter_to("ivan@example.ru")), Accepted)
    channel.close()


@pytest.mark.parametrize("kind", ESP_KINDS, ids=lambda kind: kind.code)
def test_each_kind_can_be_named_and_told_apart(kind: Any) -> None:
    assert len(kind.code) <= 12
    assert kind.page == "email"
    assert all(one.label for one in kind.fields)
