"""The doctor knows whether clock and workers live and whether messages leave."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from consents.verification.reading import WrongCodes
from notify import queues
from portal.celery import BEAT, app
from portal.models import Heartbeat
from portal.operations.diagnosis import diagnose, work
from portal.operations.tasks import heartbeat
from tests.factories.notify import campaign_running, people_make

pytestmark = pytest.mark.django_db


@pytest.fixture
def _alive() -> None:
    for queue in queues.QUEUES:
        heartbeat(queue)


def _aged(queue: str, age: timedelta) -> None:
    Heartbeat.objects.filter(queue=queue).update(beat_at=timezone.now() - age)


def test_the_clock_asks_every_queue_for_its_heartbeat_in_the_queue_itself() -> None:
    asked = {entry["args"]: entry for entry in BEAT.values() if entry["task"] == "portal.heartbeat"}

    assert set(asked) == {(queue,) for queue in queues.QUEUES}
    for (queue,), entry in asked.items():
        route = app.amqp.router.route(dict(entry["options"]), entry["task"])
        assert route["queue"].name == queue


@pytest.mark.usefixtures("_alive")
def test_whoever_has_just_been_heard_is_alive() -> None:
    assert work._workers().good


def test_an_installation_of_which_nothing_runs_is_not_in_order() -> None:
    finding = work._workers()

    assert not finding.good
    assert finding.sentence.startswith("Часы или все обработчики стоят.")


@pytest.mark.usefixtures("_alive")
def test_the_one_worker_that_is_silent_is_named(settings: Settings) -> None:
    _aged(queues.SEND, timedelta(minutes=10))
    assert work._workers().sentence == "Молчат обработчики: send. Остановите make run и запустите снова."

    settings.MODE = "production"
    assert "Выполните systemctl start mostik-worker@send." in work._workers().sentence

    heartbeat(queues.SEND)
    assert work._workers().good


@pytest.mark.usefixtures("_alive")
def test_a_worker_busy_with_a_long_file_is_not_taken_for_dead() -> None:
    _aged(queues.LONG, timedelta(minutes=10))
    assert work._workers().good

    _aged(queues.LONG, timedelta(hours=1))
    assert not work._workers().good


def test_messages_that_are_due_and_do_not_leave_are_counted() -> None:
    assert work._messages().good
    campaign = campaign_running(people_make(2))
    campaign.messages.update(not_before=timezone.now() - timedelta(minutes=6))

    finding = work._messages()

    assert not finding.good
    assert "Сообщения ждут дольше 5 мин и не уходят: Электронная почта — 2." in finding.sentence


def test_guesses_at_codes_are_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    assert work._codes().good
    seen = WrongCodes(wrong=201, limit=200, span_s=600)
    monkeypatch.setattr(work, "wrong_code_alarm", lambda: seen)

    found = [finding.sentence for finding in diagnose() if not finding.good]

    assert "Коды подбирают: за 10 мин неверных 201. Посмотрите адреса в журнале прокси и закройте их." in found
