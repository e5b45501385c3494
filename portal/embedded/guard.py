"""Stops what is left when the supervisor was killed: no process of an installation outlives it.

Run as ``python -m portal.embedded.guard PID``. It waits until that process is gone, then ends every process that bears
the installation's mark in its environment, and the database server in its folder.
"""

import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

import psutil

from portal.embedded.installation import MARK

LOOK_EVERY: Final = 0.5


def wait_for_end(pid: int) -> None:
    """Return once the process is gone."""
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
            time.sleep(LOOK_EVERY)


def marked(var_dir: str) -> list[psutil.Process]:
    """Find the other processes of the installation in ``var_dir``."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.pid != os.getpid() and process.environ().get(MARK) == var_dir:
                found.append(process)
    return found


def installation_stop(var_dir: str) -> None:
    """End the installation's processes, kindly first, and its database."""
    processes = marked(var_dir)
    for process in processes:
        with suppress(psutil.Error):
            process.terminate()
    _, alive = psutil.wait_procs(processes, timeout=5)
    for process in alive:
        with suppress(psutil.Error):
            process.kill()
    pid_file = Path(var_dir) / "postgres" / "postmaster.pid"
    if pid_file.exists():
        with suppress(ProcessLookupError, ValueError, IndexError):
            os.kill(int(pid_file.read_text().splitlines()[0]), signal.SIGINT)


def main() -> None:
    """Wait, then stop. The signals of an orderly end reach the supervisor, not the guard's duty."""
    wait_for_end(int(sys.argv[1]))
    installation_stop(os.environ[MARK])


if __name__ == "__main__":
    main()
