"""Protected connections: both ways to TLS end in a conversation that works, and a stranger's certificate in none."""

import datetime
import ipaddress
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from notify.channels.base import Accepted, Misconfigured, OutboundMessage
from notify.channels.smtp.adapter import SmtpChannel
from notify.channels.smtp.connection import Security, SmtpConf

LETTER = OutboundMessage(reference="r1", address="ivan@example.ru", text="Текст" * 5000, subject="Тема")


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


@pytest.fixture(params=["starttls", "tls"])
def protected(request: pytest.FixtureRequest, certificate: Path) -> Iterator[SmtpConf]:
    """A mail server that takes letters over a protected connection only."""
    security: Security = request.param
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    given = {"ssl_context": context} if security == "tls" else {"tls_context": context, "require_starttls": True}
    server = Controller(Sink(), hostname="127.0.0.1", port=port, ready_timeout=30, **given)
    server.start()
    yield SmtpConf(host="127.0.0.1", port=port, security=security, sender="a@b.ru", domain="b.ru")
    server.stop()


def test_letters_go_over_a_protected_connection(
    protected: SmtpConf, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trusting = ssl.create_default_context(cafile=str(certificate))
    monkeypatch.setattr(ssl, "create_default_context", lambda: trusting)
    channel = SmtpChannel(protected)

    outcomes = [channel.send(message) for message in (LETTER, LETTER)]
    channel.close()

    assert [type(outcome) for outcome in outcomes] == [Accepted, Accepted]


def test_a_certificate_that_nobody_vouches_for_is_a_misconfiguration(protected: SmtpConf) -> None:
    with pytest.raises(Misconfigured, match="tls"):
        SmtpChannel(protected).open()
