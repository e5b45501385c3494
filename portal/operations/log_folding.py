"""One line in the place of a traceback: a second while a server is away, for each request that is refused."""

import logging
import threading
import time
from typing import Final

import redis
from amqp import AMQPError
from kombu.exceptions import KombuError

from portal.database.away import is_unanswered

EVERY_SECONDS: Final = 1.0
SERVER_ERROR: Final = 500
_LONGEST: Final = 200
_BROKER: Final = (KombuError, AMQPError, ConnectionError, TimeoutError)


class OutageFolding(logging.Filter):
    """Passes on one record a second about each server that is away, as one sentence; counts the others."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._said: dict[str, float] = {}
        self._left_out: dict[str, int] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether a record is written; one that tells of an outage loses its traceback."""
        error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        server = server_away(error, logger=record.name)
        if server is None:
            return True
        with self._lock:
            now = time.monotonic()
            if now - self._said.get(server, -EVERY_SECONDS) < EVERY_SECONDS:
                self._left_out[server] = self._left_out.get(server, 0) + 1
                return False
            self._said[server] = now
            left_out = self._left_out.pop(server, 0)
        said, reason = _one_line(record.getMessage()), _one_line(str(error))
        more = f"; lines left out: {left_out}" if left_out else ""
        record.msg = f"{said}: the {server} does not answer: {type(error).__name__}: {reason}{more}"
        record.args = ()
        record.exc_info = record.exc_text = None
        return True


class RefusalFolding(logging.Filter):
    """Passes on a request that was refused as one line: anybody could have a traceback written for each of theirs."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Return True; a record about an answer below 500 loses its traceback."""
        if getattr(record, "status_code", SERVER_ERROR) < SERVER_ERROR:
            record.exc_info = record.exc_text = None
        return True


def _one_line(text: str) -> str:
    return " ".join(text.split())[:_LONGEST]


def server_away(error: BaseException | None, *, logger: str) -> str | None:
    """Return which server an error tells of; None where it is something else."""
    if is_unanswered(error):
        return "database"
    if isinstance(error, redis.ConnectionError | redis.TimeoutError):
        return "broker" if _is_of_celery(logger) else "cache"
    return "broker" if isinstance(error, _BROKER) and _is_of_celery(logger) else None


def _is_of_celery(logger: str) -> bool:
    return logger.startswith(("celery", "kombu", "portal.operations.nudges"))
