"""Every nudge finds somebody who hears it."""

from celery.schedules import crontab

from notify import queues
from portal.celery import SANDBOX_BEAT, WORKERS, app

ROOMS = ("consents.", "notify.", "portal.")


def _own_tasks() -> set[str]:
    app.loader.import_default_modules()
    return {name for name in app.tasks if name.startswith(ROOMS)}


def _queue(task: str) -> str:
    name: str = app.amqp.router.route(dict(app.tasks[task]._get_exec_options()), task)["queue"].name
    return name


def test_every_queue_has_exactly_one_worker() -> None:
    heard = [queue for heard in WORKERS.values() for queue in heard]

    assert sorted(heard) == sorted(queues.QUEUES)


def test_every_task_goes_to_a_known_queue() -> None:
    lost = {task: _queue(task) for task in _own_tasks() if _queue(task) not in queues.QUEUES}

    assert _own_tasks()
    assert lost == {}


def test_a_code_never_waits_behind_a_campaign_or_an_import() -> None:
    assert WORKERS["interactive"] == (queues.INTERACTIVE,)
    assert {task for task in _own_tasks() if _queue(task) == queues.INTERACTIVE} <= {
        "notify.send_interactive",
        "portal.answer_entrances",
        "portal.deliver_sandbox_callbacks",
    }


def test_every_route_names_a_task_that_exists() -> None:
    assert set(queues.ROUTES) - _own_tasks() == set()


def test_the_clock_calls_only_tasks_that_exist() -> None:
    called = {entry["task"] for entry in (app.conf.beat_schedule | SANDBOX_BEAT).values()}

    assert called - _own_tasks() == set()


def test_frequent_nudges_expire_so_that_no_heap_waits_for_a_worker_that_was_away() -> None:
    entries = (app.conf.beat_schedule | SANDBOX_BEAT).items()

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
