"""Redis as the cache, and the database in its place while it is away.

Limits of failed logins and marks of used one-time codes lie there: without them nobody could log in, or everybody
could try for ever.
"""

import logging
from collections.abc import Callable
from typing import Any, Final

import redis
from django.core.cache import cache
from django.core.cache.backends.db import DatabaseCache
from django.core.cache.backends.redis import RedisCache

from portal.database.outage import Outage

logger = logging.getLogger(__name__)

TABLE: Final = "portal_keptcounter"
MOST: Final = 100_000
"""Rows of the table before Django deletes some; old ones are deleted every hour."""
MARKS: Final = "mfa.totp"
"""Part of the key of a used one-time code. It is kept in the database alone: no outage may forget it."""
WAIT_SECONDS: Final = 0.5
"""Redis answers within a millisecond. One that is silent costs so long, once a second."""


class RedisOrDatabase(RedisCache):
    """The cache of all processes. A counter that Redis keeps begins anew in the database, and the other way round."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        limits = {
            "socket_timeout": WAIT_SECONDS,
            "socket_connect_timeout": WAIT_SECONDS,
            "retry": redis.retry.Retry(redis.backoff.NoBackoff(), 0),
        }
        super().__init__(server, params | {"OPTIONS": limits | params.get("OPTIONS", {})})
        self._outage = Outage()
        self._database = DatabaseCache(TABLE, {"KEY_PREFIX": self.key_prefix, "OPTIONS": {"MAX_ENTRIES": MOST}})

    def add(self, key: str, value: Any, *args: Any, **options: Any) -> bool:
        """Store a value where there is none; return whether there was none."""
        if MARKS in key:
            return bool(self._database.add(key, value, *args, **options))
        return bool(self._asked(super().add, self._database.add, key, value, *args, **options))

    def get(self, key: str, *args: Any, **options: Any) -> Any:
        """Return a value."""
        return self._asked(super().get, self._database.get, key, *args, **options)

    def set(self, key: str, value: Any, *args: Any, **options: Any) -> None:
        """Store a value."""
        self._asked(super().set, self._database.set, key, value, *args, **options)

    def touch(self, key: str, *args: Any, **options: Any) -> bool:
        """Let a value last longer; return whether there is one."""
        return bool(self._asked(super().touch, self._database.touch, key, *args, **options))

    def delete(self, key: str, *args: Any, **options: Any) -> bool:
        """Delete a value; return whether there was one."""
        return bool(self._asked(super().delete, self._database.delete, key, *args, **options))

    def first_set(self, key: str, value: Any, seconds: int) -> None:
        """Store a value in Redis and nowhere else. Raises what Redis raises."""
        super().set(key, value, seconds)

    def _asked(self, first: Callable[..., Any], second: Callable[..., Any], *args: Any, **options: Any) -> Any:
        if self._outage.may_try():
            try:
                answer = first(*args, **options)
            except (redis.RedisError, OSError) as error:
                self._outage.begun()
                logger.warning("the cache does not answer, the database takes its place: %s", type(error).__name__)
            else:
                self._outage.ended()
                return answer
        return second(*args, **options)


def cache_answers() -> bool:
    """Return whether the cache itself answers, and not the database in its place."""
    try:
        getattr(cache, "first_set", cache.set)("answers", "1", 5)
    except (OSError, redis.RedisError):
        return False
    return True
