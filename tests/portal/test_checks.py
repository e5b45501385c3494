"""A setting that opens a way round the second factor stops the start."""

import pytest
from django.core.checks import run_checks
from pytest_django.fixtures import Settings

from portal.checks import BYPASSES, second_factor_is_whole


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
