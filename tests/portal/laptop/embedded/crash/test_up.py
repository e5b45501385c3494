"""One command starts everything; whatever ends it, nothing stays."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpcore
import psutil
import pytest

from portal.laptop.embedded.guard import marked
from portal.laptop.embedded.installation import free_port
from portal.laptop.embedded.postgres import postmaster

ROOT = Path(__file__).resolve().parents[5]
NOBODY = 65534
READS_ALL = "dac_read_search"
"""The one right that a user keeps whom root plays: a Python, or a clone, below /root is readable to root alone."""
START_WITHIN = 240.0
END_WITHIN = 45.0
IMPATIENT = {"timeout": dict.fromkeys(("connect", "read", "write", "pool"), 2.0)}


def _health(port: int) -> int:
    return httpcore.request("GET", f"http://127.0.0.1:{port}/healthz", extensions=IMPATIENT).status


class Up:
    """One `manage.py up` in a folder of its own; `become` is the command that turns root into somebody else."""

    def __init__(self, folder: Path, port: int, *, become: tuple[str, ...] = ()) -> None:
        self.folder, self.port = folder, port
        environ = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
        environ |= {"VAR_DIR": str(folder), "PORT": str(port), "DJANGO_SETTINGS_MODULE": "portal.laptop.settings"}
        self.output = folder / f"up.{port}.log"
        with self.output.open("w") as log:
            self.process = subprocess.Popen(
                [*become, sys.executable, "manage.py", "up", "--no-seed"],
                cwd=ROOT,
                env=environ,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_until_ready(self) -> "Up":
        """Return once the site answers."""
        deadline = time.monotonic() + START_WITHIN
        while time.monotonic() < deadline and self.process.poll() is None:
            with suppress(httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError):
                if _health(self.port) == HTTPStatus.OK:
                    return self
            time.sleep(0.2)
        raise AssertionError(self.output.read_text()[-4000:])

    def processes(self) -> list[psutil.Process]:
        """Return the processes of the installation, its database with them."""
        server = postmaster(self.folder / "postgres")
        return [*marked(str(self.folder)), *([server] if server else [])]

    def left(self) -> list[str]:
        """Name the processes of the installation that still live."""
        names = []
        for process in self.processes():
            with suppress(psutil.Error):
                names.append(" ".join(process.cmdline())[:120])
        return names

    def wait_until_nothing_is_left(self) -> None:
        """Fail with the names of what still lives."""
        deadline = time.monotonic() + END_WITHIN
        while (names := self.left()) and time.monotonic() < deadline:
            time.sleep(0.2)
        assert names == []


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One installation for all tests here: the first start makes it, the others find it as the one before left it."""
    return tmp_path_factory.mktemp("installation")


@pytest.fixture
def up(folder: Path, port: int) -> Iterator[Up]:
    started = Up(folder, port).wait_until_ready()
    yield started
    with suppress(ProcessLookupError):
        started.process.kill()
    started.process.wait()
    started.wait_until_nothing_is_left()


@pytest.fixture
def ordinary() -> Iterator[tuple[Path, tuple[str, ...]]]:
    """Yield a folder of an ordinary user and the command that turns root into them: none for whoever is one already."""
    with tempfile.TemporaryDirectory(prefix="mostik-ordinary-", ignore_cleanup_errors=True) as name:
        if os.geteuid() == 0:
            os.chown(name, NOBODY, NOBODY)
            yield Path(name), _as_nobody()
        else:
            yield Path(name), ()


def _as_nobody() -> tuple[str, ...]:
    """Return the command that runs another as nobody: owns nothing, changes nothing, reads what root reads."""
    become = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")
    bounds = subprocess.run(["setpriv", "--dump"], capture_output=True, text=True, check=True).stdout
    may_read = next(line for line in bounds.splitlines() if line.startswith("Capability bounding set"))
    return (*become, f"--inh-caps=+{READS_ALL}", f"--ambient-caps=+{READS_ALL}") if READS_ALL in may_read else become


def test_an_ordinary_user_starts_it_too_and_ctrl_c_leaves_nothing(
    ordinary: tuple[Path, tuple[str, ...]], port: int
) -> None:
    folder, become = ordinary
    up = Up(folder, port, become=become).wait_until_ready()
    numbers = [up.process.pid, *(process.pid for process in up.processes())]
    owners = {uid for number in numbers for uid in psutil.Process(number).uids()}

    # A terminal sends it to everything in the foreground, not to the first program alone.
    os.killpg(up.process.pid, signal.SIGINT)
    up.process.wait(timeout=END_WITHIN)

    assert owners == {NOBODY if os.geteuid() == 0 else os.geteuid()}
    assert up.left() == []
    assert up.process.returncode == 0
    assert "Всё остановлено, данные сохранены." in up.output.read_text()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_a_signal_stops_everything_in_order(up: Up, number: signal.Signals) -> None:
    assert len(up.left()) > 5

    up.process.send_signal(number)
    up.process.wait(timeout=END_WITHIN)

    assert up.left() == []
    assert up.process.returncode == 0
    assert "Всё остановлено, данные сохранены." in up.output.read_text()


def test_a_killed_supervisor_leaves_nothing_and_the_next_start_keeps_the_data(up: Up) -> None:
    cluster = (up.folder / "postgres" / "postgresql.conf").stat().st_ino
    secret = (up.folder / "secrets" / "secret_key").read_text()

    up.process.kill()
    up.process.wait()
    up.wait_until_nothing_is_left()

    again = Up(up.folder, free_port()).wait_until_ready()
    again.process.send_signal(signal.SIGTERM)
    again.process.wait(timeout=END_WITHIN)

    assert (up.folder / "postgres" / "postgresql.conf").stat().st_ino == cluster
    assert (up.folder / "secrets" / "secret_key").read_text() == secret
    assert again.left() == []


def test_a_database_that_was_killed_too_starts_again(up: Up) -> None:
    server = postmaster(up.folder / "postgres")
    assert server is not None
    everything: list[Any] = [*marked(str(up.folder)), up.process, *server.children(recursive=True), server]

    for process in everything:
        with suppress(psutil.Error, ProcessLookupError):
            process.kill()
    up.process.wait()
    # The number in the lock file now belongs to a program that is alive and is no database.
    lock = up.folder / "postgres" / "postmaster.pid"
    lock.write_text("\n".join([str(os.getpid()), *lock.read_text().splitlines()[1:]]) + "\n")

    again = Up(up.folder, free_port()).wait_until_ready()
    again.process.send_signal(signal.SIGTERM)
    again.process.wait(timeout=END_WITHIN)

    assert again.left() == []


def test_only_the_loopback_address_is_open_and_a_second_start_is_refused(up: Up) -> None:
    addresses = {
        connection.laddr.ip
        for process in marked(str(up.folder))
        for connection in process.net_connections(kind="inet")
        if connection.status == psutil.CONN_LISTEN
    }
    assert addresses == {"127.0.0.1"}

    second = Up(up.folder, free_port())

    assert second.process.wait(timeout=END_WITHIN) == 1
    assert "Сайт с этими данными уже запущен" in second.output.read_text()
    assert _health(up.port) == HTTPStatus.OK


def test_a_taken_port_is_said_with_what_to_do(tmp_path: Path, port: int) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()

        refused = Up(tmp_path, port)

        assert refused.process.wait(timeout=END_WITHIN) == 1
    assert f"Порт {port} занят другой программой" in refused.output.read_text()
    assert refused.left() == []
    assert not (tmp_path / "postgres").exists()
