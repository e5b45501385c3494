"""A provider with a process of its own: SMPP, against a fake SMSC on a socket."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django.fixtures import Settings

from consents.models import ContactPoint
from notify.enums import MessageState
from notify.inbound.handling import payload_handle
from notify.inbound.payloads import payload_store
from notify.models import Dialogue, InboundPayload, Message, ProviderState
from notify.outbox.loops import campaign_messages_send
from notify.outbox.own_process import provider_run
from portal.laptop.fakes.smpp import SmppFake
from portal.laptop.fakes.smsru import SmsruFake
from tests.factories.notify import campaign_running, people_make
from tests.factories.providers import smpp_set_up, smsru_set_up
from tests.support.patience import PATIENCE_S

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _no_sandbox(settings: Settings) -> None:
    settings.SANDBOX = False


@pytest.fixture
def smsc() -> Iterator[SmppFake]:
    with SmppFake() as fake:
        fake.receipt_delay = None
        yield fake


def keep(body: bytes) -> None:
    """As the command keeps what comes in, in the thread of the adapter."""
    try:
        payload_store(provider="smpp", headers={}, body=body)
    finally:
        connection.close()


def run_until(is_done: object) -> None:
    """Run the process until something has come to be."""
    rounds = iter(range(int(PATIENCE_S * 2)))
    provider_run(name="smpp", keep=keep, goes_on=lambda: not is_done() and next(rounds, None) is not None)  # type: ignore[operator]  # a callable


def all_sent() -> bool:
    return not Message.objects.filter(state=MessageState.PLANNED).exists()


def sms_campaign(count: int) -> None:
    campaign_running(people_make(count, channel="sms"), channel="sms", text="Откройте: ((ссылка))", subject="")


def test_the_process_sends_what_is_due_in_windows_over_one_session(smsc: SmppFake) -> None:
    smpp_set_up(smsc)
    sms_campaign(35)

    run_until(all_sent)

    assert len(smsc.taken) == 35
    assert set(Message.objects.values_list("state", "provider")) == {(MessageState.ACCEPTED, "smpp")}


def test_workers_leave_to_the_process_what_is_its_own_while_it_lives(smsc: SmppFake) -> None:
    smpp_set_up(smsc)
    with SmsruFake() as smsru:
        smsru_set_up(smsru)
        sms_campaign(3)
        ProviderState.objects.create(name="smpp", alive_until=timezone.now() + timedelta(seconds=15))

        assert campaign_messages_send(channel="sms") == 0
        ProviderState.objects.update(alive_until=timezone.now() - timedelta(seconds=1))
        assert campaign_messages_send(channel="sms") == 3

        assert len(smsru.taken) == 3
    assert not smsc.taken


def test_a_receipt_that_comes_over_the_session_moves_the_message(smsc: SmppFake) -> None:
    smpp_set_up(smsc)
    sms_campaign(1)
    smsc.receipt_delay = 0.0

    run_until(InboundPayload.objects.exists)
    for number in InboundPayload.objects.values_list("id", flat=True):
        payload_handle(payload_id=number)

    assert Message.objects.get().state == MessageState.DELIVERED


def test_what_a_person_writes_by_sms_reaches_their_dialogue(smsc: SmppFake) -> None:
    smpp_set_up(smsc)
    sms_campaign(1)
    phone = ContactPoint.objects.get().value
    run_until(all_sent)
    smsc.write(phone.lstrip("+"), "Где мой заказ? 🙂")

    run_until(InboundPayload.objects.exists)
    for number in InboundPayload.objects.values_list("id", flat=True):
        payload_handle(payload_id=number)

    dialogue = Dialogue.objects.get()
    assert dialogue.account == phone
    assert dialogue.inbound.get().text == "Где мой заказ? 🙂"
