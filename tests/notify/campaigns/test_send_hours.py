"""When a person may be written to, by their own clock: the function of the database against a plain reference."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db

RUSSIAN_ZONES = (
    "Europe/Kaliningrad",
    "Europe/Moscow",
    "Europe/Samara",
    "Asia/Yekaterinburg",
    "Asia/Omsk",
    "Asia/Krasnoyarsk",
    "Asia/Irkutsk",
    "Asia/Yakutsk",
    "Asia/Vladivostok",
    "Asia/Magadan",
    "Asia/Kamchatka",
)
NINE, TWENTY_ONE = time(9), time(21)


def opens_at(zone: str, moment: datetime, send_from: time = NINE, send_until: time = TWENTY_ONE) -> datetime:
    with connection.cursor() as cursor:
        hours: list[Any] = [zone, send_from, send_until, moment]
        cursor.execute("SELECT notify_opens_at(%s, %s, %s, %s)", hours)
        (found,) = cursor.fetchone()
    assert isinstance(found, datetime)
    return found


def reference(zone: str, moment: datetime) -> datetime:
    """Minute by minute until the window is open."""
    while not NINE <= moment.astimezone(ZoneInfo(zone)).time() < TWENTY_ONE:
        moment += timedelta(minutes=1)
    return moment


@pytest.mark.parametrize("zone", RUSSIAN_ZONES)
def test_every_hour_of_a_day_in_every_zone(zone: str) -> None:
    start = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)

    for hour in range(24):
        moment = start + timedelta(hours=hour)
        assert opens_at(zone, moment) == reference(zone, moment)


def test_the_eleven_zones_open_one_after_another() -> None:
    night = datetime(2026, 11, 23, 19, 30, tzinfo=UTC)

    openings = [opens_at(zone, night) for zone in RUSSIAN_ZONES]

    assert openings == sorted(openings, reverse=True)
    assert openings[0] - openings[-1] == timedelta(hours=10)


@pytest.mark.parametrize(
    "moment", ["2026-12-31T20:59:59+00:00", "2026-12-31T21:30:00+00:00", "2027-01-01T00:00:00+00:00"]
)
def test_the_turn_of_the_year_is_an_ordinary_night(moment: str) -> None:
    at = datetime.fromisoformat(moment)

    assert opens_at("Europe/Moscow", at) == datetime(2027, 1, 1, 6, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("night", "opening"),
    [
        ("2027-03-27T22:00:00+00:00", "2027-03-28T07:00:00+00:00"),
        ("2027-10-30T22:00:00+00:00", "2027-10-31T08:00:00+00:00"),
    ],
)
def test_a_change_of_the_clock_does_not_move_nine_o_clock(night: str, opening: str) -> None:
    found = opens_at("Europe/Berlin", datetime.fromisoformat(night))

    assert found.astimezone(ZoneInfo("Europe/Berlin")).time() == NINE
    assert found == datetime.fromisoformat(opening)


def test_the_ends_of_the_window() -> None:
    zone = ZoneInfo("Asia/Omsk")

    assert opens_at("Asia/Omsk", datetime(2026, 11, 24, 9, 0, tzinfo=zone)) == datetime(2026, 11, 24, 9, 0, tzinfo=zone)
    assert opens_at("Asia/Omsk", datetime(2026, 11, 24, 21, 0, tzinfo=zone)) == datetime(
        2026, 11, 25, 9, 0, tzinfo=zone
    )


def test_equal_ends_mean_round_the_clock() -> None:
    at = datetime(2026, 11, 24, 0, 30, tzinfo=UTC)

    assert opens_at("Europe/Moscow", at, time(0), time(0)) == at


def test_a_window_over_midnight() -> None:
    zone = ZoneInfo("Europe/Moscow")
    open_at_night = datetime(2026, 11, 24, 2, 0, tzinfo=zone)

    assert opens_at("Europe/Moscow", open_at_night, time(22), time(6)) == open_at_night
    assert opens_at("Europe/Moscow", open_at_night.replace(hour=12), time(22), time(6)) == open_at_night.replace(
        hour=22
    )


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "'; DROP TABLE notify_message; --"])
def test_a_zone_that_nobody_knows_is_taken_for_moscow(zone: str) -> None:
    at = datetime(2026, 11, 24, 0, 30, tzinfo=UTC)

    assert opens_at(zone, at) == opens_at("Europe/Moscow", at)
