"""Whom the client of MAX trusts: proved over TLS on loopback, with roots made for the test."""

import datetime
import hashlib
import ipaddress
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from notify.channels.base import Accepted, Misconfigured, OutboundMessage
from notify.channels.max import trust
from notify.channels.max.adapter import MaxChannel
from notify.channels.max.api import MaxConf
from notify.channels.max.trust import ROOT_FILE, ROOT_SHA256, context_make
from portal.laptop.fakes.max import FakeMax

DAY = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Authority:
    """A root with its key."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    def pem(self) -> str:
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()


def signed(name: str, key: ec.EllipticCurvePrivateKey, by: Authority | None, address: str = "") -> x509.Certificate:
    """A certificate of ``key`` by ``by``, or by itself: then a root."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    issuer_key = by.key if by else key
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - DAY)
        .not_valid_after(now + DAY)
        .add_extension(x509.BasicConstraints(ca=by is None, path_length=None), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if address:
        names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))])
        builder = builder.add_extension(names, critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def root_make(name: str = "Test Root") -> Authority:
    """A root of our own."""
    key = ec.generate_private_key(ec.SECP256R1())
    return Authority(key, signed(name, key, None))


@pytest.fixture(scope="module")
def root() -> Authority:
    return root_make()


def served(root: Authority, folder: Path, *, address: str = "127.0.0.1") -> FakeMax:
    """A fake that speaks TLS with a certificate by ``root``."""
    key = ec.generate_private_key(ec.SECP256R1())
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    chain = folder / "server.pem"
    public = signed("Test Server", key, root, address).public_bytes(serialization.Encoding.PEM)
    chain.write_bytes(secret + public)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    fake = FakeMax()
    fake._server.socket = context.wrap_socket(fake._server.socket, server_side=True)
    return fake


@pytest.fixture
def fake(root: Authority, tmp_path: Path) -> Iterator[FakeMax]:
    with served(root, tmp_path) as running:
        running.person(7).start()
        yield running


def channel_to(fake: FakeMax, ca_file: str) -> MaxChannel:
    """A channel over TLS that trusts what stands in a file."""
    url = fake.url.replace("http://", "https://")
    return MaxChannel(MaxConf(name="max-1", token=fake.token, url=url, ca_file=ca_file))


def test_a_message_goes_to_a_host_that_stands_on_the_given_root(fake: FakeMax, root: Authority, tmp_path: Path) -> None:
    (tmp_path / "root.pem").write_text(root.pem())
    channel = channel_to(fake, str(tmp_path / "root.pem"))

    assert isinstance(channel.send(OutboundMessage(reference="r1", address="7", text="Текст")), Accepted)
    channel.close()


@pytest.mark.parametrize("is_shipped", [True, False])
def test_a_host_that_stands_on_another_root_gets_nothing(fake: FakeMax, tmp_path: Path, is_shipped: bool) -> None:
    (tmp_path / "root.pem").write_text(root_make("Another Root").pem())
    channel = channel_to(fake, "" if is_shipped else str(tmp_path / "root.pem"))

    with pytest.raises(Misconfigured, match="tls"):
        channel.send(OutboundMessage(reference="r1", address="7", text="Текст"))
    assert fake.calls == []
    channel.close()


def test_a_host_with_somebody_elses_certificate_gets_nothing(root: Authority, tmp_path: Path) -> None:
    (tmp_path / "root.pem").write_text(root.pem())
    with served(root, tmp_path, address="127.0.0.2") as fake:
        channel = channel_to(fake, str(tmp_path / "root.pem"))

        with pytest.raises(Misconfigured, match="tls"):
            channel.account()
        channel.close()


def test_the_root_that_we_ship_has_the_published_fingerprint() -> None:
    der = ssl.PEM_cert_to_DER_cert(ROOT_FILE.read_text())

    assert hashlib.sha256(der).hexdigest() == ROOT_SHA256
    assert ROOT_SHA256.upper() == (
        "D2:6D:2D:02:31:B7:C3:9F:92:CC:73:85:12:BA:54:10:35:19:E4:40:5D:68:B5:BD:70:3E:97:88:CA:8E:CF:31"
    ).replace(":", "")


def test_the_shipped_root_comes_to_the_roots_of_the_system() -> None:
    ours, systems = context_make().get_ca_certs(), ssl.create_default_context().get_ca_certs()

    assert len(ours) == len(systems) + 1
    assert ours[-1]["notAfter"] == "Feb 27 21:04:15 2032 GMT"


def test_a_shipped_file_that_is_not_what_it_was_is_refused(
    root: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "changed.pem").write_text(root.pem())
    monkeypatch.setattr(trust, "ROOT_FILE", tmp_path / "changed.pem")

    with pytest.raises(Misconfigured, match="bad_ca"):
        context_make()


def test_what_was_put_behind_the_shipped_root_is_not_trusted(
    root: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = context_make().get_ca_certs()
    (tmp_path / "more.pem").write_text(ROOT_FILE.read_text() + root.pem())
    monkeypatch.setattr(trust, "ROOT_FILE", tmp_path / "more.pem")

    assert context_make().get_ca_certs() == before


@pytest.mark.parametrize(
    "content", ["", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "ключ"]
)
def test_a_file_without_certificates_is_our_fault(tmp_path: Path, content: str) -> None:
    (tmp_path / "root.pem").write_text(content)

    with pytest.raises(Misconfigured, match="bad_ca"):
        context_make(str(tmp_path / "root.pem"))


def test_a_file_that_is_not_there_is_said_when_the_channel_opens(tmp_path: Path) -> None:
    channel = MaxChannel(MaxConf(name="max-1", token="t", ca_file=str(tmp_path / "none.pem")))

    with pytest.raises(Misconfigured, match="bad_ca"):
        channel.open()


def test_a_context_still_checks_names_and_certificates() -> None:
    context = context_make()

    assert context.check_hostname
    assert context.verify_mode == ssl.CERT_REQUIRED
