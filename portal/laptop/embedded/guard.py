"""Stops what is left when the supervisor was killed: no process of an installation outlives it.

Run as ``python -m portal.laptop.embedded.guard PID``. It waits until that process is gone, then ends every process
that bears the installation's mark in its environment, and the database server in its folder.
"""

import math
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

import psutil

from portal.laptop.embedded.defaults import MARK
from portal.laptop.embedded.postgres import postgres_stop, processes_ended

END_WITHIN: Final = 8


def guard_start(folder: Path) -> "subprocess.Popen[bytes]":
    """Start a guard over the calling process. Only `guard_end` sends it away."""
    return subprocess.Popen(  # noqa: S603 - own module
        [sys.executable, "-m", "portal.laptop.embedded.guard", str(os.getpid())],
        env=os.environ | {MARK: str(folder)},
        start_new_session=True,
        stdin=subprocess.DEVNULL,
    )


def guard_end(guard: "subprocess.Popen[bytes]") -> None:
    """Send the guard away after an orderly end."""
    guard.kill()
    guard.wait()


def marked(folder: str) -> list[psutil.Process]:
    """Find the other processes of the installation in ``folder``."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.pid != os.getpid() and process.environ().get(MARK) == folder:
                found.append(process)
    return found


def processes_end(processes: list[psutil.Process]) -> None:
    """End the processes: by SIGTERM first, then by SIGKILL."""
    for process in processes:
        with suppress(psutil.Error):
            process.terminate()
    if processes_ended(processes, within=END_WITHIN):
        return
    for process in processes:
        with suppress(psutil.Error):
            process.kill()


def main() -> None:
    """Wait, then stop everything of the installation, its database last."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    with suppress(psutil.NoSuchProcess):
        processes_ended([psutil.Process(int(sys.argv[1]))], within=math.inf)
    folder = os.environ[MARK]
    # Twice: a process may have been started while the first ones ended.
    processes_end(marked(folder))
    processes_end(marked(folder))
    postgres_stop(Path(folder) / "postgres")


if __name__ == "__main__":
    main()
