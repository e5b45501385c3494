"""Moments in a zone, days by the clock of the installation, and zones in words: Владивосток, not Asia/Vladivostok."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from consents.words import utc_words

CITIES: Final[Mapping[str, str | Promise]] = {
    "Europe/Kaliningrad": gettext_lazy("Калининград"),
    "Europe/Moscow": gettext_lazy("Москва"),
    "Europe/Simferopol": gettext_lazy("Симферополь"),
    "Europe/Kirov": gettext_lazy("Киров"),
    "Europe/Volgograd": gettext_lazy("Волгоград"),
    "Europe/Astrakhan": gettext_lazy("Астрахань"),
    "Europe/Saratov": gettext_lazy("Саратов"),
    "Europe/Ulyanovsk": gettext_lazy("Ульяновск"),
    "Europe/Samara": gettext_lazy("Самара"),
    "Asia/Yekaterinburg": gettext_lazy("Екатеринбург"),
    "Asia/Omsk": gettext_lazy("Омск"),
    "Asia/Novosibirsk": gettext_lazy("Новосибирск"),
    "Asia/Barnaul": gettext_lazy("Барнаул"),
    "Asia/Tomsk": gettext_lazy("Томск"),
    "Asia/Novokuznetsk": gettext_lazy("Новокузнецк"),
    "Asia/Krasnoyarsk": gettext_lazy("Красноярск"),
    "Asia/Irkutsk": gettext_lazy("Иркутск"),
    "Asia/Chita": gettext_lazy("Чита"),
    "Asia/Yakutsk": gettext_lazy("Якутск"),
    "Asia/Khandyga": gettext_lazy("Хандыга"),
    "Asia/Vladivostok": gettext_lazy("Владивосток"),
    "Asia/Ust-Nera": gettext_lazy("Усть-Нера"),
    "Asia/Magadan": gettext_lazy("Магадан"),
    "Asia/Sakhalin": gettext_lazy("Сахалин"),
    "Asia/Srednekolymsk": gettext_lazy("Среднеколымск"),
    "Asia/Kamchatka": gettext_lazy("Камчатка"),
    "Asia/Anadyr": gettext_lazy("Анадырь"),
}
"""Zones of Russia; a zone abroad is named by its offset alone."""


def in_zone(moment: datetime, name: str) -> datetime:
    """Return the moment in a zone; in the server's where there is no such zone."""
    try:
        return moment.astimezone(ZoneInfo(name))
    except (ZoneInfoNotFoundError, ValueError):
        return timezone.localtime(moment)


def day_start(day: date) -> datetime:
    """Return when a day begins by the clock of the installation."""
    return timezone.make_aware(datetime.combine(day, time.min))


def day_end(day: date) -> datetime:
    """Return when a day is over by the clock of the installation."""
    return day_start(day + timedelta(days=1))


def zone_choices(chosen: str = "") -> list[tuple[str, str]]:
    """Return the zones of Russia for a list, from west to east, and a chosen one that is none of them."""
    zones = [*CITIES] if chosen in CITIES or not chosen else [*CITIES, chosen]
    return [(name, zone_words(name)) for name in sorted(zones, key=_place)]


def _place(name: str) -> tuple[timedelta, bool, str]:
    """Return the place of a zone in a list: Moscow is the first of its hour."""
    try:
        return _offset(name), name != "Europe/Moscow", str(CITIES.get(name, name))
    except (ZoneInfoNotFoundError, ValueError):
        return timedelta.max, True, name


def _offset(name: str) -> timedelta:
    return timezone.now().astimezone(ZoneInfo(name)).utcoffset() or timedelta()


def zone_words(name: str) -> str:
    """Return a zone as `Владивосток, UTC+10`; any other text stays as it is."""
    try:
        offset = _offset(name)
    except (ZoneInfoNotFoundError, ValueError):
        return name
    city = CITIES.get(name)
    return f"{city}, {utc_words(offset)}" if city else utc_words(offset)
