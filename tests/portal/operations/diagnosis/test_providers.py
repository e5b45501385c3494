"""What `doctor` says of each provider that is set up."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError
from django.utils import timezone
from pytest_django.fixtures import Settings

from notify.channels.base import AccountState, TemporarilyUnavailable
from notify.models import ProviderSetup, ProviderState
from notify.outbox.carriers import breaker_open
from notify.provider_setups import setup_create
from notify.providers.checks import SetupCheck, check_store
from notify.providers.order import setup_switch
from portal.operations.diagnosis import providers
from portal.operations.diagnosis.part import Diagnosis
from tests.fakes.loft_kind import KEY, kinds_declare, loft_fields, own_process

pytestmark = pytest.mark.django_db

ACCOUNT = AccountState(name="Голубятня", balance=Decimal("99.90"), currency="RUB", paid_until="2199-12-31")


@pytest.fixture(autouse=True)
def _kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    kinds_declare(monkeypatch)


@pytest.fixture
def loft() -> str:
    """One that is on and was never used."""
    return setup_create(kind="loft", title="Крыша", fields=loft_fields("http://127.0.0.1:9"))


def _only() -> Diagnosis:
    (found,) = providers.diagnoses()
    return found


def test_nothing_set_up_is_nothing_to_say() -> None:
    assert providers.diagnoses() == []


def test_one_that_works_says_so_with_its_account_and_the_last_look(loft: str) -> None:
    check_store(name=loft, check=SetupCheck(account=ACCOUNT))
    at = timezone.localtime(ProviderState.objects.get().account_at)

    assert (_only().good, _only().is_note) == (True, False)
    assert _only().sentence.replace("\N{NO-BREAK SPACE}", " ") == (
        "Подключение «Крыша» (loft): работает, на счёте 99,90 ₽, оплачено до 31.12.2199, "
        f"проверено {at:%d.%m.%Y %H:%M}."
    )


def test_a_low_balance_is_a_note_and_no_fault(loft: str) -> None:
    check_store(name=loft, check=SetupCheck(account=ACCOUNT))
    ProviderSetup.objects.update(balance_warn=100)

    assert (_only().good, _only().is_note) == (True, True)
    assert "Пополните счёт." in _only().sentence


def test_one_that_nobody_has_looked_at_does_not_pass_for_one_that_works(loft: str) -> None:
    assert _only().sentence == "Подключение «Крыша» (loft): не проверено."


def test_one_that_is_off_is_a_note(loft: str) -> None:
    setup_switch(name=loft, is_on=False)

    assert (_only().good, _only().is_note) == (True, True)
    assert "выключено" in _only().sentence


def test_a_breaker_that_is_open_is_a_fault_with_its_reason(loft: str) -> None:
    breaker_open(provider=loft, error=TemporarilyUnavailable("no_connection"))

    assert not _only().good
    assert "нет связи с сервером провайдера" in _only().sentence


def test_a_look_that_failed_is_a_fault(loft: str) -> None:
    check_store(name=loft, check=SetupCheck(trouble="http_401"))

    assert not _only().good
    assert "Проверка не прошла: провайдер не принимает ключ." in _only().sentence


def test_secrets_that_cannot_be_read_are_a_fault(loft: str, settings: Settings) -> None:
    settings.FIELD_KEY = b"another" * 6

    assert not _only().good


def test_a_process_that_does_not_run_is_a_fault(loft: str, monkeypatch: pytest.MonkeyPatch) -> None:
    own_process(monkeypatch)
    assert "manage.py provider_run loft" in _only().sentence

    ProviderState.objects.update_or_create(name=loft, defaults={"alive_until": timezone.now() + timedelta(minutes=1)})

    assert _only().good


def test_no_sentence_holds_a_secret_or_an_address(loft: str) -> None:
    breaker_open(provider=loft, error=TemporarilyUnavailable("no_connection"))

    assert KEY not in _only().sentence
    assert "127.0.0.1" not in _only().sentence


def test_a_database_that_does_not_answer_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def silent() -> None:
        raise DatabaseError

    monkeypatch.setattr(providers, "providers_health", silent)

    assert not _only().good
