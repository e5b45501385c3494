"""Runs the processes of an installation until one ends or a signal comes, and leaves none behind."""

import fcntl
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Final

from honcho import manager as honcho_manager

from portal.laptop.embedded.guard import guard_end, guard_start, marked, processes_end
from portal.laptop.embedded.postgres import postgres_stop

END_WITHIN: Final = 25
"""Seconds for a worker to finish the messages in its hands; one that needs longer is killed, leases mend the rest."""
LOCK_WITHIN: Final = 15
"""Seconds in which the guard of a killed run has cleaned up."""
INTERRUPTED: Final = frozenset({0, 130, 143})


class AlreadyRunning(Exception):
    """Another supervisor works in the same folder."""


class _Signals:
    """How honcho ends a process: asks the program alone, kills it with its children.

    By itself honcho asks the children too, and those of a worker would drop the messages in their hands.
    """

    def terminate(self, pid: int) -> None:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)

    def kill(self, pid: int) -> None:
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)


@contextmanager
def installation_lock(folder: Path) -> Iterator[None]:
    """Keep a second supervisor out of the folder. The lock ends with its process, however that ends."""
    with (folder / "lock").open("w") as file:
        deadline = time.monotonic() + LOCK_WITHIN
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                if time.monotonic() > deadline:
                    raise AlreadyRunning from error
                time.sleep(0.5)
            else:
                break
        yield


@contextmanager
def nothing_left_behind(folder: Path) -> Iterator[None]:
    """Whatever happens inside, no process of the installation and no database server stays afterwards."""
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGHUP, _hang_up)
    guard = guard_start(folder)
    try:
        yield
    finally:
        guard_end(guard)
        processes_end(marked(str(folder)))
        postgres_stop(folder / "postgres")


def processes_run(plan: dict[str, str], *, environ: dict[str, str], cwd: Path) -> int:
    """Run all until one ends or a signal comes; return the exit code, 0 for an orderly end."""
    honcho_manager.KILL_WAIT = END_WITHIN
    honcho_manager.ProcessManager = _Signals
    manager = honcho_manager.Manager()
    for name, command in plan.items():
        manager.add_process(name, command, env=environ, cwd=str(cwd))
    manager.loop()
    code = manager.returncode or 0
    return 0 if code in INTERRUPTED else code


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _hang_up(_number: int, _frame: FrameType | None) -> None:
    """End as on SIGTERM when the terminal is closed, by force if printing to it blocks."""
    timer = threading.Timer(END_WITHIN + 10, os._exit, (1,))
    timer.daemon = True
    timer.start()
    os.kill(os.getpid(), signal.SIGTERM)
