"""The doctor knows whether clock and workers live and whether messages leave."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from consents.ledger.tree import publishing
from consents.ledger.tree.publishing import heads_file
from consents.ledger.tree.sealing import ledger_seal
from consents.ledger.tree.signing import key_create
from consents.verification.reading import WrongCodes
from notify import queues
from portal.celery import BEAT, app
from portal.models import Heartbeat
from portal.operations.diagnosis import diagnose, work
from portal.operations.tasks import heartbeat
from tests.consents.ledger_cases import answers
from tests.consents.tampering import forget_from
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


@pytest.fixture
def _sealed(settings: Settings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path
    settings.SEAL_KEY_FILE = tmp_path / "secrets" / "seal.pem"
    key_create(settings.SEAL_KEY_FILE)
    answers(3)
    ledger_seal(batch=2)


@pytest.mark.usefixtures("_sealed")
def test_a_file_of_heads_that_is_gone_is_said() -> None:
    assert work._seals().good
    heads_file().unlink()

    finding = work._seals()

    assert not finding.good
    assert "файла контрольных точек нет" in finding.sentence


@pytest.mark.usefixtures("_sealed")
def test_a_restored_old_copy_is_not_taken_for_a_worker_that_stands() -> None:
    forget_from(2)

    finding = work._seals()

    assert not finding.good
    assert "после восстановления из копии" in finding.sentence
    assert "docs/ledger.md" in finding.sentence


@pytest.mark.usefixtures("_sealed")
def test_a_file_of_heads_that_cannot_be_added_to_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:  # the rights of a file do not hold for root
        patch.setattr(os, "access", lambda *_: False)
        assert "нельзя дописать" in work._seals().sentence
    lines = heads_file().read_text().splitlines(keepends=True)
    heads_file().write_text(lines[0])
    assert work._seals().good, "the next run of the sealer adds it"
    monkeypatch.setattr(publishing, "HEAD_WITHIN", timedelta(0))

    finding = work._seals()

    assert not finding.good
    assert "нельзя дописать" in finding.sentence


@pytest.mark.usefixtures("_sealed")
def test_a_sealer_that_cannot_write_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(publishing, "heads_append", full)

    with pytest.raises(CommandError, match="нельзя дописать"):
        call_command("ledger_seal")
