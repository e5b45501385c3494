"""While a server is away the log says so in a line a second, and everything else as before."""

import logging
from collections.abc import Callable
from typing import Any

import pytest
import redis
from django.db import InterfaceError, OperationalError, ProgrammingError
from kombu.exceptions import OperationalError as BrokerError
from psycopg.errors import CannotConnectNow, LockNotAvailable, QueryCanceled

from portal.operations.log_folding import OutageFolding, RefusalFolding
from portal.settings.logging import logging_config


def record_of(error: BaseException, *, logger: str = "django.request") -> logging.LogRecord:
    try:
        raise error
    except type(error) as raised:
        trace = (type(raised), raised, raised.__traceback__)
        return logging.LogRecord(logger, logging.ERROR, "", 0, "Service Unavailable: %s", ("/me/",), trace)


def caused(cause: Exception) -> OperationalError:
    error = OperationalError("wrapped")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "logger", "server"),
    [
        (OperationalError("connection refused\nIs the server running?"), "django.request", "database"),
        (InterfaceError("connection already closed"), "celery.app.trace", "database"),
        (caused(CannotConnectNow("starting")), "django.request", "database"),
        (BrokerError("refused"), "portal.operations.nudges", "broker"),
        (ConnectionResetError("reset"), "celery.worker.consumer.consumer", "broker"),
        (redis.ConnectionError("refused"), "celery.beat", "broker"),
        (redis.TimeoutError("silent"), "django.request", "cache"),
    ],
)
def test_a_server_that_is_away_is_one_line_without_a_traceback(error: Exception, logger: str, server: str) -> None:
    record = record_of(error, logger=logger)

    assert OutageFolding().filter(record)

    line = logging.Formatter().format(record)
    assert line.startswith(f"Service Unavailable: /me/: the {server} does not answer: {type(error).__name__}: ")
    assert "\n" not in line


@pytest.mark.parametrize(
    "error",
    [ProgrammingError("no such table"), caused(QueryCanceled("too long")), caused(LockNotAvailable("")), KeyError("x")],
)
def test_another_error_keeps_its_traceback_each_time(error: Exception) -> None:
    folding = OutageFolding()
    for _ in range(3):
        record = record_of(error)

        assert folding.filter(record)
        assert record.exc_info is not None


@pytest.fixture
def tick(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    now = [1000.0]
    monkeypatch.setattr("portal.operations.log_folding.time.monotonic", lambda: now[0])

    def pass_by(seconds: float) -> None:
        now[0] += seconds

    return pass_by


def test_the_lines_of_one_second_are_counted(tick: Callable[[float], Any]) -> None:
    folding, error = OutageFolding(), OperationalError("refused")

    written = [folding.filter(record_of(error)) for _ in range(400)]
    tick(1.0)
    later = record_of(error)

    assert sum(written) == 1
    assert folding.filter(later)
    assert later.getMessage().endswith("lines left out: 399")


@pytest.mark.parametrize(("status", "keeps"), [(400, False), (403, False), (404, False), (500, True), (None, True)])
def test_a_refused_request_is_one_line_and_a_mistake_of_ours_keeps_its_traceback(
    status: int | None, keeps: bool
) -> None:
    record = record_of(PermissionError("no right"))
    record.__dict__ |= {} if status is None else {"status_code": status}

    assert RefusalFolding().filter(record)
    assert bool(record.exc_info) is keeps


def test_every_handler_of_a_server_folds_what_is_refused() -> None:
    handlers = logging_config(level="INFO", formatter="json")["handlers"].values()

    assert all({"outages", "refusals"} <= set(handler["filters"]) for handler in handlers)
