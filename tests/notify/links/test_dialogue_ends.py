"""Whoever ends the dialogue of their account is marked on the links that had reached them; a start takes it away."""

from datetime import datetime, timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from consents.enums import Channel
from consents.models import Customer
from notify.campaigns.funnel import funnel
from notify.channels.events import DialogueEvent
from notify.enums import MessageState
from notify.inbound.account_dialogues import dialogue_apply
from notify.links.account_tokens import account_token_issue
from notify.models import AccountDialogue, Campaign, Link, Message
from notify.outbox.watching.reading import people_listed
from tests.factories.consents import ContactPointFactory, CustomerFactory
from tests.factories.notify import CampaignFactory, step_of, touchpoint_make

pytestmark = pytest.mark.django_db

NOW = timezone.now()
SENT = NOW - timedelta(hours=2)
ENDED = NOW - timedelta(hours=1)


@pytest.fixture
def customer() -> Customer:
    """Somebody with a MAX account whose dialogue is open."""
    owner: Customer = CustomerFactory(external_id="4711")
    account_make(owner, "max", "42")
    return owner


@pytest.fixture
def campaign(customer: Customer) -> Campaign:
    """A campaign that has reached them."""
    return campaign_to(customer)


def account_make(owner: Customer, kind: str, value: str, *, is_current: bool = True) -> None:
    """An account of the customer, with an open dialogue."""
    ContactPointFactory(customer=owner, kind=kind, value=value, max_chat_id=1, is_current=is_current)
    AccountDialogue.objects.get_or_create(
        channel=kind, account=value, defaults={"chat": value, "is_open": True, "changed_at": SENT - timedelta(days=1)}
    )


def campaign_to(
    customer: Customer, *, state: str = MessageState.ACCEPTED, channel: str = "email", at: datetime = SENT
) -> Campaign:
    """A running campaign with one message, and its link."""
    campaign: Campaign = CampaignFactory(channel=channel)
    touchpoint = touchpoint_make(campaign, channel)
    message = Message.objects.create(
        campaign=campaign,
        step=step_of(campaign),
        kind="campaign",
        channel=channel,
        customer=customer,
        state=state,
        skip_reason="",
        not_before=at,
        created_at=at,
    )
    Link.objects.create(
        token_hash=str(campaign.pk).encode().ljust(32, b"0"),
        customer=customer,
        touchpoint=touchpoint,
        message=message,
        created_at=at,
        expires_at=NOW + timedelta(days=30),
    )
    return campaign


def turn(kind: Any, at: datetime, *, channel: str = "max", account: str = "42", payload: str = "") -> None:
    """Somebody opens or ends a dialogue."""
    dialogue_apply(
        event=DialogueEvent(channel=channel, kind=kind, account=account, chat="1", occurred_at=at, payload=payload)
    )


def ended(campaign: Campaign) -> int:
    """The figure of the funnel; the list behind it holds as many."""
    (row,) = funnel(campaign_id=campaign.pk)
    assert people_listed(stage="dialogue_ended", campaign_id=campaign.pk).count() == row.dialogue_ended
    return row.dialogue_ended


def test_who_stops_the_bot_after_a_campaign_is_counted_in_its_funnel(customer: Customer, campaign: Campaign) -> None:
    assert ended(campaign) == 0

    turn("stopped", ENDED)
    turn("stopped", ENDED)

    assert ended(campaign) == 1
    assert Link.objects.get().dialogue_ended_at == ENDED
    assert [row["customer_id"] for row in people_listed(stage="dialogue_ended", campaign_id=campaign.pk)] == [
        customer.pk
    ]


@pytest.mark.parametrize("channel", ["vk", "app"])
def test_the_end_of_any_dialogue_is_counted(channel: str) -> None:
    owner = CustomerFactory(external_id="4711")
    account_make(owner, channel, "4711")
    campaign = campaign_to(owner)

    turn("stopped", ENDED, channel=channel, account="4711")

    assert ended(campaign) == 1


def test_who_starts_again_is_counted_no_more(campaign: Campaign) -> None:
    turn("stopped", ENDED)

    turn("started", ENDED + timedelta(minutes=1))

    assert ended(campaign) == 0


def test_who_stops_again_after_a_start_is_counted_again(campaign: Campaign) -> None:
    turn("stopped", ENDED)
    turn("started", ENDED + timedelta(minutes=1))

    turn("stopped", ENDED + timedelta(minutes=2))

    assert ended(campaign) == 1


def test_a_stop_that_comes_late_counts_nobody(campaign: Campaign) -> None:
    turn("started", ENDED + timedelta(minutes=1))

    turn("stopped", ENDED)

    assert ended(campaign) == 0


def test_another_account_of_the_messenger_takes_the_mark_away(customer: Customer, campaign: Campaign) -> None:
    turn("stopped", ENDED)
    invitation = account_token_issue(channel=Channel.MAX, customer_id=customer.pk, link_id=None, session_key="s:1")

    turn("started", ENDED + timedelta(minutes=1), account="43", payload=invitation.payload)

    assert ended(campaign) == 0


def test_an_account_of_another_messenger_does_not(customer: Customer, campaign: Campaign) -> None:
    account_make(customer, "vk", "7")

    turn("stopped", ENDED)
    turn("started", ENDED + timedelta(minutes=1), channel="vk", account="7")

    assert ended(campaign) == 1


def test_of_two_ended_dialogues_the_one_begun_again_leaves_the_other(customer: Customer, campaign: Campaign) -> None:
    account_make(customer, "vk", "7")
    turn("stopped", ENDED)
    between = campaign_to(customer, at=ENDED + timedelta(minutes=1))
    turn("stopped", ENDED + timedelta(minutes=2), channel="vk", account="7")
    assert (ended(campaign), ended(between)) == (1, 1)

    turn("started", ENDED + timedelta(minutes=3), channel="vk", account="7")

    assert (ended(campaign), ended(between)) == (1, 0)


def test_a_campaign_that_came_after_the_stop_has_not_lost_them(customer: Customer, campaign: Campaign) -> None:
    turn("stopped", ENDED)
    later = campaign_to(customer, at=ENDED + timedelta(minutes=1))
    turn("stopped", ENDED)

    assert (ended(campaign), ended(later)) == (1, 0)


@pytest.mark.parametrize(
    ("state", "count"),
    [("sending", 1), ("delivered", 1), ("failed", 0), ("planned", 0), ("unknown", 0)],
)
def test_only_whom_a_campaign_has_reached_is_counted(customer: Customer, state: str, count: int) -> None:
    campaign = campaign_to(customer, state=state)

    turn("stopped", ENDED)

    assert ended(campaign) == count


def test_whoever_shares_the_account_is_counted_too(customer: Customer, campaign: Campaign) -> None:
    other = CustomerFactory()
    account_make(other, "max", "42")
    theirs = campaign_to(other)

    turn("stopped", ENDED)

    assert (ended(campaign), ended(theirs)) == (1, 1)


def test_a_stranger_who_stops_the_bot_is_counted_nowhere(campaign: Campaign) -> None:
    turn("stopped", ENDED, account="99")

    assert ended(campaign) == 0


def test_the_marks_of_dialogues_that_ended_before_are_filled_in(customer: Customer, campaign: Campaign) -> None:
    later = campaign_to(customer, at=ENDED + timedelta(minutes=1))
    turn("stopped", ENDED)
    marked = list(Link.objects.order_by("id").values_list("dialogue_ended_at", flat=True))
    Link.objects.update(dialogue_ended_at=None)
    migration = import_module("notify.migrations.0025_dialogue_ended_filled")

    for _ in range(2):
        migration.fill(None, SimpleNamespace(connection=connection))

    assert list(Link.objects.order_by("id").values_list("dialogue_ended_at", flat=True)) == marked == [ENDED, None]
    assert (ended(campaign), ended(later)) == (1, 0)
