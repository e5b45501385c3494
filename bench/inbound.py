"""Updates of MAX, a thousand a second: taken by the web server of ``deploy/``, understood by a worker of the reports.

First a hundred a second, which is the most that MAX was said to send. Everybody has written before. The bare peer
stores a body by one prepared INSERT behind the same server: what the machine can do at all. `BROKER_URL` names the
broker, as on a server; without it nudges are files, as on a laptop.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from bench._calls import Answers, calls_made
from bench._sending import PROCESSES, Figures, scratch, seconds_between

# The scratch module has set Django up.
from django.db import connection  # isort: skip

from bench.personal_page import ready, server_settings  # isort: skip
from consents.models import ContactPoint  # isort: skip
from notify.channels.events import InboundText  # isort: skip
from notify.channels.max.webhook import MaxWebhook  # isort: skip
from notify.conf import webhook_path  # isort: skip
from notify.inbound.texts import text_apply  # isort: skip
from notify.models import InboundPayload  # isort: skip
from notify.provider_setups import setup_create, setup_values  # isort: skip
from notify.scenarios.answering import new_messages_answer  # isort: skip
from portal.laptop.embedded.installation import free_port  # isort: skip
from tests.factories.notify import operator_make, people_make  # isort: skip
from tests.fakes.workers import Worker  # isort: skip

RATES = (100, 1000)
SECONDS = float(os.environ.get("BENCH_SECONDS", "5"))
CAPACITY_SECONDS = 4.0
CLIENTS = 3
PEOPLE = 2000
WEBHOOK = MaxWebhook(())
ANSWER_LIMIT_S = 1.0
HANDLED_LIMIT_S = 5.0
PATIENCE_S = 300.0

HANDLED = """
SELECT percentile_disc(%s) WITHIN GROUP (ORDER BY EXTRACT(EPOCH FROM handled_at - received_at))::float8
FROM notify_inboundpayload WHERE id > %s
"""
PACE = """
SELECT count(*) / EXTRACT(EPOCH FROM max(handled_at) - min(received_at)) FROM notify_inboundpayload
WHERE id > %s
"""


def main() -> int:
    """Measure, and return 1 when a limit is missed."""
    figures = Figures("inbound")
    with scratch() as folder:
        operator_make()
        accounts = _accounts()
        name = setup_create(
            kind="max", title="", fields={"token": "t", "link_preview": "no", "url": "http://127.0.0.1:1"}
        )
        environ = _environ(folder)
        with _server(environ) as port:
            secret, path = setup_values(name=name).webhook_secrets[0], webhook_path(provider=name)
            bare = _capacity(port, [_request("/bare/", secret, one) for one in _updates(accounts, "b", 20_000)])
            site = _capacity(port, [_request(path, secret, one) for one in _updates(accounts, "c", 20_000)])
            figures.tell("capacity", round(site), "1/s", peer=f"bare view {round(bare)}/s")
            InboundPayload.objects.filter(handled_at=None).delete()
            with _worker(environ, folder):
                # Behind the nudges of what has just been deleted.
                _called(port, [_request(path, secret, one) for one in _updates(accounts, "d", 1)] * CLIENTS, 1)
                _wait_for_all()
                for rate in RATES:
                    updates = _updates(accounts, f"{rate:04x}", int(rate * SECONDS))
                    _measure(figures, port, rate, [_request(path, secret, one) for one in updates])
    return int(figures.missed)


def _measure(figures: Figures, port: int, rate: int, requests: list[bytes]) -> None:
    def tell(figure: str, *given: Any, **limits: Any) -> None:
        figures.tell(f"{figure} at {rate}/s", *given, **limits)

    before = seconds_between("SELECT max(id) FROM notify_inboundpayload")
    answers = _called(port, requests, rate)
    tell("answered_200", answers.good, f"of {len(requests)}", least=len(requests))
    tell("answered", round(len(answers.latencies) / answers.seconds), "1/s")
    tell("answer_p50", round(answers.quantile(0.5), 3), "s")
    tell("answer_p99", round(answers.quantile(0.99), 3), "s", most=ANSWER_LIMIT_S)
    _wait_for_all()
    stored = InboundPayload.objects.filter(id__gt=before)
    tell("stored", stored.count(), f"of {len(requests)}", least=len(requests))
    tell("handled", stored.exclude(handled_at=None).count(), f"of {len(requests)}", least=len(requests))
    tell("not_understood", stored.exclude(error_code="").count(), "updates", most=0)
    tell("handled_p50", round(seconds_between(HANDLED, 0.5, before), 2), "s")
    tell("handled_p99", round(seconds_between(HANDLED, 0.99, before), 2), "s", most=HANDLED_LIMIT_S)
    tell("handled_pace", round(seconds_between(PACE, before)), "1/s", peer=f"{PROCESSES} processes")


def _wait_for_all() -> None:
    deadline = time.monotonic() + PATIENCE_S
    while InboundPayload.objects.filter(handled_at=None).exists() and time.monotonic() < deadline:
        time.sleep(0.5)


def _capacity(port: int, requests: list[bytes]) -> float:
    """Return the answers a second when each call follows upon the answer to the one before."""
    answers = _called(port, requests, 0, CAPACITY_SECONDS)
    if answers.good != len(answers.latencies):
        raise SystemExit(f"{answers.good} of {len(answers.latencies)} answers were good")
    return answers.good / answers.seconds


def _called(port: int, requests: list[bytes], rate: float, seconds: float = PATIENCE_S) -> Answers:
    parts = [requests[number::CLIENTS] for number in range(CLIENTS)]
    return calls_made(port, parts, per_second=rate, seconds=seconds)


def _accounts() -> list[int]:
    """Make people who have written once, and return their accounts."""
    people_make(PEOPLE, channel="max")
    found = [int(value) for value in ContactPoint.objects.values_list("value", flat=True)]
    for body in _updates(found, "a", len(found)):
        text_apply(provider="max", event=cast("InboundText", WEBHOOK.read(body)[0]))
    new_messages_answer(limit=PEOPLE, seconds=PATIENCE_S)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return found


def _updates(accounts: list[int], word: str, count: int) -> Iterator[bytes]:
    """Yield updates of people who write, each another one."""
    for number in range(count):
        account = accounts[number % len(accounts)]
        at = int(time.time() * 1000)
        message = {
            "recipient": {"chat_id": account, "chat_type": "dialog", "user_id": 900001},
            "timestamp": at,
            "body": {"mid": f"mid.{word}{number:020x}", "seq": number, "text": f"Где мой заказ {number}?"},
            "sender": {"user_id": account, "first_name": "Анна", "is_bot": False, "name": "Анна"},
        }
        update = {"update_type": "message_created", "timestamp": at, "user_locale": "ru", "message": message}
        yield json.dumps(update, ensure_ascii=False).encode()


def _request(path: str, secret: str, body: bytes) -> bytes:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"X-Max-Bot-Api-Secret: {secret}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _environ(folder: Path) -> dict[str, str]:
    for name in ("broker/control", "beat"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    broker = {"SANDBOX": "false", "BROKER_URL": os.environ.get("BROKER_URL", "")}
    return os.environ | server_settings(folder, free_port()) | broker


@contextmanager
def _server(environ: dict[str, str]) -> Iterator[int]:
    """Run the site with the options of ``deploy/mostik-web.service``; yield its port."""
    port = int(environ["PORT"])
    subprocess.run([sys.executable, "manage.py", "collectstatic", "--noinput", "-v", "0"], env=environ, check=True)
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--workers", "2", "--blocking-threads", "8", "--no-ws", "--log-level", "warning"]
    running = subprocess.Popen([*command, "bench._inbound_app:application"], env=environ)
    try:
        ready(port)
        yield port
    finally:
        running.terminate()
        running.wait(20)


@contextmanager
def _worker(environ: dict[str, str], folder: Path) -> Iterator[None]:
    worker = Worker(environ, queues=["reports"], processes=PROCESSES, beat=False, log=folder / "reports.log")
    try:
        yield
    finally:
        worker.stop()


if __name__ == "__main__":
    sys.exit(main())
