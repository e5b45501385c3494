"""The funnel counts people who acted, per touchpoint."""

from datetime import timedelta

import pytest
from django.utils import timezone

from notify.campaigns.funnel import FunnelRow, entrance_funnel, funnel, funnels
from notify.enums import MessageState
from notify.models import Link, Message, Touchpoint
from tests.factories.notify import campaign_running, people_make

pytestmark = pytest.mark.django_db


def link_for(touchpoint: Touchpoint, customer_id: int, message: Message | None = None, **stages: object) -> None:
    now = timezone.now()
    Link.objects.create(
        token_hash=f"{touchpoint.pk}-{customer_id}".encode().ljust(32, b"0"),
        customer_id=customer_id,
        touchpoint=touchpoint,
        message=message,
        created_at=now,
        expires_at=now + timedelta(days=1),
        **dict.fromkeys(stages, now),
    )


def test_each_stage_is_counted_once_per_person() -> None:
    people = people_make(4)
    campaign = campaign_running(people)
    mail = Touchpoint.objects.get(campaign=campaign)
    messages = list(Message.objects.order_by("id"))
    Message.objects.filter(pk__in=[message.pk for message in messages[:3]]).update(state=MessageState.ACCEPTED)
    Message.objects.filter(pk=messages[0].pk).update(state=MessageState.DELIVERED)
    link_for(mail, people[0].pk, messages[0], visited_at=1, confirmed_at=1, consented_at=1, max_linked_at=1)
    link_for(mail, people[1].pk, messages[1], visited_at=1, confirmed_at=1)
    link_for(mail, people[2].pk, messages[2])

    assert funnel(campaign_id=campaign.pk) == [
        FunnelRow(
            campaign_id=campaign.pk,
            touchpoint_id=mail.pk,
            position=1,
            kind="email",
            label="",
            planned=4,
            sent=3,
            delivered=1,
            visited=2,
            confirmed=2,
            consented=1,
            max_linked=1,
        )
    ]


def test_the_general_entrance_has_visitors_but_sends_nothing() -> None:
    (person,) = people_make(1)
    entrance = Touchpoint.objects.create(kind="entrance")
    link_for(entrance, person.pk, visited_at=1)

    row = entrance_funnel()

    assert row is not None
    assert (row.campaign_id, row.kind, row.planned, row.visited) == (None, "entrance", 0, 1)


def test_campaigns_do_not_mix() -> None:
    first, second = campaign_running(people_make(1)), campaign_running(people_make(2))

    assert [row.planned for row in funnels(campaign_ids=[second.pk, first.pk])] == [1, 2]
    assert [row.planned for row in funnel(campaign_id=second.pk)] == [2]
