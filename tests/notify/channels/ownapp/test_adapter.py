"""Messages to the company's own backend: what each answer means, and what a call says."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from notify.channels import http
from notify.channels.base import (
    Accepted,
    AddressFault,
    Button,
    ChannelAdapter,
    ChannelError,
    Misconfigured,
    OutboundMessage,
    Rejected,
    TemporarilyUnavailable,
)
from portal.laptop.fakes.ownapp import OwnAppFake
from portal.laptop.fakes.server import Fault, HttpFake
from tests.notify.channels.cases import HttpAdapterCases
from tests.notify.channels.ownapp.calls import NEW, OLD, OTHER, adapter_of, by_the_package, to
from tests.support.patience import ended

CUSTOMERS = {"accept": "4711", "reject": "4000", "later": "4001", "took_and_cut": "4002", "cut": "4003"}


@pytest.fixture
def fake() -> Iterator[OwnAppFake]:
    with OwnAppFake(secrets=[NEW], checks=by_the_package) as running:
        running.unknown.add(CUSTOMERS["reject"])
        running.faults |= {"4001": "busy", "4002": "reset_took", "4003": "reset"}
        yield running


@pytest.fixture
def adapter(fake: OwnAppFake) -> Iterator[ChannelAdapter]:
    channel = adapter_of(fake.url)
    yield channel
    channel.close()


class TestOwnApp(HttpAdapterCases):
    good_address = "4711"

    def message(self, behaviour: str, reference: str = "r1") -> OutboundMessage:
        return to(CUSTOMERS[behaviour], reference)

    def taken_texts(self, fake: Any) -> list[str]:
        return [data["text"] for data in fake.taken]

    # The backend knows a repeat by its id: a lost answer is "later" here, and the same call is made again.

    def test_a_lost_answer_is_unknown_whether_it_took_the_message_or_not(self, adapter: ChannelAdapter) -> None:
        outcomes = [adapter.send(self.message(word, word)) for word in ("took_and_cut", "cut")]

        assert [(type(one), getattr(one, "reason", "")) for one in outcomes] == [
            (TemporarilyUnavailable, "no_answer")
        ] * 2

    @pytest.mark.parametrize("fault", ["broke", "broke_took", "reset", "reset_took"])
    def test_no_clear_answer_is_unknown_and_never_repeated(
        self, adapter: ChannelAdapter, fake: HttpFake, fault: Fault
    ) -> None:
        fake.fault = fault

        outcome = adapter.send(to("4711"))

        assert isinstance(outcome, TemporarilyUnavailable)
        assert outcome.reason == ("http_500" if fault.startswith("broke") else "no_answer")
        assert len(fake.calls) == 1

    @pytest.mark.parametrize("fault", ["silent", "silent_took", "drips"])
    def test_a_timeout_is_unknown_whether_it_took_the_message_or_not(
        self, adapter: ChannelAdapter, fake: HttpFake, fault: Fault, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        adapter.open()
        monkeypatch.setattr(http, "CALL_SECONDS", 0.4)
        fake.fault = fault

        outcome = ended(lambda: adapter.send(to("4711")))

        assert isinstance(outcome, TemporarilyUnavailable)
        assert outcome.reason == "no_answer"
        assert len(fake.calls) == 1


@pytest.mark.parametrize("fault", ["reset_took", "silent_took", "broke_took", "drips"])
def test_after_a_lost_answer_the_same_call_again_shows_the_message_once(
    fake: OwnAppFake, adapter: ChannelAdapter, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    adapter.open()
    monkeypatch.setattr(http, "CALL_SECONDS", 0.4)
    fake.fault = fault
    lost = ended(lambda: adapter.send(to("4711")))
    fake.fault = ""

    outcome = adapter.send(to("4711"))

    assert isinstance(lost, TemporarilyUnavailable)
    assert isinstance(outcome, Accepted)
    assert [data["id"] for data in fake.shown["4711"]] == ["r1"]
    assert {call.headers["webhook-id"] for call in fake.calls} == {"r1"}


def test_a_call_carries_all_that_a_message_has(fake: OwnAppFake, adapter: ChannelAdapter) -> None:
    buttons = (
        Button("Позвоните мне"),
        Button("Открыть", "https://x.example/k/1"),
        Button("Ещё", "https://x.example/2"),
    )
    message = OutboundMessage(
        reference="r9", address="4711", text="Привет", subject="Заказ", buttons=buttons, valid_seconds=600
    )
    adapter.send(message)

    event = fake.calls[0].json()
    expires = datetime.fromisoformat(event["data"].pop("expires_at"))
    assert expires - datetime.fromisoformat(event["timestamp"]) == timedelta(minutes=10)
    assert event["type"] == "message.send"
    assert event["data"] == {
        "id": "r9",
        "customer": "4711",
        "title": "Заказ",
        "text": "Привет",
        "link": "https://x.example/k/1",
        "buttons": [{"text": one.text, "url": one.url} for one in buttons],
    }
    assert fake.calls[0].headers["content-type"] == "application/json"


def test_a_bare_message_has_empty_fields_and_never_expires(fake: OwnAppFake, adapter: ChannelAdapter) -> None:
    adapter.send(to("4711"))

    data = fake.taken[0]
    assert (data["title"], data["link"], data["buttons"], data["expires_at"]) == ("", "", [], None)


def test_the_receivers_own_id_comes_back_and_ours_where_it_has_none(fake: OwnAppFake, adapter: ChannelAdapter) -> None:
    fake.answer_id = "app-7" * 40
    assert adapter.send(to("4711", "r1")) == Accepted("r1", fake.answer_id[:120])
    fake.answer_id = ""
    assert adapter.send(to("4711", "r2")) == Accepted("r2", "r2")
    fake.is_curt = True
    assert adapter.send(to("4711", "r3")) == Accepted("r3", "r3")
    fake.fault = "not_json"
    assert adapter.send(to("4711", "r4")) == Accepted("r4", "r4")


@pytest.mark.parametrize(
    ("status", "error", "raises", "reason", "fault"),
    [
        (301, "", Misconfigured, "redirect", ""),
        (307, "", Misconfigured, "redirect", ""),
        (400, "", Rejected, "http_400", ""),
        (401, "", Misconfigured, "http_401", ""),
        (403, "", Misconfigured, "http_403", ""),
        (404, "", Misconfigured, "http_404", ""),
        (404, "unknown_customer", Rejected, "unknown_customer", "dead"),
        (405, "", Misconfigured, "http_405", ""),
        (410, "", Misconfigured, "gone", ""),
        (413, "", Rejected, "http_413", ""),
        (422, "", Rejected, "http_422", ""),
        (422, "unknown_customer", Rejected, "unknown_customer", "dead"),
        (400, "unknown_customer", Rejected, "http_400", ""),
        (410, "unknown_customer", Misconfigured, "gone", ""),
        (425, "", TemporarilyUnavailable, "http_425", ""),
        (429, "", TemporarilyUnavailable, "http_429", ""),
        (500, "", TemporarilyUnavailable, "http_500", ""),
        (502, "", TemporarilyUnavailable, "http_502", ""),
        (503, "", TemporarilyUnavailable, "http_503", ""),
        (504, "", TemporarilyUnavailable, "http_504", ""),
    ],
)
def test_every_status_has_its_meaning(
    fake: OwnAppFake,
    adapter: ChannelAdapter,
    *,
    status: int,
    error: str,
    raises: type[ChannelError],
    reason: str,
    fault: AddressFault,
) -> None:
    fake.status, fake.error = status, error or "as_told"

    outcome: Any
    try:
        outcome = adapter.send(to("4711"))
    except (Misconfigured, TemporarilyUnavailable) as caught:
        outcome = caught

    assert type(outcome) is raises
    assert (outcome.reason, getattr(outcome, "address_fault", "")) == (reason, fault)
    assert fake.taken == []


@pytest.mark.parametrize("fault", ["busy", "unavailable"])
def test_later_is_said_to_the_whole_channel_with_how_much_later(
    fake: OwnAppFake, adapter: ChannelAdapter, fault: Fault
) -> None:
    fake.fault = fault

    with pytest.raises(TemporarilyUnavailable) as caught:
        adapter.send(to("4711"))
    assert caught.value.retry_after == 7.0


@pytest.mark.parametrize("body", [b"[" * 100_000, b"null", b"[]", b'{"error": ["unknown_customer"]}', b"\xff"])
def test_no_body_of_an_answer_breaks_the_adapter(fake: OwnAppFake, adapter: ChannelAdapter, body: bytes) -> None:
    fake.status, fake.error = 422, body

    outcome = adapter.send(to("4711"))

    assert isinstance(outcome, Rejected)
    assert outcome.reason == "http_422"


class TestSecrets:
    @pytest.mark.parametrize("theirs", [NEW, OLD])
    def test_in_a_rotation_a_receiver_with_either_secret_takes_the_call(self, fake: OwnAppFake, theirs: str) -> None:
        fake.secrets[:] = [theirs]
        adapter = adapter_of(fake.url, f"{NEW} {OLD}")

        outcome = adapter.send(to("4711"))
        adapter.close()

        assert isinstance(outcome, Accepted)
        assert len(fake.calls[0].headers["webhook-signature"].split(" ")) == 2

    def test_a_receiver_with_another_secret_stops_the_channel(self, fake: OwnAppFake, adapter: ChannelAdapter) -> None:
        fake.secrets[:] = [OTHER]

        with pytest.raises(Misconfigured, match="http_401"):
            adapter.send(to("4711"))

    def test_the_fakes_own_check_agrees_with_the_package(self) -> None:
        with OwnAppFake(secrets=[NEW]) as fake:
            adapter = adapter_of(fake.url)
            assert isinstance(adapter.send(to("4711")), Accepted)
            fake.secrets[:] = [OTHER]
            with pytest.raises(Misconfigured):
                adapter.send(to("4711", "r2"))
            adapter.close()

    def test_no_secret_is_in_a_repr_an_address_or_a_body(self, fake: OwnAppFake, adapter: ChannelAdapter) -> None:
        adapter.send(to("4711"))

        call = fake.calls[0]
        seen = f"{vars(adapter)} {call.path} {call.query} {call.body!r} {call.headers}"
        assert NEW not in seen
        assert "nnnnnn" not in seen
