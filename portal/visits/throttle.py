"""Slow down guessing: counters of one key in one window of time, kept in the database.

Keys are keyed hashes, so that the table holds no address. A source over its limit is remembered in the
process too: refusing it again costs no query, whatever it asks for.
"""

import hashlib
import hmac
import ipaddress
import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import connection
from django.db.models.functions import Now

from consents.database.clock import database_now
from portal.models import KeptCounter, Throttle

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
    """At most `most` in `seconds`, counted under `name`."""

    name: str
    most: int
    seconds: int


UNKNOWN_LINKS: Final = Limit("unknown-link", 20, 600)
CODES_OF_VISIT: Final = Limit("code-visit", 40, 600)
"""What one visit may ask for and enter: far more than a person does, far less than a program would."""
UNKNOWN_LINKS_OF_ALL: Final = Limit("unknown-link-all", 50, 60)
"""Beyond this nobody is stopped, but somebody must look."""
STORM: Final = 500

_blocked: dict[str, float] = {}


def codes_of_address() -> Limit:
    """Return the limit of codes asked for and entered from one address, behind which many customers may stand."""
    return Limit("code", settings.CODES_PER_ADDRESS, 600)


def entrances_of_address() -> Limit:
    """Return the limit of visits by the public entrance from one address."""
    return Limit("entrance", settings.ENTRANCES_PER_ADDRESS, 600)


def throttle_hit(limit: Limit, source: str) -> bool:
    """Count one more try of an address or a visit. True while it is within the limit."""
    key = throttle_key(limit, source)
    count, until = _count(key, limit.seconds)
    if count <= limit.most:
        return True
    if len(_blocked) >= _REMEMBERED:
        _blocked.clear()
    _blocked[key] = float(until)
    return False


def unknown_link_hit(address: str) -> bool:
    """Count one unknown token of this source, and of everybody together. True while it may go on.

    The count of everybody stops nobody: it makes the log say that tokens are being guessed, once a minute when
    it begins and once more when it is a storm.
    """
    of_all = UNKNOWN_LINKS_OF_ALL
    count, _ = _count(throttle_key(of_all, _EVERYBODY), of_all.seconds)
    if count == of_all.most + 1:
        logger.error("links are being guessed: more than %d unknown ones in a minute", of_all.most)
    if count == STORM + 1:
        logger.critical(
            "links are being guessed: more than %d unknown ones in a minute; consider revoking those of running "
            "campaigns and closing the addresses at the proxy",
            STORM,
        )
    return throttle_hit(UNKNOWN_LINKS, address)


def is_blocked(limit: Limit, address: str) -> bool:
    """Return whether this process has seen the source go over the limit in this window. No query."""
    if not _blocked:
        return False
    until = _blocked.get(throttle_key(limit, address))
    return until is not None and database_now().timestamp() < until


def throttle_key(limit: Limit, address: str) -> str:
    """Hash a source under a limit's name; all of an IPv6 /64 is one source."""
    facts = f"{limit.name}|{source_of(address)}".encode()
    return hmac.new(settings.LINK_KEY, facts, hashlib.sha256).hexdigest()


def forget_blocked() -> None:
    """Forget what this process remembers; the counters stay."""
    _blocked.clear()


def _count(key: str, seconds: int) -> tuple[int, int]:
    """Count one more under a key; return the count of this window and the second in which the window ends."""
    window = int(database_now().timestamp()) // seconds * seconds
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [key, window])
        return int(cursor.fetchone()[0]), window + seconds


def source_of(address: str) -> str:
    """Return what counts as one source: an address, of IPv6 a whole /64."""
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
    """Delete counters older than a day, of logins too; return how many."""
    day_ago = Now() - timedelta(days=1)
    return (
        Throttle.objects.filter(window__lt=int(database_now().timestamp()) - _DAY).delete()[0]
        + KeptCounter.objects.filter(expires__lt=day_ago).delete()[0]
    )
