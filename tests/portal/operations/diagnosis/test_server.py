"""The doctor names what is missing, in sentences, and gives no secret away."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

from consents.ledger.tree.signing import key_create
from portal.laptop.embedded.installation import free_port
from portal.operations.diagnosis import diagnose, server
from tests.factories.consents import ContactPointFactory, CustomerFactory
from tests.fakes.smtp_sink import SinkLog, SmtpSink

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _healthy(settings: Settings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path
    settings.SEAL_KEY_FILE = tmp_path / "seal.pem"
    key_create(settings.SEAL_KEY_FILE)


def test_a_mail_server_that_answers_is_fine(settings: Settings) -> None:
    with SmtpSink() as sink:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port

        assert server._mail().good


def test_a_login_that_is_refused_is_no_mail_server_that_works(settings: Settings) -> None:
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "bank", "wrong-password"
    with SmtpSink(SinkLog(password="right-password")) as sink:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
        finding = server._mail()

        assert not finding.good
        assert finding.sentence.startswith("Почтовый сервер не принимает имя или пароль")
        assert "wrong-password" not in finding.sentence

        settings.EMAIL_HOST_PASSWORD = "right-password"
        assert server._mail().good
        assert sink.taken == []


def test_protection_that_the_mail_server_does_not_give_is_said(settings: Settings) -> None:
    settings.EMAIL_USE_TLS = True
    with SmtpSink() as sink:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port

        assert "защищённого соединения" in server._mail().sentence


def test_a_postgresql_that_leaves_keys_out_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert server._database().good
    monkeypatch.setattr(server, "OLDEST_POSTGRES", 99)

    finding = server._database()

    assert not finding.good
    assert "Нужен PostgreSQL 99 или новее." in finding.sentence


def _no_mail(settings: Settings) -> None:
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()


def _no_key(settings: Settings) -> None:
    settings.SEAL_KEY_FILE = settings.VAR_DIR / "gone.pem"


def _open_key(settings: Settings) -> None:
    settings.SEAL_KEY_FILE.chmod(0o644)


def _short_secret(settings: Settings) -> None:
    settings.SECRET_KEY = "short"


def _no_cache(settings: Settings) -> None:
    address = f"redis://127.0.0.1:{free_port()}/0"
    settings.CACHES = {"default": {"BACKEND": "portal.cache.fallback.RedisOrDatabase", "LOCATION": address}}


def _no_zone(settings: Settings) -> None:
    settings.DEFAULT_TIME_ZONE = "Europe/Nowhere"


def _no_folder(settings: Settings) -> None:
    settings.VAR_DIR = settings.VAR_DIR / "gone"


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (_no_mail, "Проверьте EMAIL_URL"),
        (_no_key, "Проверьте SEAL_KEY_FILE"),
        (_open_key, "chmod 600"),
        (_short_secret, "SECRET_KEY короче"),
        (_no_cache, "Проверьте CACHE_URL"),
        (_no_zone, "Установите tzdata"),
        (_no_folder, "Папки VAR_DIR нет"),
    ],
)
def test_what_is_broken_is_said_with_what_to_do(
    settings: Settings, spoil: Callable[[Settings], None], words: str
) -> None:
    before = {finding.sentence for finding in diagnose()}
    spoil(settings)

    found = [finding for finding in diagnose() if not finding.good and words in finding.sentence]

    assert len(found) == 1
    assert spoil is _no_mail or found[0].sentence not in before


def test_the_command_ends_with_1_and_counts(settings: Settings) -> None:
    _no_mail(settings)
    said = io.StringIO()

    with pytest.raises(CommandError, match="Не в порядке: "):
        call_command("doctor", stdout=said)

    assert "✓ База данных отвечает" in said.getvalue()
    assert "✗ Почтовый сервер не отвечает" in said.getvalue()


def test_no_secret_is_printed(settings: Settings) -> None:
    settings.SECRET_KEY = "0123456789" * 5
    said = " ".join(finding.sentence for finding in diagnose())

    for secret in (settings.SECRET_KEY, settings.LINK_KEY.hex(), settings.FIELD_KEY.hex()):
        assert secret not in said


def test_a_server_whose_services_do_not_know_the_owner_is_in_order(settings: Settings) -> None:
    """As documented: mostik.env holds the application's address alone."""
    settings.MODE = "production"
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE trial_app")
        cursor.execute("GRANT USAGE ON SCHEMA public TO trial_app")
        assert not server._roles().good

        cursor.execute("SET LOCAL ROLE trial_app")
        assert server._roles().good
        cursor.execute("RESET ROLE")


@pytest.mark.parametrize(
    ("leaves", "words"), [(False, "сообщения клиентам никуда не уходят"), (True, "письма уходят через сервер")]
)
def test_the_sandbox_says_whether_letters_leave_it(settings: Settings, leaves: bool, words: str) -> None:
    settings.MAIL_LEAVES = leaves

    assert words in server._mode().sentence


def test_a_channel_without_a_provider_is_said_and_is_no_fault(settings: Settings) -> None:
    settings.SANDBOX = False
    person = CustomerFactory()
    ContactPointFactory(customer=person)
    ContactPointFactory(customer=person, max=True)
    said = {finding.sentence: finding for finding in diagnose()}

    assert not any(sentence.startswith("ВКонтакте") for sentence in said)
    for channel in ("СМС", "MAX"):
        (finding,) = [said[sentence] for sentence in said if sentence.startswith(f"{channel}: провайдера нет")]
        assert (finding.good, finding.mark) == (True, "·")

    settings.SANDBOX = True
    assert "СМС: провайдер подключён." in {finding.sentence for finding in diagnose()}
