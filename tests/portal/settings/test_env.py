"""Reading the environment: typed, and a sentence for everything that is wrong."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from portal.settings.env import PRODUCTION_SECRETS, Env

KEY = "0123456789abcdef" * 4


@pytest.mark.parametrize("name", PRODUCTION_SECRETS)
def test_a_missing_secret_stops_with_a_sentence_that_names_it(name: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=rf"^Не задана переменная {name}\. .*docs/settings\.md"):
        Env(source={}).str(name)


def test_a_blank_value_counts_as_missing() -> None:
    with pytest.raises(ImproperlyConfigured, match="Не задана переменная SECRET_KEY"):
        Env(source={"SECRET_KEY": "  "}).str("SECRET_KEY")


def test_the_environment_stands_over_the_fallback_and_that_over_the_default() -> None:
    assert Env(source={"PORT": "9000"}, fallbacks={"PORT": "8500"}).number("PORT") == 9000
    assert Env(source={}, fallbacks={"PORT": "8500"}).number("PORT") == 8500
    assert Env(source={}).number("PORT") == 8000


def test_a_name_that_is_not_in_the_table_cannot_be_asked_for() -> None:
    with pytest.raises(LookupError):
        Env(source={"PATH": "/bin"}).str("PATH")


@pytest.mark.parametrize("value", ["eight", "-1", "1.5", "9999999"])
def test_a_number_is_a_whole_number(value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="PORT: нужно целое число"):
        Env(source={"PORT": value}).number("PORT")


@pytest.mark.parametrize("value", ["0", "99999"])
def test_a_number_lies_between_its_bounds(value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^PORT: нужно целое число от 1 до 65535"):
        Env(source={"PORT": value}).number("PORT", least=1, most=65535)


@pytest.mark.parametrize(("value", "meant"), [("true", True), ("1", True), ("YES", True), ("no", False), ("0", False)])
def test_a_flag_is_said_in_plain_words(value: str, meant: bool) -> None:
    assert Env(source={"SANDBOX": value}).flag("SANDBOX") is meant


def test_a_flag_that_says_neither_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="SANDBOX: нужно true или false"):
        Env(source={"SANDBOX": "maybe"}).flag("SANDBOX")


def test_a_key_is_32_bytes() -> None:
    assert Env(source={"LINK_KEY": KEY}).key("LINK_KEY") == bytes.fromhex(KEY)


@pytest.mark.parametrize("value", ["short", KEY[:-1], KEY + "0", "z" * 64])
def test_an_error_about_a_key_never_shows_it(value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="LINK_KEY: нужны 64 шестнадцатеричные цифры") as error:
        Env(source={"LINK_KEY": value}).key("LINK_KEY")

    assert value not in str(error.value)


def test_an_origin_loses_its_last_slash() -> None:
    assert Env(source={"SITE_URL": "https://move.bank.example/"}).origin("SITE_URL") == "https://move.bank.example"


@pytest.mark.parametrize("value", ["move.bank.example", "https://move.bank.example/path", "ftp://a", "https://u@b.ru"])
def test_an_origin_is_nothing_but_an_origin(value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="SITE_URL: нужен адрес сайта без пути"):
        Env(source={"SITE_URL": value}).origin("SITE_URL")


def test_a_relative_folder_is_taken_from_the_project(tmp_path: Path) -> None:
    assert Env(source={"VAR_DIR": "state"}).folder("VAR_DIR", tmp_path) == tmp_path / "state"
    assert Env(source={"VAR_DIR": "/srv/mostik"}).folder("VAR_DIR", tmp_path) == Path("/srv/mostik")


def test_words_are_parted_by_commas() -> None:
    assert Env(source={"ALLOWED_HOSTS": " a.ru, b.ru,,"}).words("ALLOWED_HOSTS") == ["a.ru", "b.ru"]
