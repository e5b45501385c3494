"""An administrator with a browser, two made-up kinds, and the provider that they talk to."""

from collections.abc import Iterator

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from notify.provider_setups import setup_create
from portal.models.user import Role
from tests.factories.staff import client_of, user_make
from tests.fakes.loft_kind import LoftFake, kinds_declare, loft_fields


@pytest.fixture(autouse=True)
def _kinds(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    settings.SANDBOX = False
    kinds_declare(monkeypatch)


@pytest.fixture
def fake() -> Iterator[LoftFake]:
    """The provider on a socket."""
    with LoftFake() as running:
        yield running


@pytest.fixture
def administrator(db: None) -> Client:
    """A browser of somebody who may change everything here."""
    return client_of(user_make(Role.ADMINISTRATOR))


@pytest.fixture
def loft(db: None, fake: LoftFake) -> str:
    """The name of a set-up that works."""
    return setup_create(kind="loft", title="Крыша", fields=loft_fields(fake.url))
