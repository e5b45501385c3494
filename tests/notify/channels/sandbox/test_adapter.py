"""The HTTP provider: what each failure means, and what its calls say."""

import json
import random
import socket
from base64 import b64decode
from collections.abc import Iterator

import pytest

from notify.channels import http
from notify.channels.base import (
    Button,
    ChannelAdapter,
    Misconfigured,
    OutboundMessage,
    OutcomeUnknown,
    Rejected,
    TemporarilyUnavailable,
    image_of,
)
from notify.channels.sandbox.adapter import SandboxChannel, SandboxConf
from notify.channels.sandbox.webhook import SECRET_HEADER, STATES, SandboxWebhook
from tests.fakes.provider import FakeProvider, receipt, webhook
from tests.notify.channels.cases import AdapterCases
from tests.support.patience import ended

SECRET = "s3cret"
MODES = {"accept": "accept", "reject": "reject", "later": "later", "took_and_cut": "reset_took", "cut": "reset"}


@pytest.fixture
def server() -> Iterator[FakeProvider]:
    with FakeProvider() as running:
        running.modes.update({f"+7{mode}": mode for mode in MODES.values()})  # type: ignore[misc]  # words of Mode
        yield running


@pytest.fixture
def adapter(server: FakeProvider) -> Iterator[SandboxChannel]:
    channel = SandboxChannel(SandboxConf(url=server.url, secret=SECRET), "sms")
    yield channel
    channel.close()


def sms_to(address: str, reference: str = "r1") -> OutboundMessage:
    return OutboundMessage(reference=reference, address=address, text="Текст")


class TestSandbox(AdapterCases):
    def message(self, behaviour: str, reference: str = "r1") -> OutboundMessage:
        return sms_to(f"+7{MODES[behaviour]}", reference)

    def test_the_call_carries_the_message_and_the_secret_in_a_header(
        self, adapter: ChannelAdapter, server: FakeProvider
    ) -> None:
        message = OutboundMessage(
            reference="r9", address="+79161234512", text="Привет", buttons=(Button("Открыть", "https://x/k/1"),)
        )
        adapter.send(message)

        assert server.taken == [
            {
                "channel": "sms",
                "address": "+79161234512",
                "text": "Привет",
                "buttons": [{"text": "Открыть", "url": "https://x/k/1"}],
                "reference": "r9",
            }
        ]
        assert server.log.secrets == [SECRET]

    def test_a_picture_goes_with_the_call(self, adapter: ChannelAdapter, server: FakeProvider) -> None:
        image = image_of("image.png", b"\x89PNG bytes")
        adapter.send(OutboundMessage(reference="r9", address="1000001", text="Привет", image=image))

        assert b64decode(server.taken[0]["image"]) == b"\x89PNG bytes"

    @pytest.mark.parametrize("mode", ["broke", "broke_took", "reset", "reset_took", "no_id", "not_json"])
    def test_no_clear_answer_is_unknown_and_never_repeated(
        self, adapter: ChannelAdapter, server: FakeProvider, mode: str
    ) -> None:
        server.mode = mode  # type: ignore[assignment]  # a word of Mode

        outcome = adapter.send(sms_to("+79160000000"))

        assert isinstance(outcome, OutcomeUnknown)
        assert server.log.calls == 1

    @pytest.mark.parametrize("mode", ["silent", "silent_took", "drips"])
    def test_a_timeout_is_unknown_whether_it_took_the_message_or_not(
        self, server: FakeProvider, mode: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(http, "CALL_SECONDS", 0.4)
        channel = SandboxChannel(SandboxConf(url=server.url, secret=SECRET), "sms")
        server.mode = mode  # type: ignore[assignment]  # a word of Mode

        outcome = ended(lambda: channel.send(sms_to("+79160000000")))
        channel.close()

        assert isinstance(outcome, OutcomeUnknown)
        assert server.log.calls == 1

    def test_later_is_said_to_the_whole_channel_with_how_much_later(self, adapter: ChannelAdapter) -> None:
        with pytest.raises(TemporarilyUnavailable) as caught:
            adapter.send(self.message("later"))

        assert caught.value.retry_after == 7.0

    def test_a_refused_key_is_our_fault_and_spends_no_message(
        self, adapter: ChannelAdapter, server: FakeProvider
    ) -> None:
        server.mode = "forbidden"

        with pytest.raises(Misconfigured):
            adapter.send(sms_to("+79160000000"))


def test_nobody_listening_means_that_the_channel_is_down() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/"
        channel = SandboxChannel(SandboxConf(url=url, secret=SECRET), "sms")

        with pytest.raises(TemporarilyUnavailable):
            channel.send(sms_to("+79160000000"))
        channel.close()


@pytest.mark.parametrize("url", ["gopher://127.0.0.1/", "127.0.0.1", "http://", "http://127.0.0.1:many/"])
def test_an_address_that_is_none_is_a_misconfiguration(url: str) -> None:
    channel = SandboxChannel(SandboxConf(url=url, secret=SECRET), "sms")

    with pytest.raises(Misconfigured):
        channel.open()
    with pytest.raises(Misconfigured):
        channel.send(sms_to("+79160000000"))
    channel.close()


class TestReports:
    def webhook(self) -> SandboxWebhook:
        return SandboxWebhook((SECRET,))

    def test_each_word_of_the_provider_has_one_of_ours(self) -> None:
        for theirs, ours in STATES.items():
            (report,) = self.webhook().read(webhook(receipt("r1", theirs)))
            assert (report.state, report.reference, report.event_key) == (ours, "r1", f"r1:{theirs}")

    def test_a_word_that_we_do_not_know_moves_nothing(self) -> None:
        (report,) = self.webhook().read(webhook(receipt("r1", "teleported")))

        assert report.state == "unknown"

    def test_the_case_of_the_header_does_not_matter(self) -> None:
        body = webhook(receipt("r1", "delivered"))

        assert self.webhook().verify({SECRET_HEADER.lower(): SECRET}, body)

    @pytest.mark.parametrize("headers", [{}, {SECRET_HEADER: ""}, {SECRET_HEADER: "wrong"}, {SECRET_HEADER: "секрет"}])
    def test_a_call_without_the_secret_is_refused(self, headers: dict[str, str]) -> None:
        assert not self.webhook().verify(headers, webhook(receipt("r1", "delivered")))

    @pytest.mark.parametrize("secret", ["old", "new"])
    def test_during_a_rotation_both_secrets_open(self, secret: str) -> None:
        assert SandboxWebhook(("old", "new")).verify({SECRET_HEADER: secret}, b"{}")

    @pytest.mark.parametrize("secrets", [(), ("",)])
    def test_without_a_secret_nothing_opens(self, secrets: tuple[str, ...]) -> None:
        assert not SandboxWebhook(secrets).verify({SECRET_HEADER: ""}, b"{}")

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"[]",
            b"{}",
            b'{"events": 3}',
            b'{"events": [{}]}',
            b'{"events": ["x"]}',
            b'{"events": [{"key": 1, "state": "delivered", "at": "yesterday"}]}',
            b'{"events": [{"key": 1, "state": "delivered", "at": "2026-11-24T12:00:00"}]}',
            b"\xff\xfe",
        ],
    )
    def test_what_cannot_be_read_is_refused_and_nothing_breaks(self, body: bytes) -> None:
        with pytest.raises(Rejected):
            self.webhook().read(body)

    def test_random_bytes_never_break_the_reader(self) -> None:
        rng = random.Random(7)
        good = webhook(receipt("r1", "delivered"), receipt("r2", "read"))
        for _ in range(300):
            spoiled = bytearray(good)
            for _ in range(rng.randint(1, 6)):
                spoiled[rng.randrange(len(spoiled))] = rng.randrange(256)
            try:
                reports = self.webhook().read(bytes(spoiled))
            except Rejected:
                continue
            assert isinstance(reports, list)
            assert json.loads(bytes(spoiled))
