"""Names as written, keys to compare them by, and time zones as people write them."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consents.errors import BadValue
from consents.normalise import has_control, name_key, zone_check
from consents.normalise.names import address_name


@given(st.text(max_size=50))
def test_a_printable_text_hides_nothing(text: str) -> None:
    if text.isprintable():
        assert not has_control(text)


@pytest.mark.parametrize(
    ("name", "spoken"),
    [
        ("Муравьёва Анна Фёдоровна", "Анна Фёдоровна"),
        ("Анна  Фёдоровна Муравьёва", "Анна Фёдоровна"),
        ("Мицкевич Адам Богданович", "Адам Богданович"),
        ("Адам Богданович Мицкевич", "Адам Богданович"),
        ("ИВАНОВА АННА ИЛЬИНИЧНА", "АННА ИЛЬИНИЧНА"),
        ("Анна Петровна", "Анна Петровна"),
        ("Адам Мицкевич", ""),
        ("Нгуен Тхи Ань", ""),
        ("Анна", ""),
        ("", ""),
        ("Гасанов Али Вели оглы", ""),
    ],
)
def test_a_person_is_spoken_to_only_by_a_name_that_is_sure(name: str, spoken: str) -> None:
    assert address_name(name) == spoken


@given(st.text(max_size=60))
def test_a_person_is_spoken_to_by_words_of_their_own_name(name: str) -> None:
    assert set(address_name(name).split()) <= set(name.split())


def test_names_are_compared_without_case_and_with_one_e() -> None:
    assert name_key("  ЁЛКИНА   Алёна ") == "елкина алена"


@pytest.mark.parametrize(
    ("raw", "zone"),
    [
        ("Europe/Samara", "Europe/Samara"),
        (" europe/samara ", "Europe/Samara"),
        ("America/New York", "America/New_York"),
        ("МСК", "Europe/Moscow"),
        ("мск+4", "Asia/Krasnoyarsk"),
        ("MSK -1", "Europe/Kaliningrad"),
        ("UTC+7", "Asia/Krasnoyarsk"),
        ("GMT+03:00", "Europe/Moscow"),
        ("+12", "Asia/Kamchatka"),
    ],
)
def test_a_zone_is_understood_in_the_ways_people_write_it(raw: str, zone: str) -> None:
    assert zone_check(raw) == zone
    assert ZoneInfo(zone)


@pytest.mark.parametrize(
    "raw", ["Europe/Mosow", "", "UTC", "мск+40", "+1", "../../etc/passwd", "localtime", "EST", "5"]
)
def test_an_unknown_zone_is_refused(raw: str) -> None:
    with pytest.raises(BadValue) as caught:
        zone_check(raw)

    assert caught.value.reason == "zone_unknown"
