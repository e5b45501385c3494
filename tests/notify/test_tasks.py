"""Nudges: each does one thing, twice is harmless, and a long queue is handed on instead of held."""

import pytest

from notify import tasks
from notify.campaigns.lifecycle import campaign_create, campaign_launch, campaign_submit
from notify.enums import CampaignState, MessageState
from notify.messages.transactional import notice_send
from notify.models import Campaign, Message
from tests.factories.consents import launch_ready_make
from tests.factories.notify import campaign_running, people_make, spec_make
from tests.factories.staff import StaffFactory
from tests.fakes.smtp_sink import SmtpSink

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _may_launch(db: None) -> None:
    """The company and its texts stand: nothing here is about their lack."""
    launch_ready_make()


@pytest.fixture
def renudged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Channels that a task has handed on."""
    channels: list[str] = []
    monkeypatch.setattr(tasks.send_chunk, "apply_async", lambda args, expires: channels.append(args[0] + f"<{expires}"))
    return channels


def test_a_launched_campaign_goes_all_the_way_by_nudges_alone(sink: SmtpSink, renudged: list[str]) -> None:
    people = people_make(3)
    campaign_id = campaign_create(
        spec=spec_make(audience={"customer_ids": [person.pk for person in people]}), created_by_id=StaffFactory().pk
    )
    review = campaign_submit(campaign_id=campaign_id)
    campaign_launch(campaign_id=campaign_id, launched_by_id=StaffFactory().pk, content_sha256=review.sha256)

    for _ in range(2):
        tasks.plan_campaign(campaign_id)
        tasks.send_chunk("email")
        tasks.send_chunk("sms")
        tasks.sweep()
        tasks.finish_campaigns()

    assert len(sink.taken) == 3
    assert Campaign.objects.get(pk=campaign_id).state == CampaignState.FINISHED
    assert renudged == []


def test_the_last_chunk_finishes_the_campaign_without_waiting_for_the_sweep(sink: SmtpSink) -> None:
    campaign = campaign_running(people_make(2))

    tasks.send_chunk("email")

    campaign.refresh_from_db()
    assert campaign.state == CampaignState.FINISHED


def test_a_long_queue_is_handed_on(sink: SmtpSink, renudged: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    campaign_running(people_make(60))
    monkeypatch.setattr(tasks, "campaign_messages_send", lambda channel: 50 if channel == "email" else 0)

    tasks.send_chunk("email")
    tasks.send_chunk("sms")

    assert renudged == ["email<6.0"]


def test_codes_and_notices_have_a_nudge_of_their_own(sink: SmtpSink) -> None:
    (person,) = people_make(1)
    notice_send(notice="max_linked", channel="email", customer_id=person.pk, address="a@b.ru", request_key="1")

    tasks.send_transactional()
    tasks.send_transactional()

    assert len(sink.taken) == 1
    assert Message.objects.get().state == MessageState.ACCEPTED
