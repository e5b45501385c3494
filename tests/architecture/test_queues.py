"""Every nudge finds somebody who hears it."""

import re
from pathlib import Path
from typing import Any

import pytest
from celery.schedules import crontab

from notify import queues
from portal.celery import app
from portal.laptop.embedded.installation import processes

ROOT = Path(__file__).resolve().parents[2]

ROOMS = ("consents.", "notify.", "portal.")


def _own_tasks() -> set[str]:
    app.loader.import_default_modules()
    return {name for name in app.tasks if name.startswith(ROOMS)}


def _queue(task: str) -> str:
    known: Any = app.tasks[task]
    name: str = app.amqp.router.route(dict(known._get_exec_options()), task)["queue"].name
    return name


def test_every_task_goes_to_a_known_queue() -> None:
    lost = {task: _queue(task) for task in _own_tasks() if _queue(task) not in queues.QUEUES}

    assert _own_tasks()
    assert lost == {}


def test_a_code_never_waits_behind_a_campaign_or_an_import() -> None:
    assert {task for task in _own_tasks() if _queue(task) == queues.TRANSACTIONAL} <= {
        "notify.send_transactional",
        "portal.answer_entrances",
        "portal.deliver_sandbox_callbacks",
    }


def test_a_seal_or_a_receipt_never_waits_behind_a_file_an_export_or_a_check() -> None:
    assert {task for task in _own_tasks() if _queue(task) == queues.LONG} == {
        "consents.examine_import",
        "consents.run_import",
        "consents.check_ledger",
        "notify.check_providers",
        "portal.make_export",
        "notify.read_mailboxes",
        "portal.read_back",
    }


def test_the_unit_for_servers_gives_each_queue_a_worker_of_its_own() -> None:
    unit = (ROOT / "deploy" / "mostik-worker@.service").read_text()

    assert "-Q %i " in unit
    assert [queue for queue in queues.QUEUES if f"mostik-worker@{queue}" not in unit] == []


@pytest.mark.parametrize("broker", [{}, {"BROKER_URL": "redis://localhost"}])
def test_a_laptop_gives_each_queue_a_worker_of_its_own(broker: dict[str, str]) -> None:
    plan = processes({"PORT": "8000", **broker}, with_mailbox=False, with_fakes=True).values()
    heard = {found[1] for command in plan if (found := re.search(r" -Q (\S+)", command))}

    assert heard == set(queues.QUEUES)


def test_no_worker_sends_events_for_which_its_main_process_would_wait_without_limit() -> None:
    unit = (ROOT / "deploy" / "mostik-worker@.service").read_text()
    laptop = processes({"PORT": "8000"}, with_mailbox=False, with_fakes=False).values()
    starts = [line for line in (*unit.splitlines(), *laptop) if " worker -n " in line]

    assert len(starts) > len(queues.QUEUES)
    for flag in ("--without-mingle", "--without-gossip", "--without-heartbeat"):
        assert [line for line in starts if flag not in line.split()] == []
    assert not app.conf.worker_enable_remote_control


def test_every_route_names_a_task_that_exists() -> None:
    assert set(queues.ROUTES) - _own_tasks() == set()


def test_the_clock_calls_only_tasks_that_exist() -> None:
    called = {entry["task"] for entry in app.conf.beat_schedule.values()}

    assert called - _own_tasks() == set()


def test_frequent_nudges_expire_so_that_no_heap_waits_for_a_worker_that_was_away() -> None:
    entries = app.conf.beat_schedule.items()

    heaps = [
        name
        for name, entry in entries
        if not isinstance(entry["schedule"], crontab) and "expires" not in entry.get("options", {})
    ]

    assert heaps == []


def test_the_visibility_timeout_is_the_same_in_all_three_places() -> None:
    conf = app.conf

    assert conf.visibility_timeout == conf.result_backend_transport_options["visibility_timeout"]
    assert conf.task_time_limit < conf.visibility_timeout


def test_no_task_may_take_as_long_as_the_broker_waits_for_it() -> None:
    limits = {name: app.tasks[name].time_limit for name in _own_tasks()}

    late = {name for name, limit in limits.items() if (limit or 0) >= app.conf.visibility_timeout}
    soft = {name for name, limit in limits.items() if limit and (app.tasks[name].soft_time_limit or 0) >= limit}

    assert limits["consents.check_ledger"] > app.conf.task_time_limit
    assert late | soft == set()


def test_a_way_in_starts_tasks_through_a_nudge_that_forgives_a_broker_that_is_away() -> None:
    bare = [
        str(file.relative_to(ROOT))
        for file in (ROOT / "portal").rglob("*.py")
        if ".delay_on_commit(" in file.read_text()
    ]

    assert bare == []
