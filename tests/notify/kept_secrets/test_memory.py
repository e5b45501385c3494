"""What a provider gave a set-up for a time: shared, encrypted, and never a doubt about a message."""

from collections.abc import Callable

import pytest
from django.db import OperationalError

from notify.channels.base import TemporarilyUnavailable
from notify.kept_secrets.memory import SetupMemory
from notify.models import ProviderSetup
from notify.provider_setups import setup_create
from tests.factories.providers import defaults

pytestmark = pytest.mark.django_db


@pytest.fixture
def memory() -> SetupMemory:
    """That of a bot."""
    return SetupMemory(setup_create(kind="max", title="", fields=defaults("max") | {"token": "t"}))


def test_a_text_is_kept_for_all_and_encrypted(memory: SetupMemory) -> None:
    assert memory.load() == ""

    memory.save("token of a picture")

    stored = ProviderSetup.objects.get()
    assert SetupMemory(stored.name).load() == "token of a picture"
    assert "token of a picture" not in stored.memory


def test_a_text_that_can_no_longer_be_read_is_nothing(memory: SetupMemory) -> None:
    ProviderSetup.objects.update(memory="enc:v1:of-another-key")

    assert memory.load() == ""


def _hold(memory: SetupMemory) -> None:
    with memory.locked(1):
        pass


@pytest.mark.parametrize(
    "act", [SetupMemory.load, lambda memory: memory.save("x"), _hold], ids=["load", "save", "locked"]
)
def test_a_database_that_does_not_answer_is_later(
    memory: SetupMemory, act: Callable[[SetupMemory], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_args: object, **_kwargs: object) -> None:
        raise OperationalError

    monkeypatch.setattr(ProviderSetup.objects, "filter", away)
    monkeypatch.setattr("notify.kept_secrets.memory.connection.cursor", away)

    with pytest.raises(TemporarilyUnavailable):
        act(memory)
