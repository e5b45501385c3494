"""SMTP conversations: accepted, refused, cut at each stage."""

import select
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Self

import pytest
from pytest_django import Settings

from notify.channels.base import (
    Accepted,
    ChannelAdapter,
    Misconfigured,
    OutboundMessage,
    OutcomeUnknown,
    Rejected,
    TemporarilyUnavailable,
)
from notify.channels.registry import providers_of
from notify.channels.smtp import adapter as smtp
from notify.channels.smtp.adapter import SmtpChannel
from notify.channels.smtp.connection import SmtpConf
from notify.channels.verp import verp_reference
from tests.fakes.smtp_sink import SinkLog, SmtpSink
from tests.notify.channels.cases import AdapterCases
from tests.support.patience import ended

WORDS = {"accept": "ok", "reject": "rcpt550", "later": "rcpt451", "took_and_cut": "tookcut", "cut": "lostcut"}


def conf_for(port: int, sender: str = "noreply@romashka.example") -> SmtpConf:
    return SmtpConf(host="127.0.0.1", port=port, sender=sender, domain="romashka.example")


def letter_to(word: str, reference: str = "r1") -> OutboundMessage:
    return OutboundMessage(reference=reference, address=f"{word}@example.ru", text="Текст", subject="Тема", html="<p>")


@pytest.fixture(params=[True, False], ids=["pipelining", "step by step"])
def mail_server(request: pytest.FixtureRequest) -> Iterator[SmtpSink]:
    with SmtpSink(SinkLog(pipelining=request.param)) as running:
        yield running


@pytest.fixture
def adapter(mail_server: SmtpSink) -> Iterator[SmtpChannel]:
    channel = SmtpChannel(conf_for(mail_server.port))
    yield channel
    channel.close()


class DeafServer:
    """Asks for a letter, and then reads no more."""

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._talk)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()
        self._thread.join(5)

    def _talk(self) -> None:
        caller, _ = self._listener.accept()
        with caller, caller.makefile("rb") as lines:
            caller.sendall(b"220 deaf\r\n")
            for answer in (b"250 hello\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n"):
                lines.readline()
                caller.sendall(answer)
            # Until the other side hangs up.
            select.select([], [], [], 1.5)


class TestSmtp(AdapterCases):
    def message(self, behaviour: str, reference: str = "r1") -> OutboundMessage:
        return letter_to(WORDS[behaviour], reference)

    def test_one_connection_serves_a_whole_batch(self, adapter: ChannelAdapter, mail_server: SmtpSink) -> None:
        outcomes = [adapter.send(letter_to("ok", f"r{at}")) for at in range(20)]

        assert all(isinstance(outcome, Accepted) for outcome in outcomes)
        assert mail_server.log.connections == 1
        assert [taken.reference for taken in mail_server.taken] == [f"r{at}" for at in range(20)]

    @pytest.mark.parametrize(
        ("word", "expected", "reason"),
        [
            ("rcpt550", Rejected, "smtp_550_5.1.1"),
            ("data554", Rejected, "smtp_554_5.5.1"),
            ("dot554", Rejected, "smtp_554_5.7.1"),
            ("rcpt451", TemporarilyUnavailable, "smtp_451_4.7.1"),
            ("gibberish", OutcomeUnknown, "unreadable_answer"),
        ],
    )
    def test_each_answer_of_the_server_has_one_meaning(
        self, adapter: ChannelAdapter, word: str, expected: type, reason: str
    ) -> None:
        outcome = adapter.send(letter_to(word))

        assert isinstance(outcome, expected)
        assert getattr(outcome, "reason", "") == reason

    @pytest.mark.parametrize("word", ["cutrcpt", "cutdata", "rcpt421"])
    def test_lost_before_the_closing_dot_is_safe_to_try_again(
        self, adapter: ChannelAdapter, mail_server: SmtpSink, word: str
    ) -> None:
        outcome = adapter.send(letter_to(word))

        assert isinstance(outcome, TemporarilyUnavailable)
        assert mail_server.taken == []
        assert mail_server.log.connections >= 2

    def test_a_server_that_closes_after_some_letters_gets_a_new_connection(self) -> None:
        with SmtpSink(SinkLog(per_connection=3)) as picky:
            channel = SmtpChannel(conf_for(picky.port))
            outcomes = [channel.send(letter_to("ok", f"r{at}")) for at in range(10)]
            channel.close()

            assert all(isinstance(outcome, Accepted) for outcome in outcomes)
            assert [taken.reference for taken in picky.taken] == [f"r{at}" for at in range(10)]
            assert picky.log.connections == 4

    def test_a_server_that_is_full_means_that_the_channel_is_down(
        self, adapter: ChannelAdapter, mail_server: SmtpSink
    ) -> None:
        with pytest.raises(TemporarilyUnavailable, match=r"smtp_452_4\.3\.1"):
            adapter.send(letter_to("dot452"))
        assert mail_server.taken == []

    def test_a_server_that_takes_nobodys_mail_now_means_that_the_channel_is_down(self, mail_server: SmtpSink) -> None:
        channel = SmtpChannel(conf_for(mail_server.port, "mail421@romashka.example"))

        with pytest.raises(TemporarilyUnavailable, match="smtp_421"):
            channel.send(letter_to("ok"))
        channel.close()

    @pytest.mark.parametrize(
        ("word", "expected", "reason"),
        [
            ("rcpt550", Rejected, "smtp_550_5.1.1"),
            ("data554", Rejected, "smtp_554_5.5.1"),
            ("dot554", Rejected, "smtp_554_5.7.1"),
            ("rcpt451", TemporarilyUnavailable, "smtp_451_4.7.1"),
        ],
    )
    def test_a_refusal_stands_when_the_server_hangs_up_after_it(
        self, adapter: ChannelAdapter, mail_server: SmtpSink, word: str, expected: type, reason: str
    ) -> None:
        mail_server.log.hangs_up = True

        refused, taken = [adapter.send(message) for message in (letter_to(word), letter_to("ok", "r2"))]

        assert isinstance(refused, expected)
        assert getattr(refused, "reason", "") == reason
        assert isinstance(taken, Accepted)
        assert mail_server.log.connections == 2

    @pytest.mark.parametrize("word", ["mail550", "mail530"])
    def test_a_refused_sender_is_told_though_the_server_hangs_up(self, mail_server: SmtpSink, word: str) -> None:
        mail_server.log.hangs_up = True
        channel = SmtpChannel(conf_for(mail_server.port, f"{word}@romashka.example"))

        with pytest.raises(Misconfigured):
            channel.send(letter_to("ok"))
        channel.close()
        assert mail_server.log.connections == 1

    def test_a_server_that_hangs_before_the_letter_surely_has_none(
        self, adapter: SmtpChannel, mail_server: SmtpSink, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        mail_server.log.mute = True
        monkeypatch.setattr(smtp, "CALL_SECONDS", 0.4)
        adapter.open()

        with pytest.raises(TemporarilyUnavailable):
            ended(lambda: adapter.send(letter_to("ok")))

        assert mail_server.taken == []

    def test_an_answer_that_comes_byte_by_byte_does_not_stretch_the_call(
        self, adapter: SmtpChannel, mail_server: SmtpSink, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        mail_server.log.drips = 0.05
        monkeypatch.setattr(smtp, "CALL_SECONDS", 0.4)
        adapter.open()

        outcome = ended(lambda: adapter.send(letter_to("ok")))

        assert isinstance(outcome, OutcomeUnknown)

    def test_a_letter_that_the_server_does_not_read_has_not_left(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(smtp, "CALL_SECONDS", 0.5)
        with DeafServer() as deaf:
            channel = SmtpChannel(conf_for(deaf.port))
            message = OutboundMessage(reference="r1", address="a@b.ru", text="т" * 8_000_000, subject="т")

            outcome = channel.send(message)
            channel.close()

        assert isinstance(outcome, TemporarilyUnavailable)

    @pytest.mark.parametrize("word", ["mail550", "mail5511", "mail530"])
    def test_a_sender_that_the_server_refuses_is_our_fault_and_spends_no_letter(
        self, mail_server: SmtpSink, word: str
    ) -> None:
        channel = SmtpChannel(conf_for(mail_server.port, f"{word}@romashka.example"))

        with pytest.raises(Misconfigured):
            channel.send(letter_to("ok"))
        channel.close()
        assert mail_server.taken == []

    @pytest.mark.parametrize("word", ["relay554", "relay454", "owned553", "dkim550"])
    def test_a_relay_that_refuses_us_at_the_recipient_spends_no_letter(
        self, adapter: ChannelAdapter, word: str
    ) -> None:
        with pytest.raises(Misconfigured):
            adapter.send(letter_to(word))

        assert isinstance(adapter.send(letter_to("ok", "r2")), Accepted)

    def test_a_server_that_falls_silent_after_the_dot_leaves_the_outcome_unknown(
        self, adapter: ChannelAdapter, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(smtp, "CALL_SECONDS", 0.3)

        outcome = ended(lambda: adapter.send(letter_to("silent")))

        assert isinstance(outcome, OutcomeUnknown)

    @pytest.mark.parametrize(
        "address",
        ["a@b.ru\r\nRCPT TO:<x@y.ru>", "a b@c.ru", "<a@b.ru>", "a@b@c.ru", "иван@example.ru", "", "a@b.ru,c@d.ru"],
    )
    def test_an_address_that_could_break_the_envelope_is_rejected(
        self, adapter: ChannelAdapter, mail_server: SmtpSink, address: str
    ) -> None:
        outcome = adapter.send(OutboundMessage(reference="r1", address=address, text="т", subject="т"))

        assert isinstance(outcome, Rejected)
        assert mail_server.taken == []


class TestAddressesOfReturn:
    REFERENCE = "7f3c2a10-5b1d-4c4e-9a77-0d2f3b6e8c11"

    def test_the_envelope_names_the_message_where_there_is_such_an_address(self, mail_server: SmtpSink) -> None:
        conf = replace(conf_for(mail_server.port), bounce_address="bounce@move.romashka.example", bounce_key=b"key")
        channel = SmtpChannel(conf)
        outcome = channel.send(letter_to("ok", self.REFERENCE))
        channel.close()

        (taken,) = mail_server.taken
        assert isinstance(outcome, Accepted)
        assert verp_reference(taken.sender, conf.bounce_address, b"key") == self.REFERENCE
        assert b"\r\nFrom: noreply@romashka.example\r\n" in b"\r\n" + taken.raw

    def test_without_one_failures_come_to_the_sender(self, adapter: ChannelAdapter, mail_server: SmtpSink) -> None:
        adapter.send(letter_to("ok", self.REFERENCE))

        assert mail_server.taken[0].sender == "noreply@romashka.example"

    @pytest.mark.parametrize("fields", [{"bounce_key": b""}, {"bounce_address": "no-domain"}])
    def test_one_that_cannot_work_is_a_misconfiguration(self, fields: dict[str, Any]) -> None:
        with pytest.raises(Misconfigured):
            replace(conf_for(25), **{"bounce_address": "bounce@b.example", "bounce_key": b"key"} | fields)

    def test_the_key_is_not_in_the_record_of_the_settings(self) -> None:
        assert "secret" not in repr(replace(conf_for(25), bounce_address="b@b.example", bounce_key=b"secret"))


@pytest.mark.parametrize(("word", "fault"), [("rcpt550", "dead"), ("data554", ""), ("dot554", ""), ("rcpt552", "soft")])
def test_a_refusal_says_what_it_means_for_the_address(mail_server: SmtpSink, word: str, fault: str) -> None:
    channel = SmtpChannel(conf_for(mail_server.port, "a@b.example"))
    outcome = channel.send(letter_to(word))
    channel.close()

    assert isinstance(outcome, Rejected)
    assert outcome.address_fault == fault


def test_a_server_that_is_not_there_means_that_the_channel_is_down() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        channel = SmtpChannel(conf_for(unused.getsockname()[1]))

        with pytest.raises(TemporarilyUnavailable):
            channel.open()
        with pytest.raises(TemporarilyUnavailable):
            channel.send(letter_to("ok"))


def test_a_server_without_starttls_is_a_misconfiguration() -> None:
    with SmtpSink() as plain:
        conf = SmtpConf(host="127.0.0.1", port=plain.port, security="starttls", sender="a@b.ru", domain="b.ru")

        with pytest.raises(Misconfigured):
            SmtpChannel(conf).open()


def test_smtp_calls_nobody_back(settings: Settings) -> None:
    (smtp_provider,) = [one for one in providers_of(settings) if one.name == "smtp"]

    assert smtp_provider.webhook is None


def test_the_password_is_not_in_the_record_of_the_settings() -> None:
    conf = SmtpConf(host="h", port=25, user="u", password="hunter2", sender="a@b.ru", domain="b.ru")

    assert "hunter2" not in repr(conf)
