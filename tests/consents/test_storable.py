"""What a browser or a provider sends is kept as far as the database can hold it."""

import pytest

from consents.storable import storable


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("a\0b", "a\ufffdb"),
        ("Ё\ud800", "Ё\ufffd"),
        ("\udfff\ud800", "\ufffd\ufffd"),
        ("ёж" * 9, "ёжёж"),
        ("🙏🙏", "🙏🙏"),
        ("ok", "ok"),
        ("", ""),
    ],
)
def test_only_what_the_database_refuses_is_replaced_and_only_what_is_too_long_is_cut(given: str, kept: str) -> None:
    assert storable(given, 4) == kept


def test_without_a_limit_nothing_is_cut() -> None:
    assert storable("ёж" * 100_000) == "ёж" * 100_000


def test_two_names_do_not_become_one() -> None:
    assert storable("12\0") != storable("12")
