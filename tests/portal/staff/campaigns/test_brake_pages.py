"""A campaign that was paused by itself says why: on its page and list, to its people, in journal and `doctor`."""

import pytest
from django.test import Client

from notify.enums import BrakeReason, CampaignState
from notify.models import Campaign, CampaignBrake, ProviderState
from notify.outbox.brake import campaign_brake
from portal.flows.sending.brakes import tell_of_brakes
from portal.models import StaffAction
from portal.models.user import Role
from portal.operations.diagnosis import diagnose
from tests.factories.notify import campaign_running, people_make
from tests.factories.staff import client_of, user_make
from tests.support.staff_letters import staff_letters

pytestmark = pytest.mark.django_db


@pytest.fixture
def marketing() -> Client:
    return client_of(user_make(Role.MARKETING))


@pytest.fixture
def braked() -> Campaign:
    """A campaign that the brake has just paused."""
    campaign = campaign_running(people_make(2))
    CampaignBrake.objects.create(campaign=campaign, refused=20)
    campaign_brake(campaign_id=campaign.pk, reason=BrakeReason.REFUSED, provider="smtp", error_code="smtp_554_5.7.1")
    return campaign


def test_page_and_list_say_why_and_one_press_goes_on(marketing: Client, braked: Campaign) -> None:
    page = marketing.get(f"/staff/campaigns/{braked.pk}/").content.decode()
    listed = marketing.get("/staff/campaigns/").content.decode()

    assert "Отказы идут подряд" in page
    assert "почтовый сервер отказал, код 554 5.7.1" in page
    assert "приостановлена из-за сбоя" in listed

    marketing.post(f"/staff/campaigns/{braked.pk}/continue/")

    braked.refresh_from_db()
    assert braked.state == CampaignState.RUNNING
    assert "Отказы идут подряд" not in marketing.get(f"/staff/campaigns/{braked.pk}/").content.decode()


def test_author_and_launcher_are_told_once_and_the_journal_keeps_it(braked: Campaign) -> None:
    assert tell_of_brakes() == 1
    assert tell_of_brakes() == 0

    assert braked.launched_by is not None
    assert {letter.address for letter in staff_letters()} == {braked.created_by.email, braked.launched_by.email}
    assert all(f"/staff/campaigns/{braked.pk}/" in letter.text for letter in staff_letters())
    row = StaffAction.objects.get(action="campaign.braked")
    assert (row.object_id, row.details["answer"]) == (str(braked.pk), "smtp_554_5.7.1")


def test_doctor_is_not_content_while_a_campaign_stands(braked: Campaign) -> None:
    said = [part for part in diagnose() if "Приостановлены из-за сбоя" in part.sentence]

    assert [part.good for part in said] == [False]
    assert braked.name in said[0].sentence


def test_a_provider_that_refuses_us_is_said_on_the_page_and_by_doctor(marketing: Client) -> None:
    campaign = campaign_running(people_make(1))
    ProviderState.objects.create(name="smtp", failures=1, trouble="smtp_554_5.7.1")

    page = marketing.get(f"/staff/campaigns/{campaign.pk}/").content.decode()

    assert "Отправка стоит" in page
    assert "почтовый сервер отказал, код 554 5.7.1" in page
    assert any(not part.good and "Почтовый сервер" in part.sentence for part in diagnose())
