"""Sixty one-time letters in a minute over a mail server that takes five seconds for each, by the worker of codes.

Real processes and the file broker, one nudge a letter as pages start it. The figures are from the moment at which a
letter was planned until the server had answered, by the clock of the database; the peer is the server's own five
seconds. ``CODES_AT_ONCE=1`` in the environment measures one at a time.
"""

import json
import os
import socket
import subprocess
import sys
import time
from statistics import quantiles

from bench._ledger import scratch

# The scratch module has set Django up.
from django.conf import settings  # isort: skip
from django.db import connection  # isort: skip

from notify.messages.staff_letters import staff_letter_send  # isort: skip
from notify.models import Message  # isort: skip
from notify.tasks import send_transactional  # isort: skip
from portal.celery import app  # isort: skip
from tests.fakes.workers import ROOT, Worker, worker_environ  # isort: skip

LETTERS = 60
EVERY_SECONDS = 1.0
SLOW_SECONDS = 5
LIMIT_SECONDS = 10
PROCESSES = 2
DEADLINE_SECONDS = 120

_WAITS = "SELECT EXTRACT(EPOCH FROM accepted_at - created_at)::float8 FROM notify_message WHERE accepted_at IS NOT NULL"


def figure(name: str, value: float, unit: str, limit: float | None = None) -> None:
    """Print one figure as a JSON line."""
    peer = f"{SLOW_SECONDS} s of the server"
    line = {"job": "slow_codes", "figure": name, "value": value, "unit": unit, "limit": limit, "peer": peer}
    print(json.dumps(line, ensure_ascii=False), flush=True)


def letters_send() -> None:
    """Plan the letters at their pace, each with its nudge, and wait until none is open."""
    began = time.monotonic()
    for at in range(LETTERS):
        staff_letter_send(address=f"ok-{at}@example.ru", subject="Код", text="123456", request_key=f"bench:{at}")
        send_transactional.apply_async()
        time.sleep(max(0.0, began + (at + 1) * EVERY_SECONDS - time.monotonic()))
    while Message.objects.filter(accepted_at=None).exists():
        if time.monotonic() - began > DEADLINE_SECONDS:
            raise SystemExit("letters are left")
        time.sleep(0.2)


def main() -> int:
    """Measure, and return 1 when a limit is missed."""
    with scratch() as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
        free.close()
        environ = worker_environ(
            folder, database=connection.settings_dict, smtp_port=port, settings=settings.SETTINGS_MODULE
        )
        environ |= {name: value for name, value in os.environ.items() if name == "CODES_AT_ONCE"}
        folders = {"data_folder_in": "", "data_folder_out": "", "control_folder": "control"}
        options = {name: str(folder / "broker" / part) for name, part in folders.items()}
        app.conf.update(broker_url="filesystem://", broker_transport_options=options)
        command = [sys.executable, "-m", "tests.fakes.smtp_sink", "--port", str(port), "--slow", str(SLOW_SECONDS)]
        server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
        worker = Worker(environ, queues=["transactional"], processes=PROCESSES, beat=True, log=folder / "worker.log")
        try:
            time.sleep(5)
            letters_send()
        finally:
            worker.stop()
            server.kill()
            server.wait()
        with connection.cursor() as cursor:
            cursor.execute(_WAITS)
            waits = sorted(row[0] for row in cursor.fetchall())
    cuts = quantiles(waits, n=20)
    figure("p50", round(cuts[9], 1), "s")
    figure("p95", round(cuts[18], 1), "s", LIMIT_SECONDS)
    figure("slowest", round(waits[-1], 1), "s")
    return 0 if len(waits) == LETTERS and cuts[18] <= LIMIT_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
