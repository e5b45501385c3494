"""What people do in MAX: linking by a start or by a typed code, stopping, and updates that come in any order."""

import json
import random
from itertools import permutations
from typing import Any

import pytest

from consents.enums import Channel, ContactKind, EventKind
from consents.models import ConsentEvent, ContactPoint, Customer
from notify.channels.events import DialogueEvent
from notify.channels.max.webhook import MaxWebhook
from notify.inbound.account_dialogues import dialogue_apply
from notify.links.account_tokens import account_token_issue
from notify.links.issuing import entrance_link_make
from notify.models import AccountDialogue, Link, Message
from tests.factories.consents import CustomerFactory, answer_make
from tests.payloads import max_updates as samples
from tests.support.clock import tomorrow

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer() -> Customer:
    """Somebody who wants MAX."""
    return CustomerFactory()


@pytest.fixture
def payload(customer: Customer) -> str:
    """A linking token of a visit that came by a link."""
    link_id = entrance_link_make(customer_id=customer.pk, expires_at=tomorrow())
    return account_token_issue(
        channel=Channel.MAX, customer_id=customer.pk, link_id=link_id, session_key="session:1"
    ).payload


def apply(update: dict[str, Any]) -> None:
    """Have an update acted upon as it comes over the wire."""
    (event,) = MaxWebhook(()).read(json.dumps(update).encode())
    assert isinstance(event, DialogueEvent)
    dialogue_apply(event=event)


def account(customer: Customer) -> ContactPoint | None:
    """The customer's current MAX account."""
    return ContactPoint.objects.filter(customer=customer, kind=ContactKind.MAX, is_current=True).first()


def notices() -> list[str]:
    """What the bot has answered."""
    rows = Message.objects.filter(channel=Channel.MAX).order_by("id")
    return [row.context["notice"] for row in rows]


def test_a_start_with_the_token_links_the_account_and_the_bot_answers(customer: Customer, payload: str) -> None:
    apply(samples.bot_started(payload=payload))

    linked = account(customer)
    assert linked is not None
    assert (linked.value, linked.max_chat_id) == (str(samples.USER_ID), samples.CHAT_ID)
    assert linked.confirmed_at is not None
    assert notices() == ["max_linked"]
    event = ConsentEvent.objects.get(kind=EventKind.MAX_LINKED)
    assert (event.method, event.level, event.touchpoint) == ("link+max_bot", 1, "entrance")
    assert Link.objects.get().max_linked_at is not None


def test_the_token_typed_as_a_message_links_too(customer: Customer, payload: str) -> None:
    apply(samples.message_created(f"/start {payload}"))

    assert account(customer) is not None


def test_the_same_update_three_times_is_one_link_and_one_answer(customer: Customer, payload: str) -> None:
    for _ in range(3):
        apply(samples.bot_started(payload=payload))

    assert ConsentEvent.objects.filter(kind=EventKind.MAX_LINKED).count() == 1
    assert notices() == ["max_linked"]


def test_a_start_and_a_typed_code_of_the_same_account_are_one_link(customer: Customer, payload: str) -> None:
    apply(samples.bot_started(payload=payload))
    apply(samples.message_created(payload, at=samples.MOMENT + 1000))

    assert ConsentEvent.objects.filter(kind=EventKind.MAX_LINKED).count() == 1


def test_a_token_used_by_another_account_is_refused_with_an_answer(customer: Customer, payload: str) -> None:
    apply(samples.bot_started(payload=payload))
    apply(samples.bot_started(payload=payload, user_id=samples.USER_ID + 1, at=samples.MOMENT + 1000))

    linked = account(customer)
    assert linked is not None
    assert linked.value == str(samples.USER_ID)
    assert notices() == ["max_linked", "max_refused"]
    assert Message.objects.latest("id").customer_id is None


def test_a_token_that_we_never_made_links_nobody(customer: Customer) -> None:
    apply(samples.bot_started(payload="x" * 32))

    assert account(customer) is None
    assert notices() == ["max_refused"]


def test_a_start_without_a_token_links_nobody_and_says_nothing(customer: Customer) -> None:
    apply(samples.bot_started(payload=None))

    assert account(customer) is None
    assert notices() == []


@pytest.mark.parametrize("word", ["bot_stopped", "dialog_removed"])
def test_stopping_the_bot_unlinks(customer: Customer, payload: str, word: str) -> None:
    apply(samples.bot_started(payload=payload))

    apply(samples.bot_stopped(word, at=samples.MOMENT + 1000))

    assert account(customer) is None
    assert ConsentEvent.objects.filter(kind=EventKind.MAX_UNLINKED).count() == 1


def test_both_updates_about_one_stop_are_one_event(customer: Customer, payload: str) -> None:
    apply(samples.bot_started(payload=payload))
    for word in ("bot_stopped", "dialog_removed"):
        apply(samples.bot_stopped(word, at=samples.MOMENT + 1000))

    assert ConsentEvent.objects.filter(kind=EventKind.MAX_UNLINKED).count() == 1


def test_a_stop_that_comes_late_does_not_undo_a_newer_start(customer: Customer, payload: str) -> None:
    apply(samples.bot_started(payload=payload, at=samples.MOMENT + 5000))

    apply(samples.bot_stopped(at=samples.MOMENT))

    assert account(customer) is not None
    assert AccountDialogue.objects.get().is_open


def test_a_start_that_comes_after_a_newer_stop_links_nobody(customer: Customer, payload: str) -> None:
    apply(samples.bot_stopped(at=samples.MOMENT + 5000))

    apply(samples.bot_started(payload=payload))

    assert account(customer) is None
    assert not AccountDialogue.objects.get().is_open


def test_any_order_of_the_same_updates_ends_alike(customer: Customer) -> None:
    updates = [
        samples.bot_started(payload=None, at=samples.MOMENT),
        samples.bot_stopped(at=samples.MOMENT + 1000),
        samples.bot_started(payload=None, at=samples.MOMENT + 2000),
        samples.bot_stopped("dialog_removed", at=samples.MOMENT + 3000),
    ]
    rng = random.Random(7)
    for order in permutations(updates):
        AccountDialogue.objects.all().delete()
        tripled = list(order) * 3
        rng.shuffle(tripled)
        for update in tripled:
            apply(update)

        dialogue = AccountDialogue.objects.get()
        assert (dialogue.is_open, int(dialogue.changed_at.timestamp() * 1000)) == (False, samples.MOMENT + 3000)


def test_a_bot_that_is_stopped_ends_the_consents_with_a_receipt_like_every_no(customer: Customer, payload: str) -> None:
    apply(samples.bot_started(payload=payload))
    linked = account(customer)
    assert linked is not None
    answer_make(linked)

    apply(samples.bot_stopped(at=samples.MOMENT + 1_000))

    ended = ConsentEvent.objects.filter(kind__in=(EventKind.MAX_UNLINKED, EventKind.WITHDRAWN)).order_by("id")
    assert {event.method for event in ended} == {"max_bot"}
    assert customer.receipts.get().event_ids == [event.id for event in ended]
