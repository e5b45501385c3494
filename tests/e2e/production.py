"""An installation as a server runs it: production settings, granian, a worker a queue, the clock, three roles.

``with server_running(folder) as world``: the providers are fakes in the process of the test, everything else is real.
TLS ends at granian, with a certificate that the fakes and the browser of the test trust.
"""

import json
import os
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

import httpcore
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from playwright.sync_api import BrowserContext, Page

from notify import queues
from portal.laptop.embedded.defaults import MARK
from portal.laptop.embedded.guard import guard_end, guard_start, marked, processes_end
from portal.laptop.embedded.installation import free_port
from portal.laptop.embedded.secrets import secrets_ensure
from portal.laptop.fakes.max import FakeMax, Person
from portal.laptop.fakes.sms import TakenSms
from portal.laptop.fakes.smsc import SmscFake
from tests.e2e.people import CODE, heading, press
from tests.e2e.site import IMPATIENT, START_WITHIN, wait_for
from tests.fakes.smtp_sink import SmtpSink
from tests.support.own_certificate import certificate_make
from tests.support.servers import database_named, redis_running

ROOT: Final = Path(__file__).resolve().parents[2]
INHERITED: Final = frozenset({"PATH", "HOME", "LANG", "PYTHONPATH", "VIRTUAL_ENV"})
OF_THE_OWNER: Final = frozenset({"DATABASE_OWNER_URL", "DATABASE_ADMIN_URL"})
"""What `database_prepare` alone is told."""


@dataclass(slots=True)
class World:
    """A running server, and everybody around it."""

    address: str
    folder: Path
    environ: dict[str, str]
    certificate: Path
    smsc: SmscFake
    max: FakeMax
    mail: SmtpSink
    accounts: dict[str, dict[str, str]] = field(default_factory=dict)

    def do(self, function: str, **values: Any) -> Any:
        """Call a function of `tests.e2e.production_services` with the server's settings."""
        command = [sys.executable, "-m", "tests.e2e.production_services", function]
        result = subprocess.run(
            command,
            input=json.dumps(values),
            env=self.environ,
            cwd=ROOT,
            check=False,
            capture_output=True,
            text=True,
        )
        assert result.returncode == 0, result.stderr[-4000:]
        return json.loads(result.stdout)

    def customer(self, **values: str) -> str:
        """Take over a customer (``number``, ``name``, ``phone``, ``email``); return the personal link."""
        return str(self.do("customer", **values))

    def campaign(self, **spec: Any) -> int:
        """Launch a campaign (the form of `docs/campaigns.md`); return its id."""
        return int(self.do("campaign", **spec))

    def max_person(self, user_id: int) -> Person:
        """Return somebody with MAX."""
        return self.max.person(user_id)

    def sms(self, number: str, *, containing: str = "", known: int = 0) -> TakenSms:
        """Wait for an SMS to a phone after the first ``known`` ones, and return the newest."""

        def look() -> list[TakenSms]:
            return [one for one in self.smsc.phone(number)[known:] if containing in one.text]

        return wait_for(look, within=180, what=f"an SMS with {containing!r}")[-1]

    def sms_code(self, number: str, *, known: int = 0) -> str:
        """Read the newest code that came to a phone."""
        found = CODE.search(self.sms(number, containing="код", known=known).text)
        assert found is not None
        return found[1]

    def staff(self, context: BrowserContext, role: str) -> Page:
        """Log in as a member of staff, with the second factor."""
        account, page = self.accounts[role], context.new_page()
        page.goto(f"{self.address}/staff/")
        page.get_by_label("Электронная почта").fill(account["email"])
        page.get_by_label("Пароль").fill(account["password"])
        press(page, "Войти")
        heading(page, "Второй фактор")
        used = ""
        while page.get_by_role("heading", level=1).inner_text() == "Второй фактор":
            # A code that has run out while it was typed, or was used before, is followed by the next one.
            used = _next_code(account["seed"], after=used)
            page.get_by_label("Код").fill(used)
            with page.expect_navigation():
                press(page, "Войти")
        heading(page, "Обзор")
        return page

    def written(self) -> str:
        """Return everything that the processes have logged."""
        return "\n".join(path.read_text(errors="replace") for path in sorted(self.folder.glob("*.log")))


def one_time_code(seed: str) -> str:
    """Return the code that an app shows now."""
    return format_hotp_value(hotp_value(seed, next(yield_hotp_counters_from_time())))


def _next_code(seed: str, *, after: str) -> str:
    def other() -> str:
        code = one_time_code(seed)
        return code if code != after else ""

    return wait_for(other, within=90, what="a new code")


@contextmanager
def server_running(folder: Path, *, way_to: Callable[[dict[str, str]], dict[str, str]] = dict) -> Iterator[World]:
    """Set a server up and run it; stop everything and take its database away afterwards.

    ``way_to`` takes the environment of the services and returns it with other addresses of its servers.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        guard = guard_start(folder)
        stack.callback(guard_end, guard)
        marked_environ = {name: value for name, value in os.environ.items() if name in INHERITED} | {MARK: str(folder)}
        database = stack.enter_context(database_named())
        broker, cache = stack.enter_context(redis_running(folder, marked_environ))
        mail = stack.enter_context(SmtpSink())
        smsc, max_fake = stack.enter_context(SmscFake()), stack.enter_context(FakeMax(factor=0.01))
        max_fake.delivery.takes_loopback = True
        certificate, key = certificate_make(folder)
        stack.enter_context(_trusting(certificate))
        port = free_port()
        environ = marked_environ | _variables(folder, port=port, database=database, fake_bot=max_fake.username)
        environ |= {"BROKER_URL": broker, "CACHE_URL": cache, "EMAIL_URL": f"smtp://127.0.0.1:{mail.port}"}
        _prepare(environ, database)
        environ = way_to(environ)
        for name, command in _processes(port=port, certificate=certificate, key=key).items():
            stack.enter_context(_running(name, command, environ, folder))
        # First, so that all end at once and nobody's children stay.
        stack.callback(lambda: processes_end(marked(str(folder))))
        world = World(f"https://127.0.0.1:{port}", folder, environ, certificate, smsc, max_fake, mail)
        world.accounts = world.do("begin")
        wait_for(lambda: _is_well(world), within=START_WITHIN, what=f"the server (see {folder})")
        _providers(world)
        yield world


def _variables(folder: Path, *, port: int, database: dict[str, str], fake_bot: str) -> dict[str, str]:
    """Return the environment of the services, as `deploy/mostik.env.example` has it."""
    secrets = secrets_ensure(folder / "secrets")
    (folder / "beat").mkdir(exist_ok=True)
    return {
        **{name: secrets[name] for name in ("SECRET_KEY", "LINK_KEY", "FIELD_KEY", "SEAL_KEY_FILE")},
        **{name: value for name, value in database.items() if name not in OF_THE_OWNER},
        "DJANGO_SETTINGS_MODULE": "portal.settings.production",
        "SITE_URL": f"https://127.0.0.1:{port}",
        "ALLOWED_HOSTS": "127.0.0.1",
        "DEFAULT_FROM_EMAIL": "Банк <no-reply@bank.example>",
        "MAX_BOT_NAME": fake_bot,
        "TRUSTED_PROXY_COUNT": "0",
        "VAR_DIR": str(folder),
        "PYTHONUNBUFFERED": "1",
    }


def _prepare(environ: dict[str, str], database: dict[str, str]) -> None:
    """Do what `deploy/mostik-prepare.service` does, and the check before the web server's start."""
    manage = [sys.executable, "manage.py"]
    for command, more in (
        (["database_prepare", "--quiet"], database),
        (["collectstatic", "--noinput", "--verbosity", "0"], {}),
        (["check", "--deploy", "--database", "default", "--fail-level", "WARNING"], {}),
    ):
        result = subprocess.run(
            [*manage, *command], env=environ | more, cwd=ROOT, check=False, capture_output=True, text=True
        )
        assert result.returncode == 0, f"{command[0]}:\n{result.stderr[-4000:]}"


def _processes(*, port: int, certificate: Path, key: Path) -> dict[str, list[str]]:
    """Return the commands of `deploy/`, with TLS of granian's own in the place of the proxy."""
    web = ["granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "2"]
    web += ["--blocking-threads", "4", "--no-ws", "--log-level", "warning", "--workers-kill-timeout", "5"]
    web += ["--ssl-certificate", str(certificate), "--ssl-keyfile", str(key), "portal.wsgi:application"]
    celery = ["celery", "-A", "portal", "--quiet"]
    quiet = ["--loglevel", "WARNING", "--without-mingle", "--without-gossip", "--without-heartbeat"]
    workers = {
        queue: [*celery, "worker", "-n", f"{queue}@%h", "-Q", queue, "-c", "1", *quiet] for queue in queues.QUEUES
    }
    return {"web": web, "beat": [*celery, "beat", "--loglevel", "WARNING", "--pidfile="], **workers}


@contextmanager
def _running(name: str, command: list[str], environ: dict[str, str], folder: Path) -> Iterator[None]:
    program = [sys.executable, "-W", "ignore:You're running the worker", "-m", *command]
    with (folder / f"{name}.log").open("ab") as log:
        process = subprocess.Popen(program, env=environ, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
    yield
    process.wait(60)


def _providers(world: World) -> None:
    """Set the fakes up as an administrator would set up the providers."""
    key, secret = world.smsc.api_key, world.smsc.secret
    fields = {"api_key": key, "sender": "Beresta", "callback_secret": secret, "url": world.smsc.api}
    world.smsc.callback_url = world.do("provider", kind="smsc", title="SMSC.ru", fields=fields)["webhook_url"]
    fields = {"token": world.max.token, "url": world.max.url, "link_preview": "no"}
    world.do("provider", kind="max", title="MAX", fields=fields)
    assert world.max.delivery.subscribed, "MAX was not told where to call"


def _is_well(world: World) -> bool:
    context = ssl.create_default_context(cafile=str(world.certificate))
    try:
        with httpcore.ConnectionPool(ssl_context=context) as pool:
            return pool.request("GET", f"{world.address}/healthz", extensions=IMPATIENT).status == HTTPStatus.OK
    except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError):
        return False


@contextmanager
def _trusting(certificate: Path) -> Iterator[None]:
    """Let whatever this process calls by HTTPS trust the site."""
    before = os.environ.get("SSL_CERT_FILE")
    os.environ["SSL_CERT_FILE"] = str(certificate)
    try:
        yield
    finally:
        del os.environ["SSL_CERT_FILE"]
        if before is not None:
            os.environ["SSL_CERT_FILE"] = before
