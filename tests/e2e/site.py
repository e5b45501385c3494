"""The whole product as a person starts it: `manage.py up` in an empty folder, and a mail server of the test's own."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, LiteralString, TypeVar
from uuid import uuid4

import httpcore
import psutil
import psycopg
from psycopg import sql

from portal.laptop.embedded.defaults import SUPERUSER_ROLE, database_url, socket_folder
from portal.laptop.embedded.installation import free_port
from tests.fakes.smtp_sink import SmtpSink, Taken

T = TypeVar("T")
ROOT = Path(__file__).resolve().parents[2]
START_WITHIN = 240.0
"""Far more than a start takes: on a machine that does much else a slow one is no fault of the site."""
IMPATIENT = {"timeout": dict.fromkeys(("connect", "read", "write", "pool"), 2.0)}
SETUP = """
from django.db import transaction
from notify.models import ProviderSetup
from notify.provider_setups import setup_create
with transaction.atomic():
    setup_create(kind="smsc", title="SMSC.ru", fields={"api_key": "key", "sender": "Beresta"})
    ProviderSetup.objects.update(is_on=False)
"""
LINK = re.compile(r"https?://\S+/k/[0-9A-Za-z]+")


@dataclass(frozen=True, slots=True)
class Invited:
    """A demo customer with the personal link of their letter."""

    number: str
    surname: str
    phone: str
    email: str
    link: str


@dataclass(frozen=True, slots=True)
class Site:
    """A running installation."""

    address: str
    var_dir: Path
    environ: dict[str, str]
    mail: SmtpSink
    output: Path

    def account(self, role: str) -> tuple[str, str]:
        """Return e-mail and password of the demo account with this role."""
        (account,) = [one for one in self._note()["demo"]["accounts"] if one["role"] == role]
        return account["email"], account["password"]

    def personal_link(self) -> str:
        """Return the link that the start printed."""
        return self.address + str(self._note()["path"])

    def _note(self) -> dict[str, Any]:
        (file,) = (self.var_dir / "secrets").glob("demo-*.json")
        note: dict[str, Any] = json.loads(file.read_text())
        return note

    def first_phone(self) -> str:
        """Return the phone of the customer whose link the start printed."""
        return self.contact("B-000001", "phone")

    def contact(self, number: str, kind: str) -> str:
        """Return the contact in use of a demo customer, empty when there is none."""
        return self._one(
            "SELECT value FROM consents_contactpoint p JOIN consents_customer c ON c.id = p.customer_id"
            " WHERE c.source = 'учебная выгрузка' AND c.external_id = %s AND p.kind = %s AND p.is_current",
            number,
            kind,
        )

    def human_visits(self, number: str) -> int:
        """Return how many links of a demo customer a human has visited."""
        return int(
            self._one(
                "SELECT count(*) FROM notify_link l JOIN consents_customer c ON c.id = l.customer_id"
                " WHERE c.source = 'учебная выгрузка' AND c.external_id = %s AND l.visited_at IS NOT NULL",
                number,
            )
        )

    def stops(self, number: str) -> int:
        """Return how many stops hold for a demo customer."""
        return int(
            self._one(
                "SELECT count(*) FROM consents_stop s JOIN consents_customer c ON c.id = s.customer_id"
                " WHERE c.source = 'учебная выгрузка' AND c.external_id = %s AND s.lifted_at IS NULL",
                number,
            )
        )

    def stopped_customer(self) -> int:
        """Return a customer whom a stop holds."""
        return int(
            self._one(
                "SELECT customer_id FROM consents_stop WHERE customer_id IS NOT NULL AND lifted_at IS NULL"
                " ORDER BY reason = 'not_mine' DESC, id LIMIT 1"
            )
        )

    def unanswered(self) -> list[tuple[str, str, str, str]]:
        """Return number, surname, phone and address of demo customers who have a letter and have not answered."""
        with psycopg.connect(self.admin_url()) as database:
            return database.execute(
                "SELECT c.external_id, split_part(c.name, ' ', 1), p.value, e.value FROM consents_customer c"
                " JOIN consents_contactpoint p ON p.customer_id = c.id AND p.kind = 'phone' AND p.is_current"
                " JOIN consents_contactpoint e ON e.customer_id = c.id AND e.kind = 'email' AND e.is_current"
                " JOIN notify_message m ON m.contact_point_id = e.id AND m.state = 'accepted'"
                " WHERE c.source = 'учебная выгрузка' AND c.external_id <> 'B-000001'"
                " AND NOT EXISTS (SELECT FROM consents_consentevent v WHERE v.subject = c.subject)"
                " ORDER BY c.id"
            ).fetchall()

    def invited(self) -> list[Invited]:
        """Return those of them whose letter the test's mail server holds, with its link, in a steady order."""
        letters = {taken.address: taken for taken in self.mail.log.taken}
        return [
            Invited(number, surname, phone, email, found.group())
            for number, surname, phone, email in self.unanswered()
            if email in letters and (found := LINK.search(plain_text(letters[email])))
        ]

    def _one(self, query: LiteralString, *parameters: object) -> str:
        with psycopg.connect(self.admin_url()) as database:
            row = database.execute(query, parameters).fetchone()
        return str(row[0]) if row else ""

    def admin_url(self) -> str:
        """Return the address of a database superuser."""
        return self.environ.get("DATABASE_URL") or database_url(socket_folder(self.var_dir), SUPERUSER_ROLE)

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

    def provider_set_up(self) -> None:
        """Set up a provider of SMS and switch it off in the same transaction, so that nothing ever leaves by it."""
        done = self.manage("shell", "-c", SETUP)
        assert done.returncode == 0, done.stderr

    @contextmanager
    def community(self) -> Iterator[None]:
        """Connect a community of VK, which nobody calls; afterwards switch it off again."""
        fields = {"token": "t", "group_id": "777", "confirmation": "", "url": "http://127.0.0.1:9"}
        made = "from notify.provider_setups import setup_create; "
        assert self.manage("shell", "-c", f"{made}setup_create(kind='vk', title='', fields={fields})").returncode == 0
        try:
            yield
        finally:
            off = "from notify.models import ProviderSetup; ProviderSetup.objects.filter(kind='vk').delete()"
            assert self.manage("shell", "-c", off).returncode == 0

    def written(self) -> str:
        """Return everything that the installation has logged."""
        logs = [self.output, *self.var_dir.rglob("*.log")]
        return "\n".join(path.read_text(errors="replace") for path in logs)

    def rows_with(self, needle: str) -> list[str]:
        """Return the tables in which a text stands anywhere, looked up by a superuser."""
        found = []
        with psycopg.connect(self.admin_url()) as database:
            tables = database.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            for (table,) in tables:
                query = sql.SQL("SELECT 1 FROM {} AS t WHERE t::text ILIKE %s LIMIT 1").format(sql.Identifier(table))
                if database.execute(query, [f"%{needle}%"]).fetchone():
                    found.append(str(table))
        return found

    def letter_to(self, address: str, *, containing: str = "", within: float = 60.0) -> str:
        """Wait for the newest letter to an address and return its plain text."""
        return wait_for(lambda: self._letter(address, containing), within=within, what=f"a letter with {containing!r}")

    def _letter(self, address: str, containing: str) -> str:
        for taken in reversed(self.mail.log.taken):
            if taken.address == address and containing in (text := plain_text(taken)):
                return text
        return ""


def plain_text(taken: Taken) -> str:
    """Return the plain part of a letter."""
    return taken.text()


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
    """Start everything, yield the site, stop everything and make sure that nothing is left.

    With ``own_mailbox`` letters stay in the sandbox, as for a visitor, and the test's mail server gets none.
    With DATABASE_URL set (a gate with real servers) the site gets a database of its own there.
    """
    with SmtpSink() as mail, _own_database() as database:
        port = free_port()
        environ = os.environ | {
            "VAR_DIR": str(var_dir),
            "PORT": str(port),
            "EMAIL_URL": f"smtp://127.0.0.1:{mail.port}",
            "DJANGO_SETTINGS_MODULE": "tests.e2e.settings",
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
            wait_for(lambda: not _left_behind(var_dir), within=10, what="the end of every process of the site")


def _left_behind(var_dir: Path) -> list[str]:
    """Name the processes that were started for this folder and still run."""
    mark, found = f"VAR_DIR={var_dir}", list[str]()
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if mark in (f"{name}={value}" for name, value in process.environ().items()):
                found.append(" ".join(process.cmdline()))
    return found


def _ready(site: Site, process: subprocess.Popen[bytes]) -> bool:
    if process.poll() is not None:
        raise AssertionError(f"the site stopped at once:\n{site.output.read_text()[-4000:]}")
    try:
        return httpcore.request("GET", f"{site.address}/healthz", extensions=IMPATIENT).status == HTTPStatus.OK
    except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError):
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
