"""Links: made for a batch, replaced by a second claim, resolved while they live."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from consents.models import Customer
from notify.enums import LinkScope, TouchpointKind
from notify.models import Link, Message, Touchpoint
from notify.services.links import (
    LinkOrder,
    campaign_links_revoke,
    entrance_link_make,
    link_make,
    link_resolve,
    link_resolve_for_refusal,
    link_revoke,
    link_view,
    links_prepare,
    links_revoke,
    touchpoint_of,
)
from tests.factories.consents import CustomerFactory
from tests.factories.notify import campaign_running, people_make

pytestmark = pytest.mark.django_db


def tomorrow() -> object:
    """A moment in which a fresh link still lives."""
    return timezone.now() + timedelta(days=1)


def orders() -> list[LinkOrder]:
    """A claimed batch of three messages."""
    campaign = campaign_running(people_make(3))
    touchpoint = Touchpoint.objects.get(campaign=campaign)
    return [
        LinkOrder(message.pk, message.customer_id, touchpoint.pk, tomorrow())
        for message in Message.objects.filter(campaign=campaign)
    ]


def test_a_batch_gets_its_links_in_one_statement() -> None:
    batch = orders()

    with CaptureQueriesContext(connection) as queries:
        issued = links_prepare(orders=batch, channel="email")

    assert [query for query in queries.captured_queries if query["sql"].startswith("INSERT")][1:] == []
    assert set(issued) == {order.message_id for order in batch}
    assert all(link_resolve(token=link.token) for link in issued.values())


def test_preparing_a_batch_again_replaces_the_tokens_and_adds_no_row() -> None:
    batch = orders()
    first = links_prepare(orders=batch, channel="email")

    second = links_prepare(orders=batch, channel="email")

    assert Link.objects.count() == 3
    assert not any(link_resolve(token=link.token) for link in first.values())
    assert all(link_resolve(token=link.token) for link in second.values())


def test_an_sms_carries_half_as_long_a_token() -> None:
    issued = links_prepare(orders=orders(), channel="sms")

    assert {len(link.token) for link in issued.values()} == {13}
    assert all(link_resolve(token=link.token) for link in issued.values())


def test_a_link_for_a_message_is_replaced_by_the_next_one() -> None:
    order = orders()[0]
    values = {"customer_id": order.customer_id, "expires_at": tomorrow(), "message_id": order.message_id}
    first = link_make(**values)

    second = link_make(**values)

    assert link_resolve(token=first.token) is None
    assert link_resolve(token=second.token) is not None


def test_a_view_names_the_touchpoint_the_way_the_ledger_keeps_it() -> None:
    order = orders()[0]
    issued = links_prepare(orders=[order], channel="email")[order.message_id]
    link = link_resolve(token=issued.token)

    assert link is not None
    campaign_id = Touchpoint.objects.get(pk=order.touchpoint_id).campaign_id
    assert link.touchpoint == f"campaign:{campaign_id}/email"
    assert touchpoint_of(link_id=link.id) == link.touchpoint
    assert touchpoint_of(link_id=None) == ""


@pytest.mark.parametrize("days", [-1, 0])
def test_an_expired_link_is_none(days: int) -> None:
    customer = CustomerFactory()
    issued = link_make(customer_id=customer.pk, expires_at=timezone.now() + timedelta(days=days))

    assert link_resolve(token=issued.token) is None
    assert link_resolve_for_refusal(token=issued.token) is not None


def test_revoking_some_links_counts_those_that_were_live() -> None:
    customer = CustomerFactory()
    for _ in range(3):
        link_make(customer_id=customer.pk, expires_at=tomorrow())
    ids = list(Link.objects.values_list("id", flat=True))
    link_revoke(link_id=ids[0])

    assert links_revoke(link_ids=ids) == 2
    assert all(link_view(link_id=link_id) is None for link_id in ids)


def test_revoking_a_campaign_that_is_not_there_says_so() -> None:
    assert not campaign_links_revoke(campaign_id=987_654)


def test_a_link_made_after_the_revocation_of_its_campaign_opens() -> None:
    batch = orders()
    old = links_prepare(orders=batch, channel="email")
    campaign_id = Touchpoint.objects.get(pk=batch[0].touchpoint_id).campaign_id
    campaign_links_revoke(campaign_id=campaign_id)
    Touchpoint.objects.get(pk=batch[0].touchpoint_id).campaign.__class__.objects.filter(pk=campaign_id).update(
        links_revoked_at=timezone.now() - timedelta(seconds=1)
    )

    Link.objects.update(created_at=timezone.now() - timedelta(minutes=1))
    assert not any(link_resolve(token=link.token) for link in old.values())
    fresh = links_prepare(orders=batch, channel="email")

    assert all(link_resolve(token=link.token) for link in fresh.values())


def test_the_link_of_the_entrance_can_be_opened_by_nobody_and_is_counted() -> None:
    customer: Customer = CustomerFactory()

    link_id = entrance_link_make(customer_id=customer.pk, expires_at=tomorrow())

    link = Link.objects.get(pk=link_id)
    assert link.touchpoint is not None
    assert link.touchpoint.kind == TouchpointKind.ENTRANCE
    assert link.scope == LinkScope.PERSONAL
    assert touchpoint_of(link_id=link_id) == "entrance"
