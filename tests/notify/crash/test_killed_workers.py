"""``kill -9`` of a real worker, ten times during a campaign of 3 000, judged by what the mail server logged."""

import json
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from notify.campaigns.reading import campaign_status
from notify.conf import ATTEMPTS
from notify.enums import CampaignState, MessageState
from notify.models import Message
from notify.outbox.watching.reading import messages_listed
from tests.factories.notify import campaign_running, operator_make, people_make
from tests.fakes.workers import ROOT, Worker, worker_environ

PEOPLE = 3000
KILLS = 10
PROCESSES = 2
SELF_HEAL_SECONDS = 60
SEED = 20261124

SNAPSHOT = """
SELECT c.state, count(m.id), count(m.id) FILTER (WHERE m.state IN ('planned', 'claimed', 'sending', 'held'))
FROM notify_campaign c LEFT JOIN notify_message m ON m.campaign_id = c.id AND m.kind = 'campaign'
WHERE c.id = %s GROUP BY c.id
"""


class MailServer:
    """The sink as a process: its log outlives whatever is killed."""

    def __init__(self, log: Path, *, how: tuple[str, str] = ("--delay", "0.003")) -> None:
        self.log = log
        command = [sys.executable, "-m", "tests.fakes.smtp_sink", "--log", str(log), *how]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline())

    def taken(self) -> list[str]:
        """References in the order in which they were taken."""
        if not self.log.exists():
            return []
        return [json.loads(line)["reference"] for line in self.log.read_text().splitlines()]

    def count(self) -> int:
        return self.log.read_bytes().count(b"\n") if self.log.exists() else 0

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture
def mail_server(tmp_path: Path) -> Iterator[MailServer]:
    server = MailServer(tmp_path / "taken.jsonl")
    yield server
    server.stop()


class Watcher:
    """Looks at the campaign all the time: "finished" with an open row is a lie, and rows never come or go."""

    def __init__(self, campaign_id: int) -> None:
        self.campaign_id = campaign_id
        self.lies: list[tuple[str, int, int]] = []
        self.looks = 0
        self.finished_at = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def _watch(self) -> None:
        try:
            while not self._over.wait(0.02):
                with connection.cursor() as cursor:
                    cursor.execute(SNAPSHOT, [self.campaign_id])
                    state, rows, still_open = cursor.fetchone()
                self.looks += 1
                if rows != PEOPLE or (state == CampaignState.FINISHED and still_open):
                    self.lies.append((state, rows, still_open))
                if state == CampaignState.FINISHED and not self.finished_at:
                    self.finished_at = time.monotonic()
        finally:
            connection.close()

    def stop(self) -> None:
        self._over.set()
        self._thread.join()


@pytest.mark.django_db(transaction=True)
def test_ten_kills_lose_nothing_double_nothing_and_heal_by_themselves(mail_server: MailServer, tmp_path: Path) -> None:
    operator_make()
    campaign = campaign_running(people_make(PEOPLE))
    environ = worker_environ(
        tmp_path,
        database=connection.settings_dict,
        smtp_port=mail_server.port,
        settings=settings.SETTINGS_MODULE,
    )
    chance = random.Random(SEED)
    watcher = Watcher(campaign.pk)
    log = tmp_path / "worker.log"
    worker = Worker(environ, queues=["send", "reports"], processes=PROCESSES, beat=True, log=log)
    try:
        for kill in range(KILLS):
            _wait_for(mail_server, (kill + 1) * PEOPLE // (KILLS + 2), worker, log)
            time.sleep(chance.uniform(0, 0.2))
            worker.kill()
            worker = Worker(environ, queues=["send", "reports"], processes=PROCESSES, beat=True, log=log)
        restarted = time.monotonic()
        while not watcher.finished_at and time.monotonic() - restarted < SELF_HEAL_SECONDS:
            time.sleep(0.1)
    finally:
        worker.kill()
        watcher.stop()

    assert watcher.lies == []
    assert watcher.looks > 100
    assert watcher.finished_at, log.read_text()[-3000:]
    assert watcher.finished_at - restarted < SELF_HEAL_SECONDS
    _judge(mail_server.taken(), campaign.pk)


def _wait_for(mail_server: MailServer, count: int, worker: Worker, log: Path) -> None:
    deadline = time.monotonic() + 60
    while mail_server.count() < count:
        assert worker.process.poll() is None, log.read_text()[-3000:]
        assert time.monotonic() < deadline, log.read_text()[-3000:]
        time.sleep(0.01)


def _judge(taken: list[str], campaign_id: int) -> None:
    """The history checker: the server's log against our rows."""
    rows = {str(reference): state for reference, state in _rows(campaign_id)}
    twice = [reference for reference, count in Counter(taken).items() if count > 1]
    assert twice == []
    assert set(taken) <= set(rows)
    accepted = {reference for reference, state in rows.items() if state == MessageState.ACCEPTED}
    unknown = {reference for reference, state in rows.items() if state == MessageState.UNKNOWN}
    assert accepted <= set(taken), "accepted without having been taken"
    assert set(taken) - accepted <= unknown, "taken, and neither accepted nor in doubt"
    assert len(accepted) + len(unknown) == PEOPLE, "lost without a trace"
    assert len(unknown) <= KILLS * PROCESSES, "more doubts than calls under way"
    listed = {str(row["reference"]) for row in messages_listed(state="unknown", campaign_id=campaign_id)}
    assert listed == unknown
    status = campaign_status(campaign_id=campaign_id)
    assert status.complete
    assert (status.sent, status.unknown, status.open) == (len(accepted), len(unknown), 0)
    assert Message.objects.filter(campaign_id=campaign_id, attempt__gt=ATTEMPTS).count() == 0


def _rows(campaign_id: int) -> list[tuple[object, str]]:
    return list(Message.objects.filter(campaign_id=campaign_id).values_list("reference", "state"))
