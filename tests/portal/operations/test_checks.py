"""A setting that opens a way round the second factor stops the start; a ledger without its guards is named."""

import pytest
from django.core.checks import run_checks
from django.db import connection
from pytest_django.fixtures import Settings

from consents.ledger.append_only import TABLES
from portal.operations.checks import BYPASSES, ledger_is_guarded, second_factor_is_whole


def test_the_settings_of_a_server_pass(settings: Settings) -> None:
    settings.MODE = "production"

    assert second_factor_is_whole() == []


@pytest.mark.parametrize("name", BYPASSES)
def test_a_bypass_of_allauth_is_refused_in_every_mode(settings: Settings, name: str) -> None:
    setattr(settings, name, "000000")

    [fault] = [fault for fault in run_checks() if fault.id == "portal.E001"]
    assert name in str(fault.msg)


def test_a_server_that_asks_for_no_second_factor_is_refused(settings: Settings) -> None:
    settings.MFA_REQUIRED = False
    assert second_factor_is_whole() == []

    settings.MODE = "production"

    assert [fault.id for fault in run_checks() if fault.id == "portal.E004"] == ["portal.E004"]


@pytest.mark.django_db
def test_a_lost_trigger_is_named() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER refuse_change ON consents_leaf")

    faults = ledger_is_guarded(databases=["default"])

    assert "Журнал не защищён: consents_leaf: refuse_change." in [fault.msg for fault in faults]


@pytest.mark.django_db
def test_an_empty_database_has_nothing_to_guard() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {', '.join(table.name for table in TABLES)} CASCADE")

    assert ledger_is_guarded(databases=["default"]) == []
