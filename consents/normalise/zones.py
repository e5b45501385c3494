"""Time zones as files name them: by the tz database, by Moscow time, by UTC. Pure."""

import re
from typing import Final
from zoneinfo import available_timezones

from consents.errors import BadValue

_AREAS: Final = frozenset(
    ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
)
_ZONES: Final = {name.lower(): name for name in available_timezones() if name.partition("/")[0] in _AREAS}
_BY_MOSCOW: Final = {
    -1: "Europe/Kaliningrad",
    0: "Europe/Moscow",
    1: "Europe/Samara",
    2: "Asia/Yekaterinburg",
    3: "Asia/Omsk",
    4: "Asia/Krasnoyarsk",
    5: "Asia/Irkutsk",
    6: "Asia/Yakutsk",
    7: "Asia/Vladivostok",
    8: "Asia/Magadan",
    9: "Asia/Kamchatka",
}
_MOSCOW_OFFSET: Final = 3
_OFFSET: Final = re.compile(r"(мск|msk|utc|gmt)?\s*(?:([+\-\N{MINUS SIGN}\N{EN DASH}])\s*(\d{1,2})(?::00)?)?")


def zone_check(raw: str) -> str:
    """Return the name in the tz database for a zone, for `мск+4` and for `UTC+7` (Russian zones only).

    Raises BadValue: zone_unknown.
    """
    text = raw.strip().lower()
    zone = _ZONES.get(text.replace(" ", "_")) or _zone_by_offset(text)
    if zone is None:
        raise BadValue("zone_unknown")
    return zone


def _zone_by_offset(text: str) -> str | None:
    found = _OFFSET.fullmatch(text)
    if not found or not text:
        return None
    base, sign, hours = found.groups()
    if base in ("utc", "gmt") and hours is None:
        return None
    offset = int(hours or 0) * (1 if sign == "+" else -1)
    return _BY_MOSCOW.get(offset if base in ("мск", "msk") else offset - _MOSCOW_OFFSET)
