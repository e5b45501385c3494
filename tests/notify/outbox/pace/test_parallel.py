"""A provider that takes seconds for a letter is given several at once, each of them once."""

import threading
import time
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from notify.channels.setup import Provider
from notify.enums import MessageState
from notify.messages.staff_letters import staff_letter_send
from notify.models import Message, ProviderState
from notify.outbox import loops
from notify.outbox.loops import transactional_messages_send
from notify.outbox.pace import parallel
from notify.outbox.pace.pacing import turn_return, turn_take
from notify.outbox.pace.parallel import is_looked_after
from tests.fakes.smtp_sink import SmtpSink
from tests.support.patience import wait_until

SLOW = 0.6
"""Longer than a worker waits before it looks for more."""


def letters_plan(count: int) -> None:
    for at in range(count):
        staff_letter_send(address=f"ok-{at}@example.ru", subject="Код", text="1", request_key=uuid4().hex)


def threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("codes-")]


@pytest.mark.django_db(transaction=True)
def test_letters_to_a_slow_server_leave_side_by_side_and_each_once(sink: SmtpSink, settings: Settings) -> None:
    settings.CODES_AT_ONCE = 4
    sink.log.slow = SLOW
    letters_plan(10)

    while Message.objects.filter(state=MessageState.PLANNED).exists():
        transactional_messages_send()

    assert 1 < sink.log.most_under_way <= settings.CODES_AT_ONCE
    assert len({taken.reference for taken in sink.taken}) == len(sink.taken) == 10
    assert set(Message.objects.values_list("state", "attempt", "lease")) == {(MessageState.ACCEPTED, 1, None)}
    assert threads() == []
    assert not is_looked_after()


@pytest.mark.django_db(transaction=True)
def test_what_comes_while_a_worker_waits_does_not_wait_for_it(sink: SmtpSink) -> None:
    sink.log.slow = SLOW * 4
    letters_plan(1)
    worker = threading.Thread(target=_nudged)
    worker.start()
    wait_until(lambda: sink.log.under_way == 1, "the first letter is not under way")

    letters_plan(1)

    wait_until(lambda: sink.log.under_way == 2, "the second letter waits for the first")
    worker.join()
    assert len(sink.taken) == 2


@pytest.mark.django_db(transaction=True)
def test_a_provider_that_failed_last_gets_one_message_before_it_gets_many(
    sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loops, "CODES_SECONDS", SLOW / 2)
    ProviderState.objects.create(name="smtp", failures=1, trouble="no_connection")
    sink.log.slow = SLOW
    letters_plan(6)

    transactional_messages_send()

    assert sink.log.most_under_way <= 2


@pytest.mark.django_db(transaction=True)
def test_while_one_process_looks_another_starts_no_threads(sink: SmtpSink, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loops, "YIELD_SECONDS", 0)
    sink.log.slow = SLOW
    letters_plan(2)
    with psycopg.connect(**_address()) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [parallel._LOCK])
        assert is_looked_after()

        transactional_messages_send()

    assert sink.log.most_under_way == 1
    assert len(sink.taken) == 2


@pytest.mark.django_db(transaction=True)
def test_a_thread_that_breaks_says_so_and_loses_nothing(
    sink: SmtpSink, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    sink.log.slow = SLOW
    letters_plan(3)

    def broken(_helpers: object, _channel: str) -> int:
        raise ZeroDivisionError

    monkeypatch.setattr(parallel.Helpers, "_free", broken)
    transactional_messages_send()

    assert "looking for codes that are due failed with ZeroDivisionError" in caplog.messages
    assert len(sink.taken) == 3


@pytest.mark.django_db
def test_codes_go_before_campaigns_and_never_much_faster_than_a_provider_bears() -> None:
    provider = Provider(name="paced", channels=("sms",), adapter=None, per_second=1)
    now = time.monotonic()

    turns = [turn_take(provider, deadline=now) for _ in range(4)]

    assert turns == [True, True, False, False]
    turn_return(channel="sms", carrier=provider, done=0)
    assert turn_take(provider, deadline=now)


def _nudged() -> None:
    try:
        transactional_messages_send()
    finally:
        connection.close()


def _address() -> dict[str, Any]:
    found = connection.settings_dict
    given = {"host": found["HOST"], "port": found["PORT"], "user": found["USER"], "password": found["PASSWORD"]}
    return {"dbname": found["NAME"], **{name: value for name, value in given.items() if value}}
