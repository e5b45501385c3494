"""Binding, rests after a loss, silence, TLS, and what the SMSC asks of us."""

import datetime
import ipaddress
import ssl
from pathlib import Path
from typing import Any, Final

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from notify.channels.base import Accepted, Misconfigured, TemporarilyUnavailable
from notify.channels.smpp import adapter as adapter_module
from notify.channels.smpp import session as session_module
from notify.channels.smpp.adapter import SmppAdapter
from notify.channels.smpp.words import LOGIN
from portal.laptop.fakes.smpp import SmppFake
from tests.notify.channels.smpp.making import adapter_of, sms
from tests.support.patience import ended, wait_until

ENQUIRE: Final = 0x15
UNBIND: Final = 0x06
QUERY: Final = 0x03
RESPONSE: Final = 0x80000000


def test_opening_twice_binds_once(adapter: SmppAdapter, fake: SmppFake) -> None:
    adapter.open()
    adapter.open()

    assert fake.binds == ["mostik"]


def test_a_closed_adapter_can_be_opened_again(adapter: SmppAdapter, fake: SmppFake) -> None:
    adapter.open()
    adapter.close()

    assert isinstance(adapter.send(sms()), Accepted)
    assert fake.binds == ["mostik", "mostik"]


def test_closing_unbinds(adapter: SmppAdapter, fake: SmppFake) -> None:
    adapter.open()
    adapter.close()

    wait_until(lambda: not fake.sessions, "the session is not gone")


def test_closing_what_was_never_opened_is_harmless(fake: SmppFake) -> None:
    adapter_of(fake).close()


@pytest.mark.parametrize(("wrong", "reason"), [({"password": "other"}, "password"), ({"system_id": "x"}, "system_id")])
def test_a_wrong_login_is_our_fault_and_is_not_tried_again_at_once(
    fake: SmppFake, wrong: dict[str, Any], reason: str
) -> None:
    adapter = adapter_of(fake, after_failure=90.0, **wrong)
    for _ in range(3):
        with pytest.raises(Misconfigured, match=reason):
            adapter.open()
    adapter.close()

    assert len(fake.binds) == 1


@pytest.mark.parametrize("status", LOGIN)
def test_each_status_of_a_login_is_our_fault(adapter: SmppAdapter, fake: SmppFake, status: int) -> None:
    fake.bind_status = status

    with pytest.raises(Misconfigured, match=LOGIN[status]):
        adapter.open()


@pytest.mark.parametrize("status", [0x05, 0x08, 0x0D, 0x58, 0x400])
def test_any_other_refusal_of_a_bind_may_pass_by_itself(fake: SmppFake, status: int) -> None:
    fake.bind_status = status
    adapter = adapter_of(fake, after_failure=90.0)

    with pytest.raises(TemporarilyUnavailable, match=f"bind_{status}") as caught:
        adapter.open()
    adapter.close()

    assert caught.value.retry_after == 90.0


def test_a_longer_password_than_the_specification_has_is_sent_whole(fake: SmppFake) -> None:
    fake.password = "p" * 40
    adapter = adapter_of(fake, password=fake.password)
    adapter.open()
    adapter.close()

    assert fake.binds == ["mostik"]


def test_nobody_there_is_tried_again_after_ninety_seconds(fake: SmppFake) -> None:
    adapter = adapter_of(fake, after_failure=90.0)
    fake.stop()
    waits = []
    for _ in range(2):
        with pytest.raises(TemporarilyUnavailable, match="no_connection") as caught:
            adapter.send(sms())
        waits.append(caught.value.retry_after)
    adapter.close()

    assert waits[0] == 90.0
    assert 0 < (waits[1] or 0) < 90.0


def test_a_bind_without_an_answer_ends(fake: SmppFake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapter_module, "OPEN_SECONDS", 0.3)
    fake.is_silent = True
    adapter = adapter_of(fake)

    with pytest.raises(TemporarilyUnavailable, match="no_answer"):
        ended(adapter.open)
    adapter.close()


def test_after_a_drop_nothing_is_tried_for_a_minute(fake: SmppFake) -> None:
    adapter = adapter_of(fake, after_drop=60.0)
    adapter.open()
    fake.drop()

    wait_until(lambda: adapter._session is not None and adapter._session.ended_at is not None, "nobody noticed")
    with pytest.raises(TemporarilyUnavailable, match="dropped") as caught:
        adapter.open()
    adapter.close()

    assert 0 < (caught.value.retry_after or 0.0) <= 60.0
    assert fake.binds == ["mostik"]


def test_an_unbind_of_the_smsc_is_answered_and_counts_as_a_drop(fake: SmppFake) -> None:
    adapter = adapter_of(fake, after_drop=60.0)
    adapter.open()
    fake.ask(UNBIND)
    wait_until(lambda: (UNBIND | RESPONSE, 0) in fake.responses, "no answer")
    wait_until(lambda: not fake.sessions, "the session is not gone")

    with pytest.raises(TemporarilyUnavailable, match="dropped"):
        adapter.send(sms())
    adapter.close()


def test_enquire_link_is_answered(adapter: SmppAdapter, fake: SmppFake) -> None:
    adapter.open()
    fake.ask(ENQUIRE)

    wait_until(lambda: (ENQUIRE | RESPONSE, 0) in fake.responses, "no answer")


def test_a_request_that_we_do_not_know_is_never_answered_by_a_generic_nack(
    adapter: SmppAdapter, fake: SmppFake
) -> None:
    adapter.open()
    fake.ask(QUERY)

    wait_until(lambda: bool(fake.responses), "no answer")
    assert fake.responses == [(QUERY | RESPONSE, 0x03)]


def test_silence_is_asked_after_and_the_session_stays(fake: SmppFake) -> None:
    adapter = adapter_of(fake, silence=0.05)
    adapter.open()
    wait_until(lambda: fake.enquiries >= 2, "nobody asked")

    assert isinstance(adapter.send(sms()), Accepted)
    adapter.close()
    assert len(fake.binds) == 1


def test_an_smsc_that_does_not_answer_any_more_is_left(fake: SmppFake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_module, "ANSWER_SECONDS", 0.1)
    adapter = adapter_of(fake, silence=0.05)
    adapter.open()
    fake.is_silent = True

    wait_until(lambda: not fake.sessions, "the session is still there")
    adapter.close()


def test_bytes_that_are_no_pdu_end_the_session(adapter: SmppAdapter, fake: SmppFake) -> None:
    adapter.open()
    wait_until(lambda: bool(fake.sessions), "the session is not there yet")
    fake.sessions[0].writer.write(b"\xff" * 64)

    wait_until(lambda: not fake.sessions, "the session is still there")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate of this machine, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    encoded = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(encoded + built.public_bytes(serialization.Encoding.PEM))
    return file


def _protected(certificate: Path) -> SmppFake:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return SmppFake(tls=context)


def test_messages_go_over_tls(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trusting = ssl.create_default_context(cafile=str(certificate))
    monkeypatch.setattr(ssl, "create_default_context", lambda: trusting)
    with _protected(certificate) as fake:
        adapter = adapter_of(fake, tls=True)
        outcome = adapter.send(sms())
        adapter.close()

    assert isinstance(outcome, Accepted)


def test_a_certificate_that_nobody_vouches_for_is_a_misconfiguration(certificate: Path) -> None:
    with _protected(certificate) as fake:
        adapter = adapter_of(fake, tls=True)
        with pytest.raises(Misconfigured, match="tls"):
            adapter.open()
        adapter.close()


def test_an_smsc_without_tls_is_not_reached_over_tls(fake: SmppFake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapter_module, "OPEN_SECONDS", 0.3)
    adapter = adapter_of(fake, tls=True)
    with pytest.raises((Misconfigured, TemporarilyUnavailable)):
        ended(adapter.open)
    adapter.close()


def test_neither_password_nor_texts_are_in_a_repr(adapter: SmppAdapter) -> None:
    assert "secret" not in repr(adapter._conf)
