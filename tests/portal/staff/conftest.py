"""Fixtures of the console."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from portal.models.user import Role
from tests.factories.staff import client_of, user_make
from tests.fakes.loft_kind import kinds_declare
from tests.portal.staff.world import World, world_make

Login = Callable[..., Client]


@pytest.fixture(autouse=True)
def own_files(tmp_path: Path, settings: Settings) -> None:
    """Every test has a folder of its own."""
    settings.VAR_DIR = tmp_path


@pytest.fixture
def world(db: None, own_files: None, monkeypatch: pytest.MonkeyPatch) -> World:
    """One small company, and two made-up kinds of providers."""
    kinds_declare(monkeypatch)
    return world_make()


@pytest.fixture
def login(db: None) -> Login:
    """Log somebody of a role in, with everything that the guards ask for."""

    def enter(role: Role | str, **how: bool) -> Client:
        return client_of(user_make(role), **how)

    return enter
