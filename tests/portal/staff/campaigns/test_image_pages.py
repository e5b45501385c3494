"""The picture of a campaign on its pages: uploaded by its author, seen by the second person, refused with a reason."""

import re
from collections.abc import Mapping
from dataclasses import replace
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pytest_django.fixtures import Settings

from notify.campaigns.lifecycle import campaign_change, campaign_submit
from notify.campaigns.reading import campaign_spec
from notify.enums import CampaignState
from notify.messages.image_file import OWN_LIMITS
from notify.models import Campaign, CampaignImage
from portal.models import StaffAction
from portal.models.user import Role
from tests.factories.notify import picture_make, step_of
from tests.factories.staff import client_of
from tests.portal.staff.matrix import CAMPAIGN
from tests.portal.staff.world import World

MAX: Mapping[str, str] = CAMPAIGN | {"channel": "max", "subject": ""}


def _put(world: World, content: bytes, *, campaign: Campaign | None = None, name: str = "offer.png") -> Any:
    """The author uploads a file."""
    client = client_of(world.people[Role.MARKETING])
    target = campaign or world.pictured
    file = SimpleUploadedFile(name, content, content_type="image/png")
    return client.post(f"/staff/campaigns/{target.pk}/image/put/", {"image": file})


def _page(world: World, path: str = "", role: Role = Role.MARKETING) -> str:
    return client_of(world.people[role]).get(f"/staff/campaigns/{world.pictured.pk}/{path}").content.decode()


def _images(page: str) -> list[str]:
    """The addresses of the pictures of a page."""
    return [unescape(url) for url in re.findall(r'<img[^>]+src="([^"]+/image/[^"]*)"', page)]


def test_a_picture_is_uploaded_and_shown_on_the_draft_and_in_the_preview(world: World) -> None:
    CampaignImage.objects.all().delete()
    assert "Добавить картинку" in _page(world)

    answer = _put(world, picture_make(size=(120, 80)))

    assert answer.status_code == 302
    page = _page(world)
    assert "PNG, 120 × 80 точек" in page
    assert "Заменить картинку" in page
    kept = CampaignImage.objects.get()
    for shown in (page, _page(world, "preview/")):
        (url,) = _images(shown)
        assert url == f"/staff/campaigns/{world.pictured.pk}/image/?step=1&v={kept.sha256[:12]}"
        picture = client_of(world.people[Role.MARKETING]).get(url)
        assert (picture.content, picture["Content-Type"]) == (bytes(kept.content), "image/png")


def test_a_photo_is_taken_whatever_its_name_says(world: World) -> None:
    _put(world, picture_make(ending="JPEG"), name="letter.exe")

    assert CampaignImage.objects.get().ending == "jpg"
    (url,) = _images(_page(world))
    assert client_of(world.people[Role.DPO]).get(url)["Content-Type"] == "image/jpeg"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Это не PNG и не JPEG."),
        (b"<svg onload='alert(1)'></svg>", "Это не PNG и не JPEG."),
        (picture_make(ending="GIF"), "Это не PNG и не JPEG."),
        (picture_make(size=(OWN_LIMITS.side + 1, 1)), "можно до 5000 точек по каждой стороне"),
        (b"\x89PNG" + bytes(OWN_LIMITS.size), "можно до 10 МБ."),
        (picture_make(size=(300, 300))[:300], "Файл повреждён."),
    ],
    ids=["empty", "svg", "gif", "wide", "big", "cut"],
)
def test_a_file_that_cannot_be_taken_is_named_and_changes_nothing(world: World, content: bytes, words: str) -> None:
    before = CampaignImage.objects.get().sha256

    answer = _put(world, content)

    page = answer.content.decode()
    assert answer.status_code == 400
    assert words in page
    assert step_of(world.pictured).text.splitlines()[0] in unescape(page)
    assert CampaignImage.objects.get().sha256 == before
    world.pictured.refresh_from_db()
    assert world.pictured.revision == 1


def test_a_moving_picture_is_named_too(world: World) -> None:
    target = BytesIO()
    frames = [Image.new("RGB", (9, 9), colour) for colour in ("red", "blue")]
    frames[0].save(target, "PNG", save_all=True, append_images=frames[1:])

    assert "Картинка движется." in _put(world, target.getvalue()).content.decode()


def test_a_press_without_a_file_asks_for_one(world: World) -> None:
    answer = client_of(world.people[Role.MARKETING]).post(f"/staff/campaigns/{world.pictured.pk}/image/put/")

    assert "Выберите файл с картинкой." in answer.content.decode()


def test_a_picture_is_removed_by_a_button(world: World) -> None:
    client = client_of(world.people[Role.MARKETING])
    assert "Убрать картинку" in _page(world)

    client.post(f"/staff/campaigns/{world.pictured.pk}/image/remove/")

    assert _images(_page(world)) == []
    assert client.get(f"/staff/campaigns/{world.pictured.pk}/image/").status_code == 404


def test_the_journal_keeps_which_picture_it_was(world: World) -> None:
    _put(world, picture_make(colour="red"))
    put = StaffAction.objects.latest("id")
    assert (put.action, put.details) == (
        "campaign.changed",
        {"revision": 2, "image": CampaignImage.objects.get().sha256},
    )

    client_of(world.people[Role.MARKETING]).post(f"/staff/campaigns/{world.pictured.pk}/image/remove/")

    assert StaffAction.objects.latest("id").details == {"revision": 3, "image": "removed"}
    page = client_of(world.people[Role.DPO]).get("/staff/journal/").content.decode()
    assert "убрана" in page


def test_nobody_but_the_author_changes_it(world: World) -> None:
    other = client_of(world.author)

    answer = other.post(f"/staff/campaigns/{world.pictured.pk}/image/remove/")

    assert answer.status_code == 403
    assert CampaignImage.objects.exists()
    page = other.get(f"/staff/campaigns/{world.pictured.pk}/").content.decode()
    assert len(_images(page)) == 1
    assert "Убрать картинку" not in page
    assert "Файл с картинкой" not in page


@pytest.mark.parametrize("act", ["put", "remove"])
def test_a_launched_campaign_keeps_its_picture(world: World, act: str) -> None:
    Campaign.objects.filter(pk=world.pictured.pk).update(state=CampaignState.RUNNING, launched_by=world.author)
    before = CampaignImage.objects.get().sha256

    client = client_of(world.people[Role.MARKETING])
    file = SimpleUploadedFile("offer.png", picture_make(colour="red"))
    answer = client.post(f"/staff/campaigns/{world.pictured.pk}/image/{act}/", {"image": file}, follow=True)

    assert "Действие не выполнено: кампания сейчас в состоянии «идёт»." in answer.content.decode()
    assert CampaignImage.objects.get().sha256 == before
    assert "Картинка: PNG" in _page(world)


class TestTheSecondPerson:
    """Whoever launches a campaign sees its picture, and launches no other."""

    @pytest.fixture(autouse=True)
    def _reviewed(self, world: World) -> None:
        spec = replace(campaign_spec(world.pictured), audience={"customer_ids": [world.customer.pk]})
        campaign_change(campaign_id=world.pictured.pk, spec=spec)
        campaign_submit(campaign_id=world.pictured.pk)

    def test_sees_the_picture_on_the_page_of_the_launch(self, world: World) -> None:
        page = _page(world, "launch/", Role.DPO)

        assert len(_images(page)) == 1
        assert "Картинка: PNG, 60 × 40 точек" in page

    def test_does_not_launch_another_picture(self, world: World) -> None:
        client = client_of(world.people[Role.DPO])
        url = f"/staff/campaigns/{world.pictured.pk}/launch/"
        seen = re.search(r'name="content_sha256" value="([0-9a-f]{64})"', client.get(url).content.decode())
        assert seen
        _put(world, picture_make(colour="red"))
        campaign_submit(campaign_id=world.pictured.pk)

        answer = client.post(url, {"content_sha256": seen[1]})

        assert answer.status_code == 409
        assert CampaignImage.objects.get().sha256[:12] in _images(answer.content.decode())[0]

    def test_a_new_picture_takes_the_campaign_back_to_its_author(self, world: World) -> None:
        _put(world, picture_make(colour="red"))

        world.pictured.refresh_from_db()
        assert (world.pictured.state, world.pictured.content_sha256) == (CampaignState.DRAFT, "")


def test_a_copy_gets_the_picture_too(world: World) -> None:
    client = client_of(world.people[Role.MARKETING])

    client.post(f"/staff/campaigns/new/?copy={world.pictured.pk}", MAX)

    copy = Campaign.objects.latest("id")
    assert (
        CampaignImage.objects.get(step__campaign=copy).sha256
        == CampaignImage.objects.get(step__campaign=world.pictured).sha256
    )


def test_over_mail_the_page_says_that_it_stays_behind(world: World) -> None:
    client = client_of(world.people[Role.MARKETING])
    client.post(f"/staff/campaigns/{world.pictured.pk}/edit/", CAMPAIGN)

    page = _page(world)

    assert "По этому каналу картинки не отправляются" in page
    assert "Файл с картинкой" not in page
    assert _images(_page(world, "preview/")) == []


def test_a_draft_over_mail_has_no_card_for_a_picture(world: World) -> None:
    page = client_of(world.people[Role.MARKETING]).get(f"/staff/campaigns/{world.draft.pk}/").content.decode()

    assert "Картинка" not in page


def test_a_provider_that_takes_none_is_named_and_nothing_goes_on(world: World, settings: Settings) -> None:
    settings.SANDBOX = False
    client = client_of(world.people[Role.MARKETING])

    page = _page(world)
    assert "Один из провайдеров канала не передаёт картинок" in page
    assert "Файл с картинкой" not in page
    answer = _put(world, picture_make())
    assert (answer.status_code, "Картинку некому передать" in answer.content.decode()) == (409, True)
    client.post(f"/staff/campaigns/{world.pictured.pk}/image/remove/")

    assert "Добавить картинку сейчас нельзя: провайдеры этого канала её не передадут." in _page(world)
