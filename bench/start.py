"""How long `make run` takes until the site answers: the first time, with the packages installed, and again."""

import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any, Final

from bench._ledger import say
from portal.laptop.embedded.installation import free_port

FIRST_LIMIT: Final = 180
SECOND_LIMIT: Final = 10
STOP_WITHIN: Final = 60
ROOT: Final = Path(__file__).parents[1]


def main() -> int:
    """Start an installation in an empty folder twice; return 1 when a limit is missed."""
    missed = False
    with tempfile.TemporaryDirectory(prefix="mostik-start-") as folder:
        for name, limit in (("first", FIRST_LIMIT), ("second", SECOND_LIMIT)):
            seconds = start_measure(Path(folder) / "var", within=2 * FIRST_LIMIT)
            say(job="start", figure=f"{name} start", value=round(seconds, 1), unit="s", limit=limit, peer=None)
            missed |= seconds >= limit
    return int(missed)


def start_measure(var_dir: Path, *, within: float) -> float:
    """Start as in a terminal, return the seconds until the site answers, and stop it as Ctrl-C does."""
    port = free_port()
    environ = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
    environ |= {"VAR_DIR": str(var_dir), "PORT": str(port), "DJANGO_SETTINGS_MODULE": "portal.laptop.settings"}
    began = time.perf_counter()
    # A group of its own, as in a terminal: Ctrl-C reaches make and all that it started.
    process = subprocess.Popen(
        ["make", "run"], cwd=ROOT, env=environ, stdout=subprocess.DEVNULL, stderr=sys.stderr, start_new_session=True
    )
    try:
        _wait_until_it_answers(port, process, deadline=began + within)
        return time.perf_counter() - began
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(STOP_WITHIN)


def _wait_until_it_answers(port: int, process: "subprocess.Popen[Any]", *, deadline: float) -> None:
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2):
                return
        except OSError:
            if process.poll() is not None or time.perf_counter() > deadline:
                raise SystemExit("the site did not start") from None
            time.sleep(0.05)


if __name__ == "__main__":
    sys.exit(main())
