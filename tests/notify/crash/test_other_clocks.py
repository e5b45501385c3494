"""Workers on machines a day ahead and a day behind send one campaign: whole, nothing twice, by the database's clock."""

import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from notify.campaigns.reading import campaign_status
from notify.enums import CampaignState, MessageState
from notify.models import Message
from tests.factories.notify import campaign_running, operator_make, people_make
from tests.fakes.workers import Worker, worker_environ
from tests.notify.crash.test_killed_workers import MailServer
from tests.support.other_clock import environ_with
from tests.support.patience import wait_until

PEOPLE = 600
OFF = {"ahead": 1.0, "behind": -1.0}


@pytest.mark.django_db(transaction=True)
def test_a_campaign_is_sent_whole_and_once_by_workers_with_wrong_clocks(tmp_path: Path) -> None:
    operator_make()
    campaign = campaign_running(people_make(PEOPLE))
    servers = {name: MailServer(tmp_path / f"{name}.jsonl", how=("--delay", "0.01")) for name in OFF}
    workers = {name: _worker(tmp_path, name, server.port) for name, server in servers.items()}
    try:
        for server in servers.values():
            _wait(workers, lambda server=server: server.count() > PEOPLE // 20)  # type: ignore[misc]  # called at once
        # Whoever is ahead would take what was leased by the clock of the other for given up.
        workers.pop("behind").kill()
        _wait(workers, lambda: not _is_open(campaign.pk))
        _wait(workers, lambda: campaign_status(campaign_id=campaign.pk).state == CampaignState.FINISHED)
    finally:
        for worker in workers.values():
            worker.kill()
        taken = [reference for server in servers.values() for reference in server.taken()]
        for server in servers.values():
            server.stop()

    assert [reference for reference, count in Counter(taken).items() if count > 1] == []
    status = campaign_status(campaign_id=campaign.pk)
    # The killed one leaves its calls under way in doubt, and nothing else does.
    assert status.unknown <= 2
    assert status.sent + status.unknown == PEOPLE
    assert status.sent <= len(taken) <= PEOPLE


def _worker(folder: Path, name: str, port: int) -> Worker:
    """Start a worker with the clock and its own mail server, all on a machine that is off."""
    environ = worker_environ(
        folder, database=connection.settings_dict, smtp_port=port, settings=settings.SETTINGS_MODULE
    )
    log = folder / f"{name}.log"
    return Worker(environ_with(environ, days=OFF[name]), queues=["send", "reports"], processes=2, beat=True, log=log)


def _is_open(campaign_id: int) -> bool:
    done = (MessageState.ACCEPTED, MessageState.UNKNOWN)
    return Message.objects.filter(campaign_id=campaign_id).exclude(state__in=done).exists()


def _wait(workers: dict[str, Worker], condition: Callable[[], bool]) -> None:
    def holds() -> bool:
        for worker in workers.values():
            assert worker.process.poll() is None, worker.log.read_text()[-3000:]
        time.sleep(0.05)
        return condition()

    wait_until(holds, "the campaign stands still")
