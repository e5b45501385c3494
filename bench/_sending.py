"""What the benches of sending have in common: a planned campaign, workers, nudges, figures with the load."""

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import time as clock_time
from pathlib import Path
from typing import Any

from bench._ledger import scratch

# The scratch module has set Django up.
from django.db import connection  # isort: skip

from consents.enums import Channel  # isort: skip
from notify.campaigns.lifecycle import campaign_create, campaign_launch, campaign_submit  # isort: skip
from notify.campaigns.planning import campaign_plan  # isort: skip
from notify.enums import CampaignState  # isort: skip
from notify.models import Campaign  # isort: skip
from notify.tasks import send_chunk, send_transactional  # isort: skip
from portal.celery import app  # isort: skip
from tests.factories.consents import launch_ready_make  # isort: skip
from tests.factories.notify import contract_make, people_make, spec_make  # isort: skip
from tests.factories.staff import StaffFactory  # isort: skip
from tests.fakes.workers import Worker, worker_environ  # isort: skip

__all__ = ["Figures", "campaign_ready", "queue_worked", "running_until", "scratch", "seconds_between"]

PROCESSES = 2
NUDGE_SECONDS = 3.0
DEADLINE_SECONDS = float(os.environ.get("BENCH_DEADLINE", "1200"))
TEXT = "Мы меняем способ связи. Выберите, где вам писать: ((ссылка))"


class Figures:
    """Prints figures as JSON lines and remembers whether a limit was missed."""

    def __init__(self, job: str) -> None:
        self._job = job
        self.missed = False

    def tell(
        self,
        figure: str,
        value: float,
        unit: str,
        *,
        least: float | None = None,
        most: float | None = None,
        peer: str = "",
    ) -> None:
        """Print one figure with its limit, its peer and the load of the machine."""
        self.missed |= (least is not None and value < least) or (most is not None and value > most)
        line = {
            "job": self._job,
            "figure": figure,
            "value": value,
            "unit": unit,
            "limit": least if most is None else most,
            "peer": peer,
            "load": round(os.getloadavg()[0], 1),
        }
        print(json.dumps(line, ensure_ascii=False), flush=True)


def campaign_ready(figures: Figures, channel: str, people: int) -> int:
    """Launch and plan a campaign to so many people, and return its id."""
    launch_ready_make()
    people_make(people, channel=channel, segment="bench")
    if Channel(channel).spec.needs_contract:
        contract_make(channel=channel)
    spec = spec_make(
        channel=channel,
        subject="",
        text=TEXT,
        audience={"segments": ["bench"]},
        send_from=clock_time(0),
        send_until=clock_time(23, 59, 59),
    )
    campaign_id = campaign_create(spec=spec, created_by_id=StaffFactory().pk)
    review = campaign_submit(campaign_id=campaign_id)
    campaign_launch(campaign_id=campaign_id, launched_by_id=StaffFactory().pk, content_sha256=review.sha256)
    start = time.perf_counter()
    campaign_plan(campaign_id=campaign_id)
    figures.tell("planning", round(people / (time.perf_counter() - start)), "1/s")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return campaign_id


@contextmanager
def queue_worked(folder: Path, queue: str) -> Iterator[Worker]:
    """Run a worker of one queue as ``deploy/`` does, but with a broker of files."""
    settings = os.environ["DJANGO_SETTINGS_MODULE"]
    environ = worker_environ(folder, database=connection.settings_dict, smtp_port=1, settings=settings)
    _broker_here(folder)
    log = folder / f"{queue}.log"
    worker = Worker(environ | {"SANDBOX": "false"}, queues=[queue], processes=PROCESSES, beat=False, log=log)
    try:
        yield worker
    finally:
        worker.stop()


def running_until(worker: Worker, channel: str, is_over: Callable[[], bool], *, every: float = 0.2) -> None:
    """Nudge as the clock does until something has come to be; ``is_over`` is asked every so many seconds."""
    deadline, nudged, asked = time.monotonic() + DEADLINE_SECONDS, 0.0, time.monotonic()
    while not is_over():
        if time.monotonic() > deadline or worker.process.poll() is not None:
            raise SystemExit(worker.log.read_text()[-3000:])
        if time.monotonic() - nudged > NUDGE_SECONDS:
            for _ in range(PROCESSES):
                send_chunk.apply_async((channel,), expires=6)
            send_transactional.apply_async(expires=6)
            nudged = time.monotonic()
        asked += every
        time.sleep(max(0.0, asked - time.monotonic()))


def is_finished(campaign_id: int) -> bool:
    """Return whether the campaign is over."""
    return Campaign.objects.get(pk=campaign_id).state == CampaignState.FINISHED


def seconds_between(statement: str, *parameters: Any) -> float:
    """Return the one number that a statement finds."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        (found,) = cursor.fetchone()
    return float(found or 0)


def _broker_here(folder: Path) -> None:
    folders = {"data_folder_in": "", "data_folder_out": "", "control_folder": "control"}
    options = {name: str(folder / "broker" / part) for name, part in folders.items()}
    app.conf.update(broker_url="filesystem://", broker_transport_options=options)
