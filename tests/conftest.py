"""What every test stands on: a real PostgreSQL, sockets off but for loopback, an append-only schema that flushes."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any, Final

import hypothesis
import pytest
from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase

from consents.ledger.append_only import TABLES
from portal.laptop.embedded.guard import guard_end, guard_start
from portal.laptop.embedded.postgres import embedded_postgres
from portal.settings import urls
from tests.e2e.browser import chromium_find
from tests.support.clock import _pythons_clock, clock

__all__ = ["_pythons_clock", "clock"]

# A slow machine is no fault of the code; how fast things are is for the bench.
hypothesis.settings.register_profile("steady", deadline=None)
hypothesis.settings.load_profile("steady")

_NUMBERS = count()
OWN_SERVER = "MOSTIK_TEST_SERVER"
STANDS_ON: Final = {"db", "transactional_db", "django_db_setup"}
"""Fixtures of the database."""


def pytest_configure(config: pytest.Config) -> None:
    """Start an embedded PostgreSQL once, before the workers that share it."""
    # Only now: what it empties needs Django's applications, which are not ready where this file is read as a plugin.
    config.pluginmanager.import_plugin("tests.support.process")
    if os.environ.get("FAIL_ON_SKIP") and chromium_find() is None:
        # Without one these tests are not even collected, so no skip would show.
        message = "FAIL_ON_SKIP is set and no Chromium is found: tests that play people would be left out."
        raise pytest.UsageError(message)
    if os.environ.get("DATABASE_URL") or os.environ.get(OWN_SERVER) or hasattr(config, "workerinput"):
        url = os.environ.get(OWN_SERVER)
    else:
        folder = Path(tempfile.mkdtemp(prefix="mostik-test-"))
        config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
        server = embedded_postgres(folder / "postgres", durable=False)
        config.add_cleanup(server.stop)
        # A run that is killed leaves no server behind.
        guard = guard_start(folder)
        config.add_cleanup(lambda: guard_end(guard))
        url = os.environ[OWN_SERVER] = server.url("postgres")
    if url:
        for entry in settings.DATABASES.values():
            entry.update(urls.database(url), CONN_MAX_AGE=0)


DRAWN: Final = ("/portal/staff/", "/portal/public/", "/portal/laptop/", "/e2e/")
"""Folders whose tests are of pages: which server holds the rows changes nothing about them."""
IN_PRODUCTION: Final = "/e2e/test_production.py"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark by folder, so that a whole folder can be chosen or left out, and those that depend on the server."""
    for item in items:
        path = str(item.path)
        stands = item.get_closest_marker("django_db") or STANDS_ON & set(getattr(item, "fixturenames", ()))
        is_drawn = any(folder in path for folder in DRAWN)
        if "/crash/" in path or IN_PRODUCTION in path or (stands and not is_drawn):
            item.add_marker(pytest.mark.server)
        if "/e2e/" in path:
            item.add_marker(pytest.mark.e2e)
        if "/crash/" in path:
            item.add_marker(pytest.mark.crash)


@pytest.hookimpl(hookwrapper=True)
def pytest_terminal_summary(terminalreporter: Any) -> Iterator[None]:
    """Where a gate asks for it, a skipped test is a failed run."""
    yield
    if os.environ.get("FAIL_ON_SKIP") and terminalreporter.stats.get("skipped"):
        terminalreporter.write_line("A test was skipped where none may be.", red=True)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Turn skips into a failure for `.ci/run`."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("FAIL_ON_SKIP") and reporter and reporter.stats.get("skipped") and session.exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Each worker has a database of its own."""


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """No vacuum of the server's own comes into a test.

    It meets rows that were rolled back, notes the tables as empty, and the plans of the next big test take minutes.
    """
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("SELECT format('%I', tablename) FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} SET (autovacuum_enabled = false)")


@pytest.fixture(autouse=True)
def _own_outside(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What is written outside the database goes with the test, as its rows do. Made when something is written."""
    settings.OUTSIDE_DIR = tmp_path_factory.getbasetemp() / "outside" / str(next(_NUMBERS))


@pytest.fixture(scope="session", autouse=True)
def _flush_as_the_owner() -> Iterator[None]:
    """A test that commits is cleaned by TRUNCATE, which the ledger refuses to all but its owner.

    For the whole session: what a test patches is taken back before its database is cleaned.
    """
    flush = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]  # Django's own hook, without types

    def flush_with_triggers_off(self: TransactionTestCase) -> None:
        names = [table.name for table in TABLES]
        with connection.cursor() as cursor:
            for name in names:
                cursor.execute(f"ALTER TABLE {name} DISABLE TRIGGER USER")
        try:
            flush(self)
        finally:
            with connection.cursor() as cursor:
                for name in names:
                    cursor.execute(
                        "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", [name]
                    )
                    for (trigger,) in cursor.fetchall():
                        cursor.execute(f"ALTER TABLE {name} ENABLE ALWAYS TRIGGER {trigger}")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", flush_with_triggers_off)
        yield
