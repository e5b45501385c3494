"""``kill -9`` of the worker of codes while it hands several letters to a slow server at once."""

from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from notify.enums import MessageState
from notify.messages.staff_letters import staff_letter_send
from notify.models import Message
from notify.sweeping import sweep
from tests.fakes.workers import Worker, worker_environ
from tests.notify.crash.drills import mend
from tests.notify.crash.test_killed_workers import MailServer
from tests.support.patience import wait_until

LETTERS = 60
KILLS = (5, 20, 35)
PROCESSES = 2


@pytest.mark.django_db(transaction=True)
def test_no_letter_goes_twice_and_only_those_in_a_call_are_in_doubt(tmp_path: Path) -> None:
    server = MailServer(tmp_path / "taken.jsonl", how=("--slow", "0.7"))
    environ = worker_environ(
        tmp_path, database=connection.settings_dict, smtp_port=server.port, settings=settings.SETTINGS_MODULE
    )
    for at in range(LETTERS):
        staff_letter_send(address=f"ok-{at}@example.ru", subject="Код", text="1", request_key=str(at))

    def start() -> Worker:
        log = tmp_path / "worker.log"
        return Worker(environ, queues=["transactional"], processes=PROCESSES, beat=True, log=log)

    worker = start()
    try:
        for count in KILLS:
            wait_until(lambda count=count: server.count() >= count, "nothing leaves")  # type: ignore[misc]
            worker.kill()
            mend()
            worker = start()
        wait_until(lambda: not Message.objects.exclude(state__in=("accepted", "unknown")).exists(), "something stays")
    finally:
        worker.kill()
        server.stop()
    sweep()

    taken = server.taken()
    rows = {str(reference): state for reference, state in Message.objects.values_list("reference", "state")}
    accepted = {reference for reference, state in rows.items() if state == MessageState.ACCEPTED}
    unknown = {reference for reference, state in rows.items() if state == MessageState.UNKNOWN}
    assert [reference for reference, count in Counter(taken).items() if count > 1] == []
    assert accepted <= set(taken)
    assert set(taken) <= accepted | unknown
    assert len(unknown) <= len(KILLS) * PROCESSES * settings.CODES_AT_ONCE
