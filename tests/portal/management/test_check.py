"""The check before the web server's start says one sentence where there is no database."""

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper


def test_a_check_without_a_database_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_connection: BaseDatabaseWrapper) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(BaseDatabaseWrapper, "ensure_connection", refused)

    with pytest.raises(CommandError, match="База данных не отвечает"):
        call_command("check", databases=["default"])


@pytest.mark.django_db
def test_a_check_with_a_database_is_djangos() -> None:
    call_command("check", databases=["default"])
