"""Servers that an installation stands on, each of a test's own: a database, and a Redis for broker and cache."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlsplit
from uuid import uuid4

import psycopg
import redis
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from portal.laptop.embedded.installation import free_port
from tests.support.patience import wait_until

ROLES: Final = ("owner", "app", "export")
NUMBERS: Final = (14, 15)
"""Of the databases of a Redis that is not ours: for the broker and for the cache. Both are emptied."""


def redis_find() -> bool:
    """Return whether a Redis can be had: a program to start, or the address of one that runs."""
    return bool(shutil.which("redis-server") or os.environ.get("CACHE_URL"))


@contextmanager
def redis_running(folder: Path, environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield addresses for a broker and for a cache that nobody else uses."""
    program = shutil.which("redis-server")
    if program is None:
        base = "{0.scheme}://{0.netloc}".format(urlsplit(os.environ["CACHE_URL"]))
        broker, cache = (f"{base}/{number}" for number in NUMBERS)
        for url in (broker, cache):
            redis.Redis.from_url(url).flushdb()
        yield broker, cache
        return
    base = f"redis://127.0.0.1:{free_port()}"
    options = ["--bind", "127.0.0.1", "--port", base.rpartition(":")[2], "--save", "", "--dir", str(folder)]
    process = subprocess.Popen([program, *options], env=dict(environ), stdout=subprocess.DEVNULL)
    try:
        wait_until(lambda: _answers(base), "Redis does not answer")
        yield f"{base}/0", f"{base}/1"
    finally:
        process.terminate()
        process.wait(20)


def _answers(url: str) -> bool:
    try:
        return bool(redis.Redis.from_url(url).ping())
    except redis.ConnectionError:
        return False


@contextmanager
def database_named() -> Iterator[dict[str, str]]:
    """Yield the variables of a database with its three roles that is still to be made; take all of it away again.

    On the server of the tests: the one of DATABASE_URL, or the embedded one that their start has brought up.
    """
    server = conninfo_to_dict(os.environ.get("DATABASE_URL") or os.environ["MOSTIK_TEST_SERVER"])
    name = f"mostik_server_{uuid4().hex[:8]}"
    admin: dict[str, Any] = {**server, "dbname": "postgres"}
    host, port = quote(str(server.get("host", "")), safe=""), server.get("port") or 5432
    place = f"@/{name}?host={host}&port={port}"
    urls = {role: f"postgresql://{name}_{role}:{uuid4().hex}{place}" for role in ROLES}
    try:
        yield {
            "DATABASE_URL": urls["app"],
            "DATABASE_EXPORT_URL": urls["export"],
            "DATABASE_OWNER_URL": urls["owner"],
            "DATABASE_ADMIN_URL": psycopg.conninfo.make_conninfo(**admin),
        }
    finally:
        with psycopg.connect(**admin, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
            for role in ROLES:
                connection.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(f"{name}_{role}")))
