"""Links: made for a batch, replaced by a second lease, resolved while they live."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from consents.models import Customer
from consents.touchpoint import ENTRANCE
from notify.enums import LinkScope, MessageState
from notify.links import issuing as links
from notify.links.issuing import (
    LinkOrder,
    campaign_links_revoke,
    customer_links_count,
    customer_links_revoke,
    entrance_link_make,
    link_make,
    link_resolve,
    link_resolve_for_refusal,
    link_view,
    links_prepare,
    touchpoint_of,
)
from notify.models import Campaign, Link, Message, Touchpoint
from notify.statements import run
from tests.factories.consents import CustomerFactory
from tests.factories.notify import campaign_running, people_make
from tests.support.clock import tomorrow

pytestmark = pytest.mark.django_db

OURS = uuid4()


def orders(lease: UUID = OURS) -> list[LinkOrder]:
    """A batch of three messages, claimed under ``lease``."""
    campaign = campaign_running(people_make(3))
    touchpoint = Touchpoint.objects.get(campaign=campaign)
    Message.objects.filter(campaign=campaign).update(state=MessageState.CLAIMED, lease=lease)
    return [
        LinkOrder(message_id, touchpoint.pk, tomorrow())
        for message_id in Message.objects.filter(campaign=campaign).order_by("id").values_list("id", flat=True)
    ]


def test_a_batch_gets_its_links_in_one_statement(monkeypatch: pytest.MonkeyPatch) -> None:
    batch = orders()
    statements: list[str] = []

    def counted(statement: str, parameters: Mapping[str, Any]) -> Any:
        statements.append(statement)
        return run(statement, parameters)

    monkeypatch.setattr(links, "run", counted)
    with CaptureQueriesContext(connection) as queries:
        issued = links_prepare(orders=batch, channel="email", lease=OURS)

    assert (len(statements), len(queries)) == (1, 0)
    assert set(issued) == {order.message_id for order in batch}
    assert all(link_resolve(token=link.token) for link in issued.values())
    assert set(Link.objects.values_list("message__customer_id", flat=True)) == set(
        Link.objects.values_list("customer_id", flat=True)
    )


def test_preparing_a_batch_again_replaces_the_tokens_and_adds_no_row() -> None:
    batch = orders()
    first = links_prepare(orders=batch, channel="email", lease=OURS)

    second = links_prepare(orders=batch, channel="email", lease=OURS)

    assert Link.objects.count() == 3
    assert not any(link_resolve(token=link.token) for link in first.values())
    assert all(link_resolve(token=link.token) for link in second.values())


@pytest.mark.parametrize(
    "taken",
    [
        {"lease": uuid4()},
        {"state": MessageState.SENDING},
        {"state": MessageState.ACCEPTED, "lease": None},
        {"state": MessageState.PLANNED, "lease": None},
    ],
)
def test_a_message_that_is_not_ours_any_more_keeps_the_link_that_others_gave_it(taken: dict[str, Any]) -> None:
    batch = orders()
    before = links_prepare(orders=batch, channel="email", lease=OURS)
    lost = batch[1].message_id
    Message.objects.filter(pk=lost).update(**taken)

    issued = links_prepare(orders=batch, channel="email", lease=OURS)

    assert set(issued) == {batch[0].message_id, batch[2].message_id}
    assert link_resolve(token=before[lost].token) is not None
    assert Link.objects.count() == 3


def test_an_sms_carries_half_as_long_a_token() -> None:
    issued = links_prepare(orders=orders(), channel="sms", lease=OURS)

    assert {len(link.token) for link in issued.values()} == {13}
    assert all(link_resolve(token=link.token) for link in issued.values())


def test_a_view_names_the_touchpoint_the_way_the_ledger_keeps_it() -> None:
    order = orders()[0]
    issued = links_prepare(orders=[order], channel="email", lease=OURS)[order.message_id]
    link = link_resolve(token=issued.token)

    assert link is not None
    campaign_id = Campaign.objects.get().pk
    assert link.touchpoint == f"campaign:{campaign_id}/email"
    assert touchpoint_of(link_id=link.id) == link.touchpoint
    assert touchpoint_of(link_id=None) == ""


@pytest.mark.parametrize("days", [-1, 0])
def test_an_expired_link_is_none(days: int) -> None:
    customer = CustomerFactory()
    issued = link_make(customer_id=customer.pk, expires_at=timezone.now() + timedelta(days=days))

    assert link_resolve(token=issued.token) is None
    assert link_resolve_for_refusal(token=issued.token) is not None


def test_revoking_the_links_of_a_customer_leaves_those_of_others() -> None:
    customer, other = CustomerFactory(), CustomerFactory()
    for days in (1, 1, -1):
        link_make(customer_id=customer.pk, expires_at=timezone.now() + timedelta(days=days))
    kept = link_make(customer_id=other.pk, expires_at=tomorrow())
    assert customer_links_count(customer_id=customer.pk) == 2

    assert [customer_links_revoke(customer_id=customer.pk) for _ in range(2)] == [2, 0]

    assert customer_links_count(customer_id=customer.pk) == 0
    assert all(link_view(link_id=link.pk) is None for link in Link.objects.filter(customer=customer))
    assert link_resolve(token=kept.token) is not None
    assert link_resolve(token=link_make(customer_id=customer.pk, expires_at=tomorrow()).token) is not None


def test_revoking_a_campaign_that_is_not_there_says_so() -> None:
    assert not campaign_links_revoke(campaign_id=987_654)


def test_a_link_made_after_the_revocation_of_its_campaign_opens() -> None:
    batch = orders()
    old = links_prepare(orders=batch, channel="email", lease=OURS)
    campaign = Campaign.objects.get()
    campaign_links_revoke(campaign_id=campaign.pk)
    Campaign.objects.update(links_revoked_at=timezone.now() - timedelta(seconds=1))

    Link.objects.update(created_at=timezone.now() - timedelta(minutes=1))
    assert not any(link_resolve(token=link.token) for link in old.values())
    fresh = links_prepare(orders=batch, channel="email", lease=OURS)

    assert all(link_resolve(token=link.token) for link in fresh.values())


def test_the_link_of_the_entrance_can_be_opened_by_nobody_and_is_counted() -> None:
    customer: Customer = CustomerFactory()

    link_id = entrance_link_make(customer_id=customer.pk, expires_at=tomorrow())

    link = Link.objects.get(pk=link_id)
    assert link.touchpoint is not None
    assert link.touchpoint.kind == ENTRANCE
    assert link.scope == LinkScope.PERSONAL
    assert touchpoint_of(link_id=link_id) == "entrance"
