"""What a campaign stands on: without it nothing is submitted, and some of it takes the signature of the DPO."""

from datetime import time
from typing import Any

import pytest

from notify.campaigns.content import campaign_content
from notify.campaigns.lifecycle import campaign_create, campaign_launch, campaign_submit
from notify.campaigns.reading import step_previews, step_warnings
from notify.campaigns.recipients import step_forecast
from notify.enums import CampaignState
from notify.errors import DpoNeeded, GroundMissing
from notify.models import Campaign, CampaignStep
from tests.factories.consents import launch_ready_make
from tests.factories.notify import campaign_update, people_make, spec_make, step_of
from tests.factories.staff import StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _may_launch(db: None) -> None:
    """The company and its texts stand: nothing here is about their lack."""
    launch_ready_make()


LAW = {"legal_basis": "law", "norm": "161-ФЗ, статья 9, часть 4"}
OFFER = {"text": "Скидка 10 %: ((ссылка))", "offer_reason": "ответ на жалобы клиентов"}


@pytest.mark.parametrize("fields", [LAW, OFFER])
def test_what_is_obliged_or_looks_like_advertising_is_signed_by_the_dpo(fields: dict[str, str]) -> None:
    people_make(1)
    number = campaign_create(spec=spec_make(**fields), created_by_id=StaffFactory().pk)
    content = campaign_submit(campaign_id=number)
    launch: dict[str, Any] = {
        "campaign_id": number,
        "launched_by_id": StaffFactory().pk,
        "content_sha256": content.sha256,
    }

    with pytest.raises(DpoNeeded):
        campaign_launch(**launch)
    assert Campaign.objects.get(pk=number).state == CampaignState.REVIEW

    assert campaign_launch(**launch, is_dpo=True)


def test_advertising_that_is_called_so_needs_no_dpo() -> None:
    people_make(1)
    fields = {"text": OFFER["text"], "text_kind": "advertising", "legal_basis": "consent", "send_from": time(9)}
    spec = spec_make(**fields, send_until=time(21))
    number = campaign_create(spec=spec, created_by_id=StaffFactory().pk)
    content = campaign_submit(campaign_id=number)

    assert campaign_launch(campaign_id=number, launched_by_id=StaffFactory().pk, content_sha256=content.sha256)


@pytest.mark.parametrize(
    "older",
    [{"text": "Скидка 10 %: ((ссылка))"}, {"channel": "sms", "subscriber_consent": ""}, {"legal_basis": "law"}],
)
def test_a_draft_of_an_older_release_is_read_but_not_submitted(older: dict[str, str]) -> None:
    people_make(1)
    number = campaign_create(spec=spec_make(), created_by_id=StaffFactory().pk)
    campaign_update(number, **older)
    step = step_of(number)

    assert "ground_missing" in step_warnings(step, forecast=step_forecast(step))
    assert step_previews(step)
    with pytest.raises(GroundMissing):
        campaign_submit(campaign_id=number)


def test_a_campaign_that_lost_its_ground_under_review_is_not_launched() -> None:
    people_make(1)
    number = campaign_create(spec=spec_make(), created_by_id=StaffFactory().pk)
    campaign_submit(campaign_id=number)
    CampaignStep.objects.filter(campaign_id=number).update(text="Скидка 10 %")
    shown = campaign_content(campaign_id=number)

    with pytest.raises(GroundMissing):
        campaign_launch(campaign_id=number, launched_by_id=StaffFactory().pk, content_sha256=shown.sha256, is_dpo=True)
