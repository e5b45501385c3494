"""Slow down guessing: counters of one key in one window of time, kept in the database.

Keys are keyed hashes, so that the table holds no address. A source over its limit is remembered in the
process too: refusing it again costs no query, whatever it asks for.
"""

import hashlib
import hmac
import ipaddress
import logging
import time
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.db import connection

from portal.models import Throttle

logger = logging.getLogger(__name__)

_REMEMBERED: Final = 10_000
_DAY: Final = 86_400
_COUNT: Final = (
    'INSERT INTO portal_throttle ("key", "window", "count") VALUES (%s, %s, 1) '
    'ON CONFLICT ("key", "window") DO UPDATE SET "count" = portal_throttle."count" + 1 RETURNING "count"'
)
_EVERYBODY: Final = "everybody"


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` in `seconds`, counted under `name`. `alarm` only logs."""

    name: str
    most: int
    seconds: int
    alarm: bool = False


UNKNOWN_LINKS: Final = Limit("unknown-link", 20, 600)
UNKNOWN_LINKS_OF_ALL: Final = Limit("unknown-link-all", 50, 60, alarm=True)
ENTRANCE: Final = Limit("entrance", 10, 600)
CODES: Final = Limit("code", 40, 600)

_blocked: dict[str, float] = {}


def throttle_hit(limit: Limit, address: str) -> bool:
    """Count one more try. True while the source is within the limit."""
    key = throttle_key(limit, address)
    now = time.time()
    window = int(now) // limit.seconds * limit.seconds
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [key, window])
        count = int(cursor.fetchone()[0])
    if count <= limit.most:
        return True
    if limit.alarm:
        if count == limit.most + 1:
            logger.error("More than %s in %s s: %s", limit.most, limit.seconds, limit.name)
        return True
    if len(_blocked) >= _REMEMBERED:
        _blocked.clear()
    _blocked[key] = float(window + limit.seconds)
    return False


def unknown_link_hit(address: str) -> bool:
    """Count one unknown token of this source, and of everybody together. True while it may go on."""
    throttle_hit(UNKNOWN_LINKS_OF_ALL, _EVERYBODY)
    return throttle_hit(UNKNOWN_LINKS, address)


def is_blocked(limit: Limit, address: str) -> bool:
    """Tell whether this process has seen the source go over the limit in this window. No query."""
    if not _blocked:
        return False
    until = _blocked.get(throttle_key(limit, address))
    return until is not None and time.time() < until


def throttle_key(limit: Limit, address: str) -> str:
    """Hash a source under a limit's name; all of an IPv6 /64 is one source."""
    facts = f"{limit.name}|{_source(address)}".encode()
    return hmac.new(settings.LINK_KEY, facts, hashlib.sha256).hexdigest()


def forget_blocked() -> None:
    """Forget what this process remembers; the counters stay."""
    _blocked.clear()


def _source(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def throttles_clean() -> int:
    """Delete counters older than a day; give how many."""
    return Throttle.objects.filter(window__lt=int(time.time()) - _DAY).delete()[0]
