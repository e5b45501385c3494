"""Campaigns of the release before become one step, and a release that goes back finds its campaigns whole."""

from importlib import import_module
from typing import Any

import pytest
from django.db import connection

from notify.models import Campaign, CampaignImage, CampaignStep, Message, Touchpoint
from tests.factories.notify import campaign_running, image_make, people_make, step_of
from tests.factories.staff import StaffFactory

pytestmark = pytest.mark.django_db

FILLED = import_module("notify.migrations.0036_campaign_steps_filled")
OLD: dict[str, Any] = {
    "name": "Старая",
    "state": "draft",
    "channel": "sms",
    "text_kind": "service",
    "legal_basis": "law",
    "norm": "161-ФЗ, статья 9",
    "subject": "",
    "text": "Текст: ((ссылка))",
    "button": "",
    "link_days": 12,
    "audience": "{}",
    "send_from": "09:00",
    "send_until": "21:00",
}


def old_campaign() -> int:
    """Return the number of a campaign as a page of the release before writes it."""
    columns = OLD | {"revision": 1, "content_sha256": "", "return_reason": "", "created_by_id": StaffFactory().pk}
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO notify_campaign ({', '.join(columns)}, created_at)"
            f" VALUES ({', '.join(['%s'] * len(columns))}, now()) RETURNING id",
            list(columns.values()),
        )
        return int(cursor.fetchone()[0])


class Schema:
    """As much of a schema editor as the migration asks for."""

    connection = connection


def test_what_an_old_page_writes_while_the_release_changes_is_a_step_at_once() -> None:
    number = old_campaign()
    assert (step_of(number).text, step_of(number).norm, step_of(number).link_days) == (OLD["text"], OLD["norm"], 12)

    with connection.cursor() as cursor:
        cursor.execute("UPDATE notify_campaign SET text = 'Иначе', channel = 'max' WHERE id = %s", [number])
        cursor.execute(
            "INSERT INTO notify_campaignimage (campaign_id, ending, content, sha256, size, width, height, created_at)"
            " VALUES (%s, 'png', '', '', 0, 1, 1, now())",
            [number],
        )

    assert (step_of(number).text, step_of(number).channel) == ("Иначе", "max")
    assert CampaignImage.objects.get().step == step_of(number)


def test_a_change_of_an_old_page_touches_no_campaign_of_steps() -> None:
    campaign = campaign_running(people_make(1))
    text = step_of(campaign).text

    Campaign.objects.filter(pk=campaign.pk).update(name="Иначе")

    assert step_of(campaign).text == text


def test_messages_and_touchpoints_of_before_lead_to_the_step_of_their_campaign() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE notify_message DROP CONSTRAINT message_step_given")
        # They came later than the steps.
        cursor.execute("ALTER TABLE notify_message DISABLE TRIGGER USER")
    campaign = campaign_running(people_make(3))
    Message.objects.update(step=None)
    Touchpoint.objects.update(step=None)

    for _ in range(2):
        FILLED.fill(None, Schema)

    assert set(Message.objects.values_list("step_id", flat=True)) == {step_of(campaign).pk}
    assert set(Touchpoint.objects.values_list("step_id", flat=True)) == {step_of(campaign).pk}


def test_going_back_writes_the_first_step_into_its_campaign() -> None:
    campaign = campaign_running(people_make(1), channel="max", subject="", norm="1-ФЗ, статья 2")
    image_make(campaign)
    CampaignStep.objects.filter(campaign=campaign).update(link_days=77)

    FILLED.take_back(None, Schema)

    with connection.cursor() as cursor:
        cursor.execute("SELECT channel, norm, link_days, text FROM notify_campaign WHERE id = %s", [campaign.pk])
        assert cursor.fetchone() == ("max", "1-ФЗ, статья 2", 77, step_of(campaign).text)
