"""A campaign of 10 000 personal letters by two real Celery workers to a local mail server, against bare ``smtplib``.

Everything is on: a row per message, links, unique keys, the gate and a commit of its own before each call. The
bare peer sends one ready-made letter of the same size with as many processes to the same server in the same run.
The server is Postfix's ``smtp-sink`` where there is one (``SMTP_SINK`` names it), else the tests' own.
"""

import json
import multiprocessing
import os
import shutil
import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import time as clock_time
from pathlib import Path

from bench._ledger import scratch

# The scratch module has set Django up.
from django.conf import settings  # isort: skip
from django.db import connection  # isort: skip

from notify.channels.smtp.mime import letter  # isort: skip
from notify.enums import CampaignState  # isort: skip
from notify.models import Campaign, Link, Message  # isort: skip

from notify.campaigns.reading import campaign_status, step_previews  # isort: skip
from notify.channels.base import OutboundMessage  # isort: skip
from notify.campaigns.lifecycle import campaign_create, campaign_launch, campaign_submit  # isort: skip
from notify.campaigns.planning import campaign_plan  # isort: skip
from notify.tasks import send_chunk  # isort: skip
from notify.types import CampaignSpec, StepSpec  # isort: skip
from portal.celery import app  # isort: skip
from tests.factories.consents import launch_ready_make  # isort: skip
from tests.factories.notify import people_make, step_of  # isort: skip
from tests.factories.staff import StaffFactory  # isort: skip
from tests.fakes.workers import ROOT, Worker, worker_environ  # isort: skip

PEOPLE = 10_000
PROCESSES = 2
LIMIT = 400
PEER = "GOV.UK Notify API 103/s"
DEADLINE_SECONDS = 180

TEXT = """Здравствуйте, ((имя))!

С 1 декабря мы пишем клиентам в MAX, по СМС и по электронной почте. Пожалуйста, проверьте на личной странице, верно ли
записаны ваши контакты, и выберите, куда вам удобнее получать сообщения о заказах и оплатах.

((иностранный мессенджер??Раньше мы писали вам в мессенджер, который для таких сообщений больше не подходит.))

Это займёт не больше минуты: ((ссылка))"""


def figure(name: str, value: float, unit: str, limit: float | None = None, peer: str = "") -> None:
    """Print one figure as a JSON line."""
    line = {"job": "email_campaign", "figure": name, "value": value, "unit": unit, "limit": limit, "peer": peer}
    print(json.dumps(line, ensure_ascii=False), flush=True)


@contextmanager
def mail_server() -> Iterator[tuple[int, str]]:
    """Run a server that accepts and drops all mail; yield its port and its name."""
    program = os.environ.get("SMTP_SINK") or shutil.which("smtp-sink", path=f"{os.environ['PATH']}:/usr/sbin")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [program, *_as_nobody(), f"127.0.0.1:{port}", "100"] if program else _own_sink(port)
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as process:
        try:
            _wait_until_open(port)
            yield port, "smtp-sink" if program else "own sink"
        finally:
            process.kill()


def _as_nobody() -> list[str]:
    """Return the options that make ``smtp-sink`` run as nobody: it refuses to serve as root."""
    return ["-u", "nobody"] if os.geteuid() == 0 else []


def _own_sink(port: int) -> list[str]:
    return [sys.executable, "-m", "tests.fakes.smtp_sink", "--port", str(port)]


def _wait_until_open(port: int) -> None:
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise SystemExit("the mail server did not start")


def bare_rate(port: int, raw: str) -> float:
    """Return the letters a second by plain ``smtplib`` in `PROCESSES` processes, one connection each."""
    with multiprocessing.get_context("spawn").Pool(PROCESSES) as pool:
        spans = pool.starmap(_bare, [(port, raw, PEOPLE // PROCESSES)] * PROCESSES)
    return PEOPLE / (max(end for _, end in spans) - min(start for start, _ in spans))


def _bare(port: int, raw: str, count: int) -> tuple[float, float]:
    with smtplib.SMTP("127.0.0.1", port, local_hostname="bench") as server:
        start = time.time()
        for at in range(count):
            server.sendmail("noreply@romashka.example", f"ok-{at}@example.ru", raw)
        return start, time.time()


def campaign_ready() -> int:
    """Launch and plan a campaign for everybody in the base, print the pace of planning, and return its id."""
    launch_ready_make()
    people_make(PEOPLE, segment="bench")
    spec = CampaignSpec(
        name="Переезд",
        steps=(StepSpec(channel="email", subject="((имя)), выберите, где вам писать", text=TEXT),),
        audience={"segments": ["bench"]},
        send_from=clock_time(0),
        send_until=clock_time(23, 59, 59),
    )
    campaign_id = campaign_create(spec=spec, created_by_id=StaffFactory().pk)
    review = campaign_submit(campaign_id=campaign_id)
    campaign_launch(campaign_id=campaign_id, launched_by_id=StaffFactory().pk, content_sha256=review.sha256)
    start = time.perf_counter()
    campaign_plan(campaign_id=campaign_id)
    figure("planning", round(PEOPLE / (time.perf_counter() - start)), "1/s")
    return campaign_id


def ready_made(campaign_id: int) -> str:
    """Return one whole letter of this campaign, for the bare peer."""
    preview = step_previews(step_of(campaign_id), limit=1)[0]
    message = OutboundMessage(
        reference="0" * 36, address="ok@example.ru", subject=preview.subject, text=preview.text, html=preview.html,
        unsubscribe_url=f"{settings.SITE_URL}/u/{'0' * 26}", sender_name="Ромашка",
    )  # fmt: skip
    return letter(message, sender="noreply@romashka.example", domain="romashka.example").decode("ascii")


def campaign_rate(campaign_id: int, environ: dict[str, str], folder: Path) -> float:
    """Return the letters a second between the first and the last, by the clock of the database."""
    worker = Worker(environ, queues=["send"], processes=PROCESSES, beat=False, log=folder / "worker.log")
    try:
        deadline = time.monotonic() + DEADLINE_SECONDS
        nudged = 0.0
        while Campaign.objects.get(pk=campaign_id).state != CampaignState.FINISHED:
            if time.monotonic() > deadline or worker.process.poll() is not None:
                raise SystemExit((folder / "worker.log").read_text()[-3000:])
            if time.monotonic() - nudged > 3:
                for _ in range(PROCESSES):
                    send_chunk.apply_async(("email",), expires=6)
                nudged = time.monotonic()
            time.sleep(0.2)
    finally:
        worker.stop()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXTRACT(EPOCH FROM max(accepted_at) - min(sending_at)) FROM notify_message WHERE campaign_id = %s",
            [campaign_id],
        )
        (seconds,) = cursor.fetchone()
    return PEOPLE / float(seconds)


def main() -> int:
    """Measure, and return 1 when a limit is missed."""
    with scratch() as folder, mail_server() as (port, server):
        environ = worker_environ(
            folder, database=connection.settings_dict, smtp_port=port, settings=settings.SETTINGS_MODULE
        )
        folders = {"data_folder_in": "", "data_folder_out": "", "control_folder": "control"}
        options = {name: str(folder / "broker" / part) for name, part in folders.items()}
        app.conf.update(broker_url="filesystem://", broker_transport_options=options)
        campaign_id = campaign_ready()
        raw = ready_made(campaign_id)
        before = bare_rate(port, raw)
        ours = campaign_rate(campaign_id, environ, folder)
        after = bare_rate(port, raw)
        status = campaign_status(campaign_id=campaign_id)
        links = Link.objects.filter(message__campaign_id=campaign_id).count()
        whole = status.sent == PEOPLE == links and Message.objects.filter(attempt=1).count() == PEOPLE
        figure("rate", round(ours), "1/s", LIMIT, PEER)
        bare = max(before, after)
        figure("bare_smtplib", round(bare), "1/s", None, f"{PROCESSES} processes, {len(raw)} bytes, {server}")
        figure("ratio_to_bare", round(ours / bare, 2), "x", None, "smtplib")
        figure("sent_once_with_a_link", int(whole), "yes=1", 1)
        return 0 if ours >= LIMIT and whole else 1


if __name__ == "__main__":
    sys.exit(main())
