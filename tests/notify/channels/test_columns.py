"""Whatever a provider says, what we make of it can be stored: no NUL, no half of a pair, nothing that is too long."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, is_dataclass
from decimal import Decimal
from typing import Any

import pytest

from consents.storable import REPLACEMENT
from notify.channels import http
from notify.channels.base import Accepted, ChannelError, OutboundMessage, Rejected, SentMessage, TemporarilyUnavailable
from notify.channels.columns import LONGEST_ACCOUNT, LONGEST_REASON, LONGEST_SUBJECT, LONGEST_TEXT, LONGEST_WORD
from notify.channels.events import Event, InboundText, Webhook
from notify.channels.lookup.adapter import Lookup, Question
from notify.channels.max.dialogues import DialoguePace
from notify.channels.registry import adapter_of
from notify.channels.sandbox.adapter import SandboxChannel, SandboxConf
from notify.channels.sandbox.webhook import SandboxWebhook
from notify.provider_kinds import KINDS
from tests.payloads.mail import PERSON, REFERENCE
from tests.payloads.said import PHONE, SAID, SANDBOX_CALL, SECRET, TEXT, URL, Called, provider_of, spoiled

BAD = {"half": "\ud800", "nul": "\0", "long": "я" * 9_000, "digits": "7" * 40}
LIMITS = {
    "account": LONGEST_ACCOUNT,
    "chat": LONGEST_ACCOUNT,
    "text": LONGEST_TEXT,
    "subject": LONGEST_SUBJECT,
    "payload": 512,
    "in_reply_to": 512,  # only looked for
    "reason": LONGEST_REASON,
}
CALLS: Mapping[str, Sequence[Called]] = {
    "sandbox": [SANDBOX_CALL],
    **{kind: said.calls for kind, said in SAID.items() if said.calls},
}
WRITTEN = [kind for kind, calls in CALLS.items() if any(TEXT in str(call.said) for call in calls)]
ANSWERING = [kind for kind, said in SAID.items() if said.answers is not None]
BALANCES: Mapping[str, tuple[str, Callable[[Any], Any]]] = {
    "smsc": ("balance.php", lambda money: {"balance": money, "currency": "RUR"}),
    "smsru": ("my/balance", lambda money: {"status_code": 100, "balance": money}),
    "smsaero": ("balance", lambda money: {"success": True, "data": {"balance": money}}),
}
ADDRESSES = {"email": PERSON, "sms": f"+{PHONE}", "max": "5", "vk": "42", "app": "К-7"}

bad = pytest.mark.parametrize("bad", BAD.values(), ids=BAD)


def webhook_of(kind: str) -> Webhook:
    webhook = SandboxWebhook(("s",)) if kind == "sandbox" else provider_of(kind).webhook
    assert webhook is not None
    return webhook


def values_of(found: Any) -> Iterator[tuple[str, Any]]:
    """All that stands in an event, an outcome, an error or an account, by its name."""
    fields = asdict(found) if is_dataclass(found) and not isinstance(found, type) else vars(found)
    for name, value in fields.items():
        for one in value if isinstance(value, tuple) else (value,):
            yield name, one


def assert_storable(found: Any) -> None:
    for name, value in values_of(found):
        if isinstance(value, str):
            value.encode()
            assert "\0" not in value, name
            assert len(value) <= LIMITS.get(name, LONGEST_WORD), name
        elif isinstance(value, Decimal):
            assert value.is_finite(), name
        elif isinstance(value, int | float):
            assert abs(value) < 2**63, name


class TestWebhooks:
    def test_each_provider_that_calls_us_has_a_call_here(self) -> None:
        assert {kind for kind in KINDS if provider_of(kind).webhook is not None} == set(CALLS) - {"sandbox"}

    @bad
    @pytest.mark.parametrize("kind", CALLS)
    def test_all_that_a_reader_finds_can_be_stored(self, kind: str, bad: str) -> None:
        webhook, found = webhook_of(kind), list[Event]()
        for call in CALLS[kind]:
            for said in spoiled(call.said, bad):
                body = call.written(said)
                assert webhook.verify({}, body) in {True, False}
                with suppress(Rejected):
                    found += webhook.read(body)

        assert found
        for event in found:
            assert_storable(event)

    @pytest.mark.parametrize("sign", [BAD["half"], BAD["nul"]], ids=["half", "nul"])
    @pytest.mark.parametrize("kind", WRITTEN)
    def test_what_a_person_has_written_is_not_lost_for_one_sign(self, kind: str, sign: str) -> None:
        texts = [
            event.text
            for call in CALLS[kind]
            for said in spoiled(call.said, sign)
            if f"{TEXT}{sign}" in _leaves(said)
            for event in webhook_of(kind).read(call.written(said))
            if isinstance(event, InboundText)
        ]

        assert texts
        for text in texts:
            # Compared in ASCII: a report of the failure could not be printed.
            assert ascii(text.rstrip(REPLACEMENT)) == ascii(TEXT) != ascii(text)


def _leaves(said: Any) -> list[Any]:
    inner = said.values() if isinstance(said, dict) else said if isinstance(said, list) else ()
    return [leaf for one in inner for leaf in (_leaves(one) if isinstance(one, dict | list) else [one])]


def answering(monkeypatch: pytest.MonkeyPatch, answers: Mapping[str, Any], *, status: int = 200) -> None:
    """Have every call to a provider answered by the end of its path."""

    def call(_client: http.Client, _method: str, url: str, **_options: Any) -> http.Answer:
        path = url.partition("?")[0].rstrip("/")
        answer: Any = next((answer for end, answer in answers.items() if path.endswith(end)), {})
        return http.Answer(status, {}, json.dumps(answer).encode())

    monkeypatch.setattr(http.Client, "call", call)
    monkeypatch.setattr(http.Client, "look_up", lambda _client, _url: None)


def adapter_for(kind: str) -> Any:
    provider = provider_of(kind)
    return adapter_of(provider, provider.channels[0])


def told(kind: str, adapter: Any) -> Iterator[Any]:
    """All that an adapter makes of the answers to its calls, errors too."""
    address = ADDRESSES[provider_of(kind).channels[0]]
    message = OutboundMessage(reference=REFERENCE, address=address, text="Текст", subject="Тема")
    sent = SentMessage(reference=REFERENCE, provider_id=SAID[kind].provider_id, address=address)
    acts: Mapping[str, Callable[[Any], Any]] = {
        "send": lambda act: [act(message)],
        "statuses": lambda act: act([sent]),
        "account": lambda act: [act()],
    }
    for name, ask in acts.items():
        if hasattr(adapter, name):
            try:
                yield from ask(getattr(adapter, name))
            except ChannelError as error:
                yield error
    if hasattr(adapter, "price"):
        with suppress(ChannelError):
            assert adapter.price([message]).is_finite()


class TestAnswers:
    @pytest.fixture(autouse=True)
    def _no_pace(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(DialoguePace, "turn", lambda _pace, _account: 0.0)

    def test_each_provider_that_answers_in_json_has_an_answer_here(self) -> None:
        sends = {kind for kind in KINDS if provider_of(kind).adapter is not None}

        assert sends - {"smpp"} == set(ANSWERING)

    @pytest.mark.parametrize("kind", ANSWERING)
    def test_a_good_answer_is_understood(self, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
        answering(monkeypatch, SAID[kind].answers or {})

        found = list(told(kind, adapter_for(kind)))

        assert isinstance(found[0], Accepted)
        assert not any(isinstance(one, ChannelError) for one in found)

    @bad
    @pytest.mark.parametrize("kind", ANSWERING)
    def test_all_that_an_adapter_makes_of_an_answer_can_be_stored(
        self, kind: str, bad: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        adapter = adapter_for(kind)
        for answers, status in ((SAID[kind].answers, 200), (SAID[kind].refusals, 400), (SAID[kind].refusals, 200)):
            for said in spoiled(answers, bad):
                answering(monkeypatch, said, status=status)
                for found in told(kind, adapter):
                    assert_storable(found)

    @bad
    def test_the_sandbox_gives_an_id_that_can_be_stored(self, bad: str, monkeypatch: pytest.MonkeyPatch) -> None:
        answering(monkeypatch, {"": {"id": bad}})
        channel = SandboxChannel(SandboxConf(url=URL, secret="s"), "sms")

        assert_storable(channel.send(OutboundMessage(reference=REFERENCE, address=PHONE, text="Текст")))

    @pytest.mark.parametrize("bad", [BAD["half"], BAD["nul"], BAD["long"]], ids=["half", "nul", "long"])
    def test_a_look_up_with_what_no_answer_can_hold_is_refused(self, bad: str, monkeypatch: pytest.MonkeyPatch) -> None:
        for said in spoiled({"found": True, "values": {"status": "В пути"}}, bad):
            answering(monkeypatch, {"": said})
            with pytest.raises(ChannelError):
                Lookup(url=URL, secret=SECRET).ask(Question(key="k", number="7", customer=None, channel="sms"))

    @pytest.mark.parametrize("money", ["NaN", "Infinity", "-Infinity", "1e30", "-1e30", [], None, True])
    @pytest.mark.parametrize("kind", BALANCES)
    def test_a_balance_that_is_no_money_is_none(self, kind: str, money: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        path, answer = BALANCES[kind]
        answering(monkeypatch, {path: answer(money)})

        with pytest.raises(TemporarilyUnavailable, match="unreadable_answer"):
            adapter_for(kind).account()
