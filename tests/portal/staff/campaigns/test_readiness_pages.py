"""What keeps a campaign from being launched is named before the launch, and again when it is refused."""

import pytest
from django.core.management import CommandError, call_command

from notify.campaigns.lifecycle import campaign_create, campaign_submit
from notify.campaigns.people import FAILED_IN
from notify.enums import CampaignState, MessageState
from notify.models import Campaign, Message
from portal.models.user import Role
from portal.operations.diagnosis import diagnose
from tests.factories.consents import CompanyFactory
from tests.factories.notify import campaign_running, people_make, spec_make
from tests.factories.staff import StaffFactory, client_of, user_make

pytestmark = pytest.mark.django_db


def reviewed() -> Campaign:
    """A campaign that waits for its second person."""
    people = people_make(2)
    spec = spec_make(audience={"customer_ids": [person.pk for person in people]})
    number = campaign_create(spec=spec, created_by_id=StaffFactory().pk)
    campaign_submit(campaign_id=number)
    return Campaign.objects.get(pk=number)


def test_page_post_command_and_doctor_name_what_is_missing() -> None:
    CompanyFactory(inn="")
    campaign = reviewed()
    second = user_make(Role.MARKETING)
    client = client_of(second)

    page = client.get(f"/staff/campaigns/{campaign.pk}/launch/").content.decode()
    refused = client.post(f"/staff/campaigns/{campaign.pk}/launch/", {"content_sha256": campaign.content_sha256})

    for words in (page, refused.content.decode()):
        assert "Данные компании не внесены: ИНН." in words
        assert "Политика" in words
    assert refused.status_code == 409
    with pytest.raises(CommandError, match="ИНН"):
        call_command("campaign_launch", str(campaign.pk), "--as", second.email, "--sha256", campaign.content_sha256)
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.REVIEW
    assert any(not part.good and "В реквизитах компании нет: ИНН" in part.sentence for part in diagnose())


def test_whom_a_campaign_has_not_reached_can_be_written_to_by_another_one() -> None:
    campaign = campaign_running(people_make(2))
    failed = Message.objects.filter(campaign=campaign).first()
    assert failed is not None
    Message.objects.filter(pk=failed.pk).update(state=MessageState.FAILED, error_code="smtp_554_5.7.1")
    client = client_of(user_make(Role.MARKETING))

    listed = client.get(f"/staff/campaigns/{campaign.pk}/messages/failed/").content.decode()
    editor = client.get(f"/staff/campaigns/new/?failed={campaign.pk}").content.decode()

    assert f"?failed={campaign.pk}" in listed
    assert "которым она не доставлена" in editor
    spec = spec_make(audience={FAILED_IN: campaign.pk})
    assert campaign_submit(campaign_id=campaign_create(spec=spec, created_by_id=StaffFactory().pk)).size == 1
