"""What should have left is told from what waits for a good reason."""

from datetime import timedelta

import pytest
from django.utils import timezone

from consents.enums import Channel
from notify.enums import CampaignState, MessageKind, MessageState
from notify.messages.transactional import notice_send
from notify.models import Campaign, ChannelSetting, Message
from notify.outbox.watching.overdue import messages_overdue
from notify.types import TRANSACTIONAL_PRIORITY
from tests.factories.notify import campaign_running, people_make

pytestmark = pytest.mark.django_db

LONG_AGO = timedelta(minutes=6)


@pytest.fixture
def late() -> Campaign:
    """A running campaign of three that have been due for six minutes."""
    campaign = campaign_running(people_make(3))
    Message.objects.update(not_before=timezone.now() - LONG_AGO)
    return campaign


def test_what_is_due_while_nothing_leaves_is_overdue(late: Campaign) -> None:
    assert messages_overdue() == {Channel.EMAIL: 3}


def test_a_code_or_a_notice_is_overdue_too() -> None:
    (person,) = people_make(1)
    notice_send(notice="max_linked", channel="email", customer_id=person.pk, address="a@b.ru", request_key="1")
    assert messages_overdue() == {}

    Message.objects.update(not_before=timezone.now() - LONG_AGO)
    assert messages_overdue() == {Channel.EMAIL: 1}


def test_a_big_campaign_that_leaves_at_its_pace_is_not_overdue(late: Campaign) -> None:
    one = Message.objects.order_by("pk")[0]
    Message.objects.filter(pk=one.pk).update(state=MessageState.ACCEPTED, sending_at=timezone.now())

    assert messages_overdue() == {}

    Message.objects.filter(pk=one.pk).update(sending_at=timezone.now() - LONG_AGO)
    assert messages_overdue() == {Channel.EMAIL: 2}


def test_what_a_pause_or_a_closed_channel_holds_is_not_overdue(late: Campaign) -> None:
    Campaign.objects.update(state=CampaignState.PAUSED)
    assert messages_overdue() == {}

    Campaign.objects.update(state=CampaignState.RUNNING)
    ChannelSetting.objects.update_or_create(channel="email", defaults={"is_open": False})
    assert messages_overdue() == {}


def test_a_code_passes_a_closed_channel_and_so_can_be_overdue(late: Campaign) -> None:
    ChannelSetting.objects.update_or_create(channel="email", defaults={"is_open": False})
    one = Message.objects.order_by("pk")[0]
    Message.objects.filter(pk=one.pk).update(kind=MessageKind.CODE, priority=TRANSACTIONAL_PRIORITY)

    assert messages_overdue() == {Channel.EMAIL: 1}


def test_what_waits_for_its_window_is_not_overdue(late: Campaign) -> None:
    Message.objects.update(not_before=timezone.now() + timedelta(hours=1))

    assert messages_overdue() == {}
