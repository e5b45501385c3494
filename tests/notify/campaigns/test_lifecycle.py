"""A campaign's life: four eyes, one run, no change after the approval."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, time
from typing import Any, NamedTuple

import pytest
from django.db import IntegrityError, connection, transaction
from pytest_django.fixtures import Settings

from consents.documents.readiness import Readiness
from consents.enums import DocumentKind, DocumentStatus
from consents.models import Customer, Edition
from notify.campaigns.content import campaign_content
from notify.campaigns.lifecycle import (
    campaign_change,
    campaign_continue,
    campaign_create,
    campaign_launch,
    campaign_pause,
    campaign_return,
    campaign_stop,
    campaign_submit,
)
from notify.campaigns.planning import campaign_plan
from notify.campaigns.reading import campaign_read, campaign_spec
from notify.enums import CampaignState
from notify.errors import (
    AudienceEmpty,
    CampaignChanged,
    CampaignNotFound,
    ChannelNotConnected,
    LaunchNotReady,
    MoveRefused,
    SecondPersonNeeded,
    SpecRefused,
)
from notify.models import Campaign, Message
from tests.factories.consents import CompanyFactory, launch_ready_make
from tests.factories.notify import campaign_update, people_make, spec_make
from tests.factories.staff import StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _may_launch(db: None) -> None:
    """The company and its texts stand: nothing here is about their lack."""
    launch_ready_make()


class Review(NamedTuple):
    """A campaign under review, with the hash of what is approved."""

    campaign_id: int
    content_sha256: str


def submitted(people_count: int = 3) -> tuple[Review, int]:
    """A campaign under review, and somebody who may launch it."""
    people = people_make(people_count)
    spec = spec_make(audience={"customer_ids": [person.pk for person in people]})
    campaign_id = campaign_create(spec=spec, created_by_id=StaffFactory().pk)
    return Review(campaign_id, campaign_submit(campaign_id=campaign_id).sha256), StaffFactory().pk


def state_of(campaign_id: int) -> str:
    return Campaign.objects.get(pk=campaign_id).state


def test_a_draft_keeps_what_was_written() -> None:
    spec = spec_make(send_from=time(10), send_until=time(20), audience={"cities": ["Омск"]})

    campaign_id = campaign_create(spec=spec, created_by_id=StaffFactory().pk)

    assert campaign_spec(campaign_read(campaign_id=campaign_id)) == spec
    assert state_of(campaign_id) == CampaignState.DRAFT


def test_a_bad_text_is_never_saved() -> None:
    with pytest.raises(SpecRefused):
        campaign_create(spec=spec_make(text="((кто))"), created_by_id=StaffFactory().pk)
    assert not Campaign.objects.exists()


def test_a_second_person_launches() -> None:
    review, other = submitted()

    is_new = campaign_launch(campaign_id=review.campaign_id, launched_by_id=other, content_sha256=review.content_sha256)

    campaign = Campaign.objects.get(pk=review.campaign_id)
    assert is_new
    assert (campaign.state, campaign.launched_by_id) == (CampaignState.PLANNING, other)
    assert campaign.launched_at is not None


def test_the_author_cannot_launch() -> None:
    review, _ = submitted()
    author = Campaign.objects.get(pk=review.campaign_id).created_by_id

    with pytest.raises(SecondPersonNeeded):
        campaign_launch(campaign_id=review.campaign_id, launched_by_id=author, content_sha256=review.content_sha256)
    assert state_of(review.campaign_id) == CampaignState.REVIEW


def test_the_author_cannot_launch_past_the_services_either() -> None:
    review, _ = submitted()
    campaign = Campaign.objects.get(pk=review.campaign_id)

    with pytest.raises(IntegrityError, match="campaign_second_person"), transaction.atomic():
        Campaign.objects.filter(pk=campaign.pk).update(launched_by=campaign.created_by)


def test_nobody_can_run_a_campaign_that_nobody_launched() -> None:
    review, _ = submitted()

    with pytest.raises(IntegrityError, match="campaign_launched_by_somebody"), transaction.atomic():
        Campaign.objects.filter(pk=review.campaign_id).update(state=CampaignState.RUNNING)


def test_a_text_changed_behind_the_approval_voids_it() -> None:
    review, other = submitted()
    campaign_update(review.campaign_id, text="Другой текст")

    with pytest.raises(CampaignChanged):
        campaign_launch(campaign_id=review.campaign_id, launched_by_id=other, content_sha256=review.content_sha256)
    assert state_of(review.campaign_id) == CampaignState.REVIEW


@pytest.mark.parametrize(
    "change",
    [
        {"subject": "Иначе"},
        {"channel": "max"},
        {"send_from": time(1)},
        {"audience": {}},
        {"button": "Иначе"},
        {"link_days": 31},
        {"text_kind": "advertising"},
        {"legal_basis": "consent"},
        {"norm": "161-ФЗ, статья 9"},
        {"subscriber_consent": "own"},
        {"contract_clause": "Другой договор, пункт 1"},
        {"contract_date": date(2026, 3, 1)},
        {"offer_reason": "совсем другая причина"},
    ],
)
def test_everything_that_people_get_is_part_of_the_approval(change: dict[str, object]) -> None:
    review, other = submitted()
    people_make(1)
    campaign_update(review.campaign_id, **change)

    with pytest.raises(CampaignChanged):
        campaign_launch(campaign_id=review.campaign_id, launched_by_id=other, content_sha256=review.content_sha256)


@pytest.mark.parametrize("replaced", [False, True])
def test_other_people_than_on_the_screen_refuse_the_launch_and_a_new_look_allows_it(replaced: bool) -> None:
    first = people_make(2, segment="Пенсионеры")
    campaign_id = campaign_create(
        spec=spec_make(audience={"segments": ["Пенсионеры"]}), created_by_id=StaffFactory().pk
    )
    review = campaign_submit(campaign_id=campaign_id)
    people_make(1, segment="Пенсионеры")
    if replaced:
        Customer.objects.filter(pk=first[0].pk).update(is_active=False)

    with pytest.raises(CampaignChanged):
        campaign_launch(campaign_id=campaign_id, launched_by_id=StaffFactory().pk, content_sha256=review.sha256)

    seen = campaign_content(campaign_id=campaign_id)
    assert seen.size == (2 if replaced else 3)
    assert campaign_launch(campaign_id=campaign_id, launched_by_id=StaffFactory().pk, content_sha256=seen.sha256)
    assert Campaign.objects.get(pk=campaign_id).content_sha256 == seen.sha256


def test_an_audience_that_has_emptied_is_not_launched() -> None:
    review, other = submitted(people_count=1)
    Customer.objects.update(is_active=False)
    seen = campaign_content(campaign_id=review.campaign_id)

    with pytest.raises(AudienceEmpty):
        campaign_launch(campaign_id=review.campaign_id, launched_by_id=other, content_sha256=seen.sha256)


def test_a_hash_of_another_screen_is_refused() -> None:
    review, other = submitted()

    for wrong in ("", "0" * 64):
        with pytest.raises(CampaignChanged):
            campaign_launch(campaign_id=review.campaign_id, launched_by_id=other, content_sha256=wrong)


def test_a_change_gives_the_campaign_back_to_its_author() -> None:
    review, other = submitted()

    revision = campaign_change(campaign_id=review.campaign_id, spec=spec_make(name="Иначе"))

    assert (state_of(review.campaign_id), revision) == (CampaignState.DRAFT, 2)
    with pytest.raises(MoveRefused):
        campaign_launch(campaign_id=review.campaign_id, launched_by_id=other, content_sha256=review.content_sha256)


def test_a_launched_campaign_cannot_be_changed() -> None:
    review, other = submitted()
    campaign_launch(campaign_id=review.campaign_id, launched_by_id=other, content_sha256=review.content_sha256)

    with pytest.raises(MoveRefused):
        campaign_change(campaign_id=review.campaign_id, spec=spec_make())


def test_a_repeated_launch_starts_nothing() -> None:
    review, other = submitted()
    launch: dict[str, Any] = {
        "campaign_id": review.campaign_id,
        "launched_by_id": other,
        "content_sha256": review.content_sha256,
    }

    first, second = campaign_launch(**launch), campaign_launch(**launch)
    campaign_plan(campaign_id=review.campaign_id)
    third = campaign_launch(**launch)

    assert (first, second, third) == (True, False, False)
    assert campaign_plan(campaign_id=review.campaign_id) is None
    assert Message.objects.filter(campaign_id=review.campaign_id).count() == 3


def test_a_repeat_with_other_content_is_refused() -> None:
    review, other = submitted()
    campaign_launch(campaign_id=review.campaign_id, launched_by_id=other, content_sha256=review.content_sha256)

    with pytest.raises(CampaignChanged):
        campaign_launch(campaign_id=review.campaign_id, launched_by_id=other, content_sha256="0" * 64)


def test_an_audience_of_nobody_is_refused() -> None:
    campaign_id = campaign_create(spec=spec_make(audience={"segments": ["Таких нет"]}), created_by_id=StaffFactory().pk)

    with pytest.raises(AudienceEmpty):
        campaign_submit(campaign_id=campaign_id)
    assert state_of(campaign_id) == CampaignState.DRAFT


def test_over_a_channel_without_a_provider_nothing_is_submitted_or_launched(settings: Settings) -> None:
    people = people_make(1, channel="sms")
    spec = spec_make(channel="sms", subject="", audience={"customer_ids": [person.pk for person in people]})
    campaign_id = campaign_create(spec=spec, created_by_id=StaffFactory().pk)
    settings.SANDBOX = False

    with pytest.raises(ChannelNotConnected):
        campaign_submit(campaign_id=campaign_id)
    settings.SANDBOX = True
    review = campaign_submit(campaign_id=campaign_id)
    settings.SANDBOX = False
    with pytest.raises(ChannelNotConnected):
        campaign_launch(campaign_id=campaign_id, launched_by_id=StaffFactory().pk, content_sha256=review.sha256)

    assert Campaign.objects.get(pk=campaign_id).state == CampaignState.REVIEW


def test_the_second_person_can_give_it_back() -> None:
    review, _ = submitted()

    campaign_return(campaign_id=review.campaign_id, reason="опечатка в теме")
    campaign_return(campaign_id=review.campaign_id, reason="опечатка в теме")

    assert state_of(review.campaign_id) == CampaignState.DRAFT
    assert Campaign.objects.get(pk=review.campaign_id).return_reason == "опечатка в теме"
    campaign_submit(campaign_id=review.campaign_id)
    assert Campaign.objects.get(pk=review.campaign_id).return_reason == ""


def test_pause_continue_and_stop_say_whether_they_did_anything() -> None:
    review, other = submitted()
    number = review.campaign_id
    campaign_launch(campaign_id=number, launched_by_id=other, content_sha256=review.content_sha256)
    campaign_plan(campaign_id=number)

    assert campaign_pause(campaign_id=number)
    assert not campaign_pause(campaign_id=number)
    assert campaign_continue(campaign_id=number)
    assert not campaign_continue(campaign_id=number)
    assert campaign_stop(campaign_id=number)
    assert not campaign_stop(campaign_id=number)
    with pytest.raises(MoveRefused):
        campaign_continue(campaign_id=number)


def test_continuing_never_jumps_over_the_planning() -> None:
    review, other = submitted()
    campaign_launch(campaign_id=review.campaign_id, launched_by_id=other, content_sha256=review.content_sha256)

    with pytest.raises(MoveRefused):
        campaign_continue(campaign_id=review.campaign_id)


def test_a_campaign_stopped_before_its_planning_sends_nothing() -> None:
    review, other = submitted()
    campaign_launch(campaign_id=review.campaign_id, launched_by_id=other, content_sha256=review.content_sha256)
    campaign_stop(campaign_id=review.campaign_id)

    assert campaign_plan(campaign_id=review.campaign_id) is None
    assert not Message.objects.exists()


def test_a_number_that_nobody_has_is_not_found() -> None:
    for act in (campaign_submit, campaign_pause, campaign_stop, campaign_content):
        with pytest.raises(CampaignNotFound):
            act(campaign_id=404)
    with pytest.raises(CampaignNotFound):
        campaign_return(campaign_id=404, reason="опечатка")


@pytest.mark.django_db(transaction=True)
def test_fifty_launches_at_once_are_one_run() -> None:
    review, other = submitted(people_count=5)
    together = threading.Barrier(10)

    def launch(at: int) -> bool:
        try:
            if at < 10:
                together.wait(10)
            is_new = campaign_launch(
                campaign_id=review.campaign_id, launched_by_id=other, content_sha256=review.content_sha256
            )
            campaign_plan(campaign_id=review.campaign_id)
            return is_new
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        news = list(pool.map(launch, range(50)))

    assert news.count(True) == 1
    assert Message.objects.filter(campaign_id=review.campaign_id).count() == 5
    assert Campaign.objects.get(pk=review.campaign_id).planned_count == 5


def test_nothing_is_launched_without_the_company_and_its_texts() -> None:
    CompanyFactory(inn="")
    Edition.objects.filter(document__kind=DocumentKind.POLICY).update(status=DocumentStatus.RETIRED)
    review, second = submitted()

    with pytest.raises(LaunchNotReady) as refused:
        campaign_launch(campaign_id=review.campaign_id, launched_by_id=second, content_sha256=review.content_sha256)

    missing = refused.value.facts["missing"]
    assert missing == Readiness(requisites=("inn",), texts=(DocumentKind.POLICY,))
    assert state_of(review.campaign_id) == CampaignState.REVIEW
    assert not Message.objects.exists()
