"""The whole product as a person starts it: `manage.py up` in an empty folder, and a mail server of the test's own."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import httpx
import psycopg

from portal.embedded.defaults import SUPERUSER_ROLE, database_url
from portal.embedded.installation import free_port
from tests.fakes.smtp_sink import SmtpSink, Taken

T = TypeVar("T")
ROOT = Path(__file__).resolve().parents[2]
START_WITHIN = 90.0


@dataclass(frozen=True, slots=True)
class Site:
    """A running installation."""

    address: str
    var_dir: Path
    environ: dict[str, str]
    mail: SmtpSink
    output: Path

    def account(self, role: str) -> tuple[str, str]:
        """Give e-mail and password of the demo account with this role."""
        (account,) = [one for one in self._note()["demo"]["accounts"] if one["role"] == role]
        return account["email"], account["password"]

    def personal_link(self) -> str:
        """Give the link that the start printed."""
        return self.address + str(self._note()["path"])

    def _note(self) -> dict[str, Any]:
        (file,) = (self.var_dir / "secrets").glob("demo-*.json")
        note: dict[str, Any] = json.loads(file.read_text())
        return note

    def first_phone(self) -> str:
        """Give the phone of the customer whose link the start printed."""
        with psycopg.connect(self.admin_url()) as database:
            row = database.execute(
                "SELECT value FROM consents_contactpoint p JOIN consents_customer c ON c.id = p.customer_id"
                " WHERE c.source = 'demo' AND c.external_id = 'B-000001' AND p.kind = 'phone'"
            ).fetchone()
        return str(row[0]) if row else ""

    def admin_url(self) -> str:
        """Give the address of a database superuser."""
        return self.environ.get("DATABASE_URL") or database_url(self.var_dir, SUPERUSER_ROLE)

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the project beside the running site."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environ,
            capture_output=True,
            text=True,
            check=False,
        )

    def letter_to(self, address: str, *, containing: str = "", within: float = 60.0) -> str:
        """Wait for the newest letter to an address and give its plain text."""
        return wait_for(lambda: self._letter(address, containing), within=within, what=f"a letter with {containing!r}")

    def _letter(self, address: str, containing: str) -> str:
        for taken in reversed(self.mail.log.taken):
            if taken.address == address and containing in (text := plain_text(taken)):
                return text
        return ""


def plain_text(taken: Taken) -> str:
    """Give the plain part of a letter."""
    message = taken.parsed()
    body = message.get_body(preferencelist=("plain",))  # type: ignore[union-attr]  # parsed with the default policy
    return body.get_content() if body else ""


def wait_for(look: Callable[[], T], *, within: float, what: str) -> T:
    """Call until it gives something true; fail with a sentence."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.2)
    raise AssertionError(f"{what} did not come within {within:.0f} s")


@contextmanager
def site_running(var_dir: Path, *, own_mailbox: bool = False) -> Iterator[Site]:
    """Start everything, give the site, stop everything and make sure that nothing is left.

    With ``own_mailbox`` letters stay in the sandbox, as for a visitor, and the test's mail server gets none.
    With DATABASE_URL set (a gate with real servers) the site gets a database of its own there.
    """
    with SmtpSink() as mail, _own_database() as database:
        port = free_port()
        environ = os.environ | {
            "VAR_DIR": str(var_dir),
            "PORT": str(port),
            "EMAIL_URL": f"smtp://127.0.0.1:{mail.port}",
            "DJANGO_SETTINGS_MODULE": "portal.settings.embedded",
        }
        for ours in ("MOSTIK_TEST_SERVER", "DJANGO_ALLOW_ASYNC_UNSAFE"):
            environ.pop(ours, None)
        if own_mailbox:
            del environ["EMAIL_URL"]
        environ |= {"DATABASE_URL": database} if database else {}
        output = var_dir / "up.log"
        var_dir.mkdir(parents=True, exist_ok=True)
        with output.open("w") as log:
            process = subprocess.Popen(
                [sys.executable, "manage.py", "up"], cwd=ROOT, env=environ, stdout=log, stderr=subprocess.STDOUT
            )
        site = Site(f"http://127.0.0.1:{port}", var_dir, _child_environ(environ, var_dir, port), mail, output)
        try:
            wait_for(lambda: _ready(site, process), within=START_WITHIN, what=f"the site (see {output})")
            yield site
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=60)


def _ready(site: Site, process: subprocess.Popen[bytes]) -> bool:
    if process.poll() is not None:
        raise AssertionError(f"the site stopped at once:\n{site.output.read_text()[-4000:]}")
    try:
        return httpx.get(f"{site.address}/healthz", timeout=2).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def _child_environ(environ: dict[str, str], var_dir: Path, port: int) -> dict[str, str]:
    return environ | {"SITE_URL": f"http://127.0.0.1:{port}", "VAR_DIR": str(var_dir)}


@contextmanager
def _own_database() -> Iterator[str]:
    base = os.environ.get("DATABASE_URL", "")
    if not base:
        yield ""
        return
    name = f"mostik_e2e_{uuid4().hex[:8]}"
    with psycopg.connect(base, dbname="postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    try:
        yield base.rsplit("/", 1)[0] + f"/{name}"
    finally:
        with psycopg.connect(base, dbname="postgres", autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
