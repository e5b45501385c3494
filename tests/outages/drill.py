"""A server under load, whose database, broker and cache can be refused, hung and cut; what pages and workers do.

Everything runs as on a server; between it and each of the three stands a `TcpProxy`.
"""

import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import requests
from psycopg.conninfo import conninfo_to_dict

from portal.laptop.embedded.installation import free_port
from tests.e2e.production import World, server_running
from tests.support.tcp_proxy import TcpProxy

SERVERS: Final = {"PostgreSQL": "DATABASE_URL", "broker": "BROKER_URL", "Redis": "CACHE_URL"}
MODES: Final = ("refuse", "hang", "cut")
PAGES: Final = ("/", "/policy/", "/healthz", "link", "/staff/", "/staff/campaigns/")
ASKERS: Final = 6
PATIENCE: Final = 40
PER_SECOND: Final = 20
_DEFAULT_PORTS: Final = {"redis": 6379, "amqp": 5672}


@dataclass(slots=True)
class Answer:
    """One page that was asked for; without a status nothing came within `PATIENCE`."""

    page: str
    at: float
    seconds: float
    status: int | None


@dataclass(slots=True)
class Figures:
    """What one outage did."""

    server: str
    mode: str
    seconds: float
    pages: int
    codes: dict[str, int]
    p50: float
    p95: float
    longest: float
    letters: int
    """That left while it lasted."""
    back_after: float | None
    """Seconds from its end (of a cut: from its beginning) to the next letters; None where none came."""
    pages_back_after: float
    lines: int
    """Of the log."""
    slowest: str = ""


@dataclass
class Drill:
    """The server, the ways to what it stands on, and what was seen."""

    world: World
    proxies: dict[str, TcpProxy]
    letters: list[float]
    answers: list[Answer] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def load(self) -> Iterator[None]:
        """Ask for pages all the time, from several sides."""
        link = self.world.customer(number="L-1", name="Ёлкина Алёна", email="alena@letters.example")
        cookie = self.world.do("session", role="dpo")
        threads = [threading.Thread(target=self._ask, args=(link, cookie, start)) for start in range(ASKERS)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._over.set()
            for thread in threads:
                thread.join(PATIENCE * 2)

    def _ask(self, link: str, cookie: str, start: int) -> None:
        number = start
        while not self._over.is_set():
            page = PAGES[number % len(PAGES)]
            url = link if page == "link" else self.world.address + page
            begun, status = time.monotonic(), None
            try:
                answer = requests.get(
                    url,
                    cookies={"__Host-sid": cookie} if page.startswith("/staff") else {},
                    timeout=PATIENCE,
                    verify=str(self.world.certificate),
                    allow_redirects=False,
                )
                status = answer.status_code
            except requests.RequestException:
                pass
            self.answers.append(Answer(page, begun, time.monotonic() - begun, status))
            number += 1
            self._over.wait(0.1)

    def outage(self, server: str, mode: str, *, seconds: float, settle: float) -> Figures:
        """Let one server be away for so long, and look on until the others have settled."""
        lines = self._lines()
        begun = time.monotonic()
        getattr(self.proxies[server], mode)()
        time.sleep(seconds)
        ended = time.monotonic()
        self.proxies[server].heal()
        time.sleep(settle)
        return self._figures(server, mode, begun=begun, ended=ended, lines=self._lines() - lines)

    def _figures(self, server: str, mode: str, *, begun: float, ended: float, lines: int) -> Figures:
        during = [one for one in self.answers if begun - 0.5 <= one.at <= ended]
        took = sorted(one.seconds for one in during) or [0.0]
        since = begun if mode == "cut" else ended
        later = [at for at in self.letters if at > since + (0.5 if mode == "cut" else 0)]
        gaps = [after - before for before, after in zip(self.letters, self.letters[1:], strict=False) if after > begun]
        failed = [
            one.at + one.seconds for one in self.answers if one.at >= ended - 1 and one.status in (None, 500, 503)
        ]
        codes: dict[str, int] = {}
        for one in during:
            codes[str(one.status)] = codes.get(str(one.status), 0) + 1
        slowest = max(during, key=lambda one: one.seconds, default=None)
        back = max(gaps, default=None) if mode == "cut" else (later[0] - since if later else None)
        return Figures(
            server=server,
            mode=mode,
            seconds=round(ended - begun, 1),
            pages=len(during),
            codes=dict(sorted(codes.items())),
            p50=round(statistics.median(took), 3),
            p95=round(took[int(len(took) * 0.95) - 1], 3),
            longest=round(took[-1], 2),
            letters=sum(begun < at <= ended for at in self.letters),
            back_after=None if back is None else round(back, 1),
            pages_back_after=round(max((at - ended for at in failed), default=0.0), 1),
            lines=lines,
            slowest="" if slowest is None else f"{slowest.page} {slowest.status}",
        )

    def _lines(self) -> int:
        return self.world.written().count("\n")


@contextmanager
def drill_running(folder: Path, *, people: int, broker: str = "") -> Iterator[Drill]:
    """Run a server behind proxies, with a campaign under way at a steady pace. ``broker``: not its own Redis."""
    proxies: dict[str, TcpProxy] = {}
    with ExitStack() as stack:

        def through_proxies(environ: dict[str, str]) -> dict[str, str]:
            told = environ | ({"BROKER_URL": broker} if broker else {})
            for server, name in SERVERS.items():
                host, port = _place(told[name])
                proxies[server] = stack.enter_context(TcpProxy(host, port, own_port=free_port()))
                told[name] = _moved(told[name], proxies[server].port)
            told["DATABASE_EXPORT_URL"] = _moved(told["DATABASE_EXPORT_URL"], proxies["PostgreSQL"].port)
            return told

        world = stack.enter_context(server_running(folder, way_to=through_proxies))
        letters: list[float] = []
        world.mail.log.keep, world.mail.log.on_letter = False, lambda: letters.append(time.monotonic())
        world.do("customers", count=people)
        world.do("pace", channel="email", per_second=PER_SECOND)
        world.campaign(name="Учения", channel="email", subject="Учения", text="Здравствуйте! ((ссылка))", audience={})
        drill = Drill(world, proxies, letters)
        _wait_for_letters(letters)
        with drill.load():
            time.sleep(3)
            yield drill


def _wait_for_letters(letters: list[float]) -> None:
    deadline = time.monotonic() + 120
    while len(letters) < PER_SECOND:
        assert time.monotonic() < deadline, "the campaign does not leave"
        time.sleep(0.2)


def _place(url: str) -> tuple[str, int]:
    if url.startswith("postgresql"):
        parts = conninfo_to_dict(url)
        return str(parts["host"]), int(str(parts.get("port") or 5432))
    parts_of_url = urlsplit(url)
    return parts_of_url.hostname or "127.0.0.1", parts_of_url.port or _DEFAULT_PORTS[parts_of_url.scheme]


def _moved(url: str, port: int) -> str:
    """Return an address that leads through a proxy on this machine."""
    parts = urlsplit(url)
    user = parts.netloc.rpartition("@")[0]
    place = f"{user}@127.0.0.1:{port}" if user else f"127.0.0.1:{port}"
    return urlunsplit(parts._replace(netloc=place, query="" if url.startswith("postgresql") else parts.query))
