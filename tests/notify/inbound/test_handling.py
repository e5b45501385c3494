"""Stored calls in sets: what one by one would come to, whatever else is in the set and whoever else is at work."""

import json
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DataError, OperationalError
from django.utils import timezone

from consents.enums import ContactKind
from consents.models import Stop
from notify.channels.events import InboundText
from notify.channels.max.provider import NAME as MAX
from notify.channels.sandbox.provider import SANDBOX
from notify.dialogues.keeping import inbound_keep
from notify.enums import MessageState
from notify.inbound import handling
from notify.inbound.handling import EARLY, payloads_handle
from notify.inbound.payloads import payload_store
from notify.models import DeliveryReport, Dialogue, InboundMessage, InboundPayload, Message
from tests.factories.consents import ContactPointFactory
from tests.factories.notify import campaign_running, people_make
from tests.payloads import max_updates as samples
from tests.support.races import CONNECTIONS, at_once

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ANNA, BORIS = samples.USER_ID, samples.USER_ID + 1


def writes(text: str, *, user_id: int = ANNA, at: int = 0) -> int:
    """A person writes to the bot; return the number of the stored call."""
    body = samples.message_created(text, at=samples.MOMENT + at, user_id=user_id)
    return stored(MAX, body)


def reports(*told: tuple[Message, str]) -> int | None:
    """The sandbox provider reports in one call; return its number, None for one that repeats the bytes of another."""
    words = {"failed": "undelivered"}
    rows = [
        {
            "key": f"{message.pk}:{state}",
            "reference": str(message.reference),
            "id": "",
            "state": words.get(state, state),
            "at": NOW.isoformat(),
        }
        for message, state in told
    ]
    return payload_store(provider=SANDBOX, headers={}, body=json.dumps({"events": rows}).encode())


def stored(provider: str, body: Any) -> int:
    payload_id = payload_store(provider=provider, headers={}, body=json.dumps(body).encode())
    assert payload_id is not None
    return payload_id


def texts() -> list[str]:
    return list(InboundMessage.objects.order_by("id").values_list("text", flat=True))


def waiting() -> list[int]:
    return list(InboundPayload.objects.filter(handled_at=None).order_by("id").values_list("id", flat=True))


def accepted(count: int) -> list[Message]:
    """Messages that the provider has."""
    campaign = campaign_running(people_make(count))
    Message.objects.filter(campaign=campaign).update(state=MessageState.ACCEPTED)
    return list(Message.objects.filter(campaign=campaign))


def test_messages_of_many_are_kept_in_their_order_each_in_its_dialogue() -> None:
    ContactPointFactory(max=True, value=str(ANNA))
    for at, (user_id, text) in enumerate([(ANNA, "раз"), (BORIS, "два"), (ANNA, "три"), (BORIS, "четыре")]):
        writes(text, user_id=user_id, at=at)

    assert payloads_handle() == 4

    assert texts() == ["раз", "два", "три", "четыре"]
    whose = dict(InboundMessage.objects.values_list("text", "dialogue__customer__contact_points__value"))
    assert whose == {"раз": str(ANNA), "два": None, "три": str(ANNA), "четыре": None}
    assert Dialogue.objects.count() == 2


def test_the_dialogue_turns_to_where_the_person_wrote_last() -> None:
    customer = ContactPointFactory(max=True, value=str(ANNA)).customer
    ContactPointFactory(customer=customer, kind=ContactKind.PHONE, value="+79161234512")
    ways = [("max", str(ANNA)), ("sms", "+79161234512"), ("max", str(ANNA)), ("sms", "+79161234512")]

    inbound_keep(
        [
            ("p", InboundText(channel=channel, account=account, chat="", occurred_at=NOW, text=str(at)))
            for at, (channel, account) in enumerate(ways)
        ]
    )

    dialogue = Dialogue.objects.get(customer=customer)
    assert (dialogue.channel, dialogue.account) == ways[-1]
    assert texts() == ["0", "1", "2", "3"]


def test_one_message_told_by_two_calls_of_a_set_is_kept_once() -> None:
    body = samples.message_created("привет")
    stored(MAX, body)
    stored(MAX, {**body, "told_again": True})

    assert payloads_handle() == 2

    assert texts() == ["привет"]


def test_a_stop_among_plain_messages_acts_and_keeps_its_place() -> None:
    ContactPointFactory(max=True, value=str(ANNA))
    for at, text in enumerate(["добрый день", "стоп", "спасибо"]):
        writes(text, at=at)

    assert payloads_handle() == 3

    assert texts() == ["добрый день", "стоп", "спасибо"]
    assert Stop.objects.exists()
    assert InboundMessage.objects.get(text="стоп").outcome == "rule"


def test_what_breaks_in_a_set_costs_the_others_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def keep(given: list[tuple[str, InboundText]]) -> list[int | None]:
        if any(event.text == "яд" for _, event in given):
            raise DataError
        return inbound_keep(given)

    monkeypatch.setattr(handling, "inbound_keep", keep)
    for at, text in enumerate(["раз", "яд", "три"]):
        writes(text, at=at)

    assert payloads_handle() == 3

    assert texts() == ["раз", "три"]
    assert list(InboundPayload.objects.order_by("id").values_list("error_code", flat=True)) == [
        "",
        "broke_DataError",
        "",
    ]


def test_what_the_database_refuses_for_now_waits_and_holds_up_none_behind_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def keep(given: list[tuple[str, InboundText]]) -> list[int | None]:
        if any(event.text == "замок" for _, event in given):
            raise OperationalError
        return inbound_keep(given)

    monkeypatch.setattr(handling, "inbound_keep", keep)
    numbers = [writes(text, at=at) for at, text in enumerate(["раз", "замок", "три"])]

    assert payloads_handle() == 2

    assert texts() == ["раз", "три"]
    assert waiting() == numbers[1:2]


def test_unreadable_calls_stand_in_nobodys_way() -> None:
    stored(MAX, [])
    writes("привет")
    stored(MAX, {"update_type": "chat_title_changed", "timestamp": samples.MOMENT})

    assert payloads_handle() == 3

    codes = list(InboundPayload.objects.order_by("id").values_list("error_code", flat=True))
    assert codes == ["unreadable", "", "nothing_for_us"]


def test_a_report_that_is_early_waits_and_ends_as_not_found() -> None:
    (known,) = accepted(1)
    unknown = Message(pk=7, reference="00000000-0000-4000-8000-000000000000")
    early = reports((unknown, "delivered"))
    assert early is not None
    reports((known, "delivered"))

    assert payloads_handle() == 1
    assert waiting() == [early]
    assert payloads_handle() == 0

    InboundPayload.objects.filter(pk=early).update(received_at=timezone.now() - EARLY - timedelta(seconds=1))
    assert payloads_handle() == 1
    assert InboundPayload.objects.get(pk=early).error_code == "message_not_found"


@pytest.mark.parametrize("seed", range(5))
def test_reports_in_sets_end_as_one_by_one(seed: int) -> None:
    source = random.Random(seed)
    sent = accepted(6)
    told = [(message, source.choice(["accepted", "delivered", "failed"])) for message in sent for _ in range(4)]
    source.shuffle(told)
    for one in told:
        reports(one)

    payloads_handle()

    first_final: dict[int, str] = {}
    for message, state in told:
        if state != "accepted":
            first_final.setdefault(message.pk, state)
    states = dict(Message.objects.values_list("pk", "state"))
    assert states == {message.pk: first_final.get(message.pk, "accepted") for message in sent}
    assert DeliveryReport.objects.count() == len({(message.pk, state) for message, state in told})


@pytest.mark.django_db(transaction=True)
def test_many_workers_at_once_handle_each_call_once() -> None:
    sent = accepted(20)
    for at in range(150):
        writes(f"сообщение {at}", user_id=ANNA + at % 7, at=at)
        reports((sent[at % 20], "delivered" if at < 75 else "failed"), (sent[(at * 7) % 20], "accepted"))

    done = at_once([payloads_handle] * CONNECTIONS)

    assert sum(done) == InboundPayload.objects.count()
    assert waiting() == []
    assert InboundMessage.objects.count() == 150
    assert Dialogue.objects.count() == 7
    assert not InboundPayload.objects.exclude(error_code="").exists()
