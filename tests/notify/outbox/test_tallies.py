"""Kept figures are what a count of the rows would find, whatever was done to them, folded or not."""

import random
from datetime import timedelta
from functools import partial
from importlib import import_module

import pytest
from django.db import connection
from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Now

from consents.enums import Channel
from notify.campaigns.funnel import funnel
from notify.campaigns.reading import campaign_pace, campaign_parts, campaign_status, reasons_counted
from notify.enums import MessageState
from notify.links.issuing import link_make
from notify.models import Campaign, Link, LinkTally, Message, MessageTally, Touchpoint
from notify.outbox.state import HANDED_OVER, OPEN
from notify.outbox.tallies import LINK_FIGURES, MESSAGE_FIGURES, tallies_fold
from tests.factories.notify import campaign_running, people_make
from tests.support.clock import tomorrow
from tests.support.races import at_once

pytestmark = pytest.mark.django_db

BEGUN = import_module("notify.migrations.0042_tallies_begun")
TAKEN = (*HANDED_OVER, MessageState.FAILED)


def recounted(campaign: Campaign) -> dict[str, int]:
    """Count the rows themselves."""
    rows = Message.objects.filter(campaign=campaign)
    told = Q(state__in=TAKEN, parts__gt=0, counted_parts__gt=0)
    found: dict[str, int] = rows.aggregate(
        planned=Count("id"),
        sent=Count("id", filter=Q(state__in=HANDED_OVER)),
        **{name: Count("id", filter=Q(state=name)) for name in ("delivered", "skipped", "failed", "unknown")},
        priced=Count("id", filter=told),
        charged=Sum("parts", filter=told, default=0),
        counted=Sum("counted_parts", filter=told, default=0),
        counted_of_all=Sum("counted_parts", filter=Q(state__in=TAKEN), default=0),
    )
    links = Link.objects.filter(touchpoint__campaign=campaign)
    return found | links.aggregate(**{name: Count(f"{name}_at") for name in LINK_FIGURES})


def kept(campaign: Campaign) -> dict[str, int]:
    """Return the sums that are kept."""
    messages = MessageTally.objects.filter(campaign=campaign)
    links = LinkTally.objects.filter(touchpoint__campaign=campaign)
    return {
        **messages.aggregate(**{name: Sum(name, default=0) for name in MESSAGE_FIGURES}),
        **links.aggregate(**{name: Sum(name, default=0) for name in LINK_FIGURES}),
    }


def by_reason(campaign: Campaign, state: str, column: str) -> dict[str, int]:
    rows = Message.objects.filter(campaign=campaign, state=state).values_list(column)
    return dict(rows.annotate(count=Count("id")))


def moved(campaign: Campaign, *, seed: int, times: int = 120) -> None:
    """Do to messages and links whatever may be done to them, and more."""
    chance = random.Random(seed)
    messages = list(Message.objects.filter(campaign=campaign).values_list("pk", flat=True))
    links = list(Link.objects.filter(touchpoint__campaign=campaign).values_list("pk", flat=True))
    for _ in range(times):
        some = chance.choices(messages, k=3)
        Message.objects.filter(pk__in=some).update(
            state=chance.choice(MessageState.values),
            error_code=chance.choice(["", "smtp_550", "timeout"]),
            skip_reason=chance.choice(["withdrawn", "refused"]),
            parts=chance.choice([0, 1, 3]),
            counted_parts=chance.choice([0, 2]),
        )
        mark = f"{chance.choice(LINK_FIGURES)}_at"
        Link.objects.filter(pk__in=chance.choices(links, k=2)).update(**{mark: chance.choice([Now(), None])})
        if chance.random() < 0.1:
            tallies_fold()


def with_links(campaign: Campaign) -> Campaign:
    touchpoint = Touchpoint.objects.get(campaign=campaign)
    for customer_id in Message.objects.filter(campaign=campaign).values_list("customer_id", flat=True):
        link_make(customer_id=customer_id or 0, expires_at=tomorrow(), touchpoint_id=touchpoint.pk)
    return campaign


@pytest.mark.parametrize("seed", range(4))
def test_the_figures_are_those_of_a_recount(seed: int) -> None:
    campaign, other = with_links(campaign_running(people_make(9))), campaign_running(people_make(2))
    moved(campaign, seed=seed)

    assert kept(campaign) == recounted(campaign)
    status = campaign_status(campaign_id=campaign.pk)
    assert status.open == Message.objects.filter(campaign=campaign, state__in=OPEN).count()
    assert status.skipped_by_reason == by_reason(campaign, "skipped", "skip_reason")
    assert status.failed_by_code == by_reason(campaign, "failed", "error_code")
    assert reasons_counted(campaign_id=campaign.pk, state="unknown") == by_reason(campaign, "unknown", "error_code")
    assert campaign_parts(campaign_id=campaign.pk).charged == recounted(campaign)["charged"]
    (row,) = funnel(campaign_id=campaign.pk)
    assert {name: getattr(row, name) for name in LINK_FIGURES}.items() <= recounted(campaign).items()
    assert kept(other) == recounted(other)


def test_what_is_deleted_counts_no_more() -> None:
    campaign = with_links(campaign_running(people_make(4)))
    moved(campaign, seed=7)
    Link.objects.filter(touchpoint__campaign=campaign)[0].delete()
    Link.objects.filter(message__campaign=campaign).delete()
    Message.objects.filter(campaign=campaign)[0].delete()

    assert kept(campaign) == recounted(campaign)


def test_folding_changes_no_figure_and_leaves_few_rows() -> None:
    campaign = with_links(campaign_running(people_make(9)))
    moved(campaign, seed=1)
    before, pace = kept(campaign), campaign_pace(campaign_id=campaign.pk)
    tallies_fold()

    assert kept(campaign) == before
    assert campaign_pace(campaign_id=campaign.pk) == pytest.approx(pace, rel=0.5)
    assert not MessageTally.objects.filter(is_folded=False).exists()
    # One row a reason and a minute.
    assert MessageTally.objects.count() <= 2 * 5
    assert tallies_fold() == 0
    MessageTally.objects.update(at=F("at") - timedelta(hours=1), is_folded=False)
    tallies_fold()
    assert kept(campaign) == before
    assert MessageTally.objects.count() <= 5


def test_to_lease_a_message_and_to_begin_its_call_adds_no_row() -> None:
    campaign = campaign_running(people_make(3))
    rows = MessageTally.objects.count()
    Message.objects.filter(campaign=campaign).update(state=MessageState.CLAIMED)
    Message.objects.filter(campaign=campaign).update(state=MessageState.SENDING)

    assert MessageTally.objects.count() == rows == 1


def test_codes_and_tests_are_in_no_figure() -> None:
    campaign = campaign_running(people_make(2))
    Message.objects.filter(campaign=campaign).update(kind="test")
    MessageTally.objects.all().delete()
    Message.objects.filter(campaign=campaign).update(state=MessageState.ACCEPTED)
    Message.objects.create(kind="code", channel=Channel.SMS, not_before=Now(), created_at=Now())

    assert not MessageTally.objects.exists()


def test_what_was_there_before_the_triggers_is_counted_once() -> None:
    campaign = with_links(campaign_running(people_make(9)))
    moved(campaign, seed=2, times=20)
    MessageTally.objects.all().delete()
    LinkTally.objects.all().delete()
    # Meanwhile it goes on.
    moved(campaign, seed=3, times=20)
    for _ in range(2):
        with connection.cursor() as cursor:
            cursor.execute(BEGUN.MESSAGES)
            cursor.execute(BEGUN.LINKS)

    assert kept(campaign) == recounted(campaign)


@pytest.mark.django_db(transaction=True)
def test_workers_that_move_messages_and_fold_at_once_lose_nothing() -> None:
    campaign = with_links(campaign_running(people_make(20)))

    def move(message_id: int, seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(5):
            Message.objects.filter(pk=message_id).update(
                state=chance.choice(MessageState.values), skip_reason="refused"
            )
            tallies_fold()

    messages = Message.objects.filter(campaign=campaign).values_list("pk", flat=True)
    at_once([partial(move, message_id, message_id) for message_id in messages])

    assert kept(campaign) == recounted(campaign)
