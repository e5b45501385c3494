"""The picture of a campaign: approved with the words, frozen by the launch, refused where nobody could show it."""

from dataclasses import replace
from io import BytesIO
from typing import Any
from unittest.mock import Mock

import pytest
from pytest_django.fixtures import Settings

from notify.campaigns.content import campaign_content
from notify.campaigns.images import image_content, image_shown, image_view, images_copy
from notify.campaigns.lifecycle import (
    campaign_change,
    campaign_image_put,
    campaign_image_remove,
    campaign_launch,
    campaign_submit,
)
from notify.campaigns.planning import campaign_plan
from notify.campaigns.reading import campaign_read, campaign_spec
from notify.channel_settings import image_limits
from notify.channels.base import ImageLimits
from notify.channels.max.images import LIMITS
from notify.enums import CampaignState
from notify.errors import CampaignChanged, ImageNotCarried, MoveRefused
from notify.messages.image_file import OWN_LIMITS, ImageFile, image_read
from notify.models import Campaign, CampaignImage
from notify.provider_setups import setup_create
from tests.factories.consents import launch_ready_make
from tests.factories.notify import CampaignFactory, image_make, people_make, picture_make, step_of
from tests.factories.providers import defaults
from tests.factories.staff import StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _may_launch(db: None) -> None:
    """The company and its texts stand: nothing here is about their lack."""
    launch_ready_make()


@pytest.fixture
def campaign() -> Campaign:
    """A draft over MAX."""
    people = people_make(2, channel="max")
    draft: Campaign = CampaignFactory(
        channel="max", subject="", audience={"customer_ids": [person.pk for person in people]}
    )
    return draft


def picture(**how: Any) -> ImageFile:
    return image_read(BytesIO(picture_make(**how)), limits=OWN_LIMITS)


def content_of(campaign: Campaign) -> str:
    return campaign_content(campaign_id=campaign.pk).sha256


def test_a_picture_is_kept_beside_the_words(campaign: Campaign) -> None:
    kept = picture()

    assert campaign_image_put(campaign_id=campaign.pk, position=1, image=kept) == 2

    view = image_view(step_of(campaign))
    assert view is not None
    assert (view.kind, view.width, view.height, view.size) == ("PNG", 60, 40, len(kept.content))
    assert image_content(step_id=step_of(campaign).pk) == ("png", kept.content)
    assert campaign_read(campaign_id=campaign.pk).revision == 2


def test_another_picture_takes_its_place(campaign: Campaign) -> None:
    campaign_image_put(campaign_id=campaign.pk, position=1, image=picture())
    campaign_image_put(campaign_id=campaign.pk, position=1, image=picture(ending="JPEG"))

    assert [(row.ending, row.step.campaign_id) for row in CampaignImage.objects.all()] == [("jpg", campaign.pk)]


def test_a_picture_that_is_removed_is_gone(campaign: Campaign) -> None:
    campaign_image_put(campaign_id=campaign.pk, position=1, image=picture())

    assert campaign_image_remove(campaign_id=campaign.pk, position=1) == 3

    assert image_view(step_of(campaign)) is None
    assert image_content(step_id=step_of(campaign).pk) is None


@pytest.mark.parametrize("act", ["put", "remove"])
def test_a_change_of_the_picture_voids_the_review(campaign: Campaign, act: str) -> None:
    image_make(campaign)
    campaign_submit(campaign_id=campaign.pk)

    if act == "put":
        campaign_image_put(campaign_id=campaign.pk, position=1, image=picture(colour="red"))
    else:
        campaign_image_remove(campaign_id=campaign.pk, position=1)

    campaign.refresh_from_db()
    assert (campaign.state, campaign.content_sha256) == (CampaignState.DRAFT, "")


def test_what_is_approved_changes_with_the_picture(campaign: Campaign) -> None:
    seen = [content_of(campaign)]
    for colour in ("red", "blue"):
        image_make(campaign, colour=colour)
        seen.append(content_of(campaign))

    assert len(set(seen)) == 3
    CampaignImage.objects.all().delete()
    assert content_of(campaign) == seen[0]


def test_a_picture_that_was_not_seen_is_not_launched(campaign: Campaign) -> None:
    image_make(campaign)
    approved = campaign_submit(campaign_id=campaign.pk).sha256
    image_make(campaign, colour="red")

    with pytest.raises(CampaignChanged):
        campaign_launch(campaign_id=campaign.pk, launched_by_id=StaffFactory().pk, content_sha256=approved)

    launcher, seen = StaffFactory().pk, content_of(campaign)
    assert campaign_launch(campaign_id=campaign.pk, launched_by_id=launcher, content_sha256=seen)


def test_after_the_launch_the_picture_stands(campaign: Campaign) -> None:
    image_make(campaign)
    approved = campaign_submit(campaign_id=campaign.pk).sha256
    campaign_launch(campaign_id=campaign.pk, launched_by_id=StaffFactory().pk, content_sha256=approved)

    with pytest.raises(MoveRefused):
        campaign_image_put(campaign_id=campaign.pk, position=1, image=picture(colour="red"))
    with pytest.raises(MoveRefused):
        campaign_image_remove(campaign_id=campaign.pk, position=1)

    assert campaign_plan(campaign_id=campaign.pk) == 2
    assert image_view(step_of(campaign)) is not None


def test_over_a_channel_that_shows_none_it_stays_behind_and_is_not_approved(campaign: Campaign) -> None:
    image_make(campaign)
    spec = campaign_spec(campaign_read(campaign_id=campaign.pk))
    letter = replace(spec, steps=(replace(spec.steps[0], channel="email", subject="Тема"),))
    campaign_change(campaign_id=campaign.pk, spec=letter)
    changed = campaign_read(campaign_id=campaign.pk)

    view = image_view(step_of(changed))
    assert view is not None
    assert (view.is_shown, image_shown(step_of(changed))) == (False, None)
    with_image = content_of(changed)
    CampaignImage.objects.all().delete()
    assert content_of(changed) == with_image


def test_a_copy_has_a_picture_of_its_own(campaign: Campaign) -> None:
    kept = image_make(campaign)
    other = CampaignFactory(channel="max", subject="")

    images_copy(from_id=campaign.pk, to_id=other.pk)
    campaign_image_remove(campaign_id=campaign.pk, position=1)

    view = image_view(step_of(other))
    assert view is not None
    assert view.sha256 == kept.sha256


def test_a_copy_of_a_campaign_without_one_has_none(campaign: Campaign) -> None:
    other = CampaignFactory(channel="max", subject="")

    images_copy(from_id=campaign.pk, to_id=other.pk)

    assert image_view(step_of(other)) is None


class TestTheProviders:
    """What those who carry a channel would take."""

    @pytest.fixture(autouse=True)
    def _no_sandbox(self, settings: Settings) -> None:
        settings.SANDBOX = False

    def test_a_bot_takes_what_max_takes(self) -> None:
        assert image_limits(channel="max") is None

        setup_create(kind="max", title="", fields=defaults("max") | {"token": "t"})

        assert image_limits(channel="max") == LIMITS

    def test_one_provider_that_takes_none_is_enough(self) -> None:
        setup_create(kind="max", title="", fields=defaults("max") | {"token": "t"})
        login = {
            "email": "a@romashka.example",
            "password": "p",
            "app_id": "app_1_1",
            "license_id": "7",
            "max_type": "max",
        }
        chatapp = defaults("chatapp") | login
        setup_create(kind="chatapp", title="", fields=chatapp)

        assert image_limits(channel="max") is None

    @pytest.mark.parametrize("channel", ["email", "sms", "vk"])
    def test_other_channels_show_none(self, channel: str) -> None:
        assert image_limits(channel=channel) is None

    @pytest.mark.parametrize(
        "limits",
        [None, ImageLimits(size=10, side=5000), ImageLimits(size=10**6, side=59)],
        ids=["none", "size", "side"],
    )
    @pytest.mark.parametrize("is_submitted", [False, True])
    def test_a_picture_that_one_would_not_take_goes_no_further(
        self, campaign: Campaign, monkeypatch: pytest.MonkeyPatch, limits: ImageLimits | None, is_submitted: bool
    ) -> None:
        setup_create(kind="max", title="", fields=defaults("max") | {"token": "t"})
        image_make(campaign)
        launcher = StaffFactory().pk
        approved = campaign_submit(campaign_id=campaign.pk).sha256 if is_submitted else ""
        monkeypatch.setattr("notify.campaigns.images.image_limits", Mock(return_value=limits))

        def go_on() -> object:
            if not is_submitted:
                return campaign_submit(campaign_id=campaign.pk)
            return campaign_launch(campaign_id=campaign.pk, launched_by_id=launcher, content_sha256=approved)

        with pytest.raises(ImageNotCarried):
            go_on()

        CampaignImage.objects.all().delete()
        assert campaign_submit(campaign_id=campaign.pk).size == 2
