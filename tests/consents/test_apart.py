"""A row that breaks stops none of the others, and its words reach no log."""

import pytest
from django.db import DataError, OperationalError, connection, transaction

from consents.apart import apart, database_answers

pytestmark = pytest.mark.django_db

QUOTED = "Ёлкина +7 916 123-45-12"


def _refused() -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT %s::int", [QUOTED])
    return 1


def test_what_breaks_is_logged_by_its_place_and_the_next_one_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    assert [apart("row 1", _refused, 0), apart("row 2", lambda: 1, 0)] == [0, 1]

    assert f"row 1 failed with {DataError.__name__}" in caplog.text
    assert "_refused" in caplog.text
    assert "Ёлкина" not in caplog.text


def test_without_a_database_the_error_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("consents.apart.database_answers", lambda: False)

    def away() -> int:
        raise OperationalError

    with pytest.raises(OperationalError):
        apart("row 1", away, 0)


def test_a_connection_that_works_is_left_as_it_is() -> None:
    before = connection.connection

    assert database_answers()
    assert connection.connection is before
