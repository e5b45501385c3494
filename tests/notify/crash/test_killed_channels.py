"""``kill -9`` in the middle of campaigns over SMS and MAX, judged by what the providers took."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from notify.enums import MessageState
from notify.models import Message, ProviderState
from notify.outbox.settling import messages_settle
from portal.laptop.fakes.max import FakeMax
from portal.laptop.fakes.smpp import SmppFake
from portal.laptop.fakes.smsc import SmscFake
from portal.laptop.fakes.smsru import SmsruFake
from tests.factories.providers import max_set_up, smpp_set_up, smsc_set_up, smsru_set_up
from tests.fakes.workers import ProviderProcess
from tests.notify.crash.drills import PROCESSES, Drill, campaign_over, celery_worker, environ_of, states_by_address

pytestmark = pytest.mark.django_db(transaction=True)

BATCH = 100
CALL_S = 0.2
"""What a provider of SMS takes for a call: long enough for a kill to meet one."""


@pytest.fixture(autouse=True)
def _no_sandbox(settings: Settings) -> None:
    settings.SANDBOX = False


@pytest.fixture
def smsc() -> Iterator[SmscFake]:
    with SmscFake() as fake:
        fake.delay, fake.balance, fake.minute = CALL_S, Decimal(10**6), 0.0
        yield fake


@pytest.fixture
def smsru() -> Iterator[SmsruFake]:
    with SmsruFake() as fake:
        fake.delay, fake.balance = CALL_S, Decimal(10**6)
        yield fake


def taken_by(*fakes: SmscFake | SmsruFake) -> list[str]:
    return [sms.phone for fake in fakes for sms in fake.taken]


def test_kills_in_a_campaign_over_smsc_leave_what_it_can_settle_itself(smsc: SmscFake, tmp_path: Path) -> None:
    smsc_set_up(smsc)
    drill = Drill(campaign_over("sms", 1200), celery_worker(tmp_path), partial(taken_by, smsc))

    drill.play(kills=[200, 700])
    doubtful = drill.judge(doubts=2 * PROCESSES * BATCH)

    assert doubtful
    Message.objects.update(sending_at=timezone.now() - timedelta(minutes=5))
    while messages_settle():
        pass
    taken = set(taken_by(smsc))
    settled = {address: state for address, state in states_by_address(drill.campaign).items() if address in doubtful}
    assert {address for address, state in settled.items() if state == MessageState.DELIVERED} == doubtful & taken
    assert {address for address, state in settled.items() if state == MessageState.FAILED} == doubtful - taken


def test_kills_in_a_campaign_over_smsru_lose_nothing_and_double_nothing(smsru: SmsruFake, tmp_path: Path) -> None:
    smsru_set_up(smsru)
    drill = Drill(campaign_over("sms", 800), celery_worker(tmp_path), partial(taken_by, smsru))

    drill.play(kills=[200, 500])

    drill.judge(doubts=2 * PROCESSES * BATCH)


def test_kills_in_a_campaign_over_max_leave_the_calls_under_way_in_doubt(tmp_path: Path) -> None:
    campaign = campaign_over("max", 250)
    with FakeMax() as fake:
        for user_id in states_by_address(campaign):
            fake.person(int(user_id)).start()
        max_set_up(fake)
        fake.delay = 0.05
        drill = Drill(campaign, celery_worker(tmp_path), lambda: [str(one["user_id"]) for one in fake.taken])

        drill.play(kills=[60, 140])

        drill.judge(doubts=2 * PROCESSES)


def test_kills_of_the_process_of_smpp_leave_its_window_in_doubt(tmp_path: Path) -> None:
    with SmppFake() as fake:
        fake.receipt_delay, fake.delay = None, 0.1
        name = smpp_set_up(fake, per_second=100)
        environ = environ_of(tmp_path)
        drill = Drill(
            campaign_over("sms", 400),
            lambda: ProviderProcess(environ, name=name, log=tmp_path / "smpp.log"),
            lambda: [one.destination for one in fake.taken],
        )

        drill.play(kills=[80, 200])

        drill.judge(doubts=2 * 10)


def test_the_second_provider_carries_on_when_the_first_dies(smsc: SmscFake, smsru: SmsruFake, tmp_path: Path) -> None:
    smsc_set_up(smsc)
    smsru_set_up(smsru)
    drill = Drill(campaign_over("sms", 1000), celery_worker(tmp_path), partial(taken_by, smsc, smsru))
    worker = drill.start()
    try:
        drill.wait(worker, lambda: len(smsc.taken) >= 300)
        smsc.fault = "reset"  # what is under way breaks off too
        smsc.stop()
        drill.wait(worker, drill.is_over)
    finally:
        worker.kill()

    drill.judge(doubts=PROCESSES * BATCH)
    assert ProviderState.objects.get(name="smsc").failures
    assert not set(taken_by(smsc)) & set(taken_by(smsru))
