"""Have each server stopped, hung and cut for a minute under load, and print the table: ``python -m tests.outages``."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Final

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from tests.outages.drill import MODES, SERVERS, Figures, drill_running  # noqa: E402 - needs the settings

COLUMNS: Final = (
    "server", "how", "seconds", "pages", "answers", "p50, s", "p95, s", "longest, s", "pages whole after, s",
    "letters while away", "letters again after, s", "lines of log",
)  # fmt: skip
HEAD: Final = f"| {' | '.join(COLUMNS)} |\n{'|---' * len(COLUMNS)}|"
VHOST: Final = f"mostik-outages-{os.getpid()}"


def row(one: Figures) -> str:
    """Return a line of the table."""
    codes = ", ".join(f"{count} × {code}" for code, count in one.codes.items())
    back = "not within the drill" if one.back_after is None else one.back_after
    return (
        f"| {one.server} | {one.mode} | {one.seconds} | {one.pages} | {codes} | {one.p50} | {one.p95} | {one.longest} "
        f"({one.slowest}) | {one.pages_back_after} | {one.letters} | {back} | {one.lines} |"
    )


@contextmanager
def rabbit() -> Iterator[str]:
    """Yield the address of an empty virtual host of the RabbitMQ of this machine."""
    subprocess.run(["rabbitmqctl", "-q", "add_vhost", VHOST], check=True)
    subprocess.run(["rabbitmqctl", "-q", "set_permissions", "-p", VHOST, "guest", ".*", ".*", ".*"], check=True)
    try:
        yield f"amqp://guest:guest@127.0.0.1:5672/{VHOST}"
    finally:
        subprocess.run(["rabbitmqctl", "-q", "delete_vhost", VHOST], check=True)


def main() -> None:
    """Run the drill of the command line."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=60)
    options.add_argument("--settle", type=float, default=30)
    options.add_argument("--rabbit", action="store_true", help="RabbitMQ of this machine in place of Redis")
    options.add_argument("--only", nargs="*", default=[f"{server}:{mode}" for server in SERVERS for mode in MODES])
    told = options.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="mostik-outages-"))
    people = int(24 * len(told.only) * (told.seconds + told.settle))
    with (
        rabbit() if told.rabbit else nullcontext("") as broker,
        drill_running(folder, people=people, broker=broker) as drill,
    ):
        figures = []
        for one in told.only:
            server, mode = one.split(":")
            figures.append(drill.outage(server, mode, seconds=told.seconds, settle=told.settle))
            sys.stdout.write(json.dumps(asdict(figures[-1]), ensure_ascii=False) + "\n")
            sys.stdout.flush()
    sys.stdout.write("\n".join([HEAD, *map(row, figures)]) + f"\n\nlogs: {folder}\n")


if __name__ == "__main__":
    main()
