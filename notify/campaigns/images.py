"""The picture of a campaign: kept beside its words, approved with them, shown where the channel shows one."""

from dataclasses import dataclass

from consents.enums import Channel
from notify.channel_settings import image_limits
from notify.errors import ImageNotCarried
from notify.messages.image_file import ImageFile
from notify.models import Campaign, CampaignImage


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageView:
    """A picture as pages show it, without its content."""

    ending: str
    sha256: str
    size: int
    width: int
    height: int
    is_shown: bool
    """Whether the channel of the campaign shows one: over another it stays behind."""

    @property
    def kind(self) -> str:
        """Return its format for people."""
        return {"png": "PNG", "jpg": "JPEG"}[self.ending]


def image_view(campaign: Campaign) -> ImageView | None:
    """Return the picture of a campaign, also one that its channel does not show."""
    columns = ("ending", "sha256", "size", "width", "height")
    row = CampaignImage.objects.filter(campaign_id=campaign.pk).values(*columns).first()
    return None if row is None else ImageView(**row, is_shown=Channel(campaign.channel).spec.has_images)


def image_shown(campaign: Campaign) -> ImageView | None:
    """Return the picture that the messages of a campaign carry."""
    view = image_view(campaign)
    return view if view is not None and view.is_shown else None


def image_content(*, campaign_id: int) -> tuple[str, bytes] | None:
    """Return the end of its name and the content of a campaign's picture; None without one."""
    row = CampaignImage.objects.filter(campaign_id=campaign_id).values_list("ending", "content").first()
    return None if row is None else (row[0], bytes(row[1]))


def image_store(*, campaign_id: int, image: ImageFile) -> None:
    """Keep a picture in place of the one that there was; joins the caller's transaction."""
    CampaignImage.objects.update_or_create(
        campaign_id=campaign_id,
        defaults={
            "ending": image.ending,
            "content": image.content,
            "sha256": image.sha256,
            "size": len(image.content),
            "width": image.width,
            "height": image.height,
        },
    )


def image_delete(*, campaign_id: int) -> bool:
    """Delete the picture of a campaign; return whether there was one. Joins the caller's transaction."""
    deleted, _ = CampaignImage.objects.filter(campaign_id=campaign_id).delete()
    return deleted > 0


def image_copy(*, from_id: int, to_id: int) -> None:
    """Keep the picture of one campaign for another too; without one nothing is kept."""
    row = CampaignImage.objects.filter(campaign_id=from_id).first()
    if row is not None:
        row.pk, row.campaign_id, row._state.adding = None, to_id, True
        row.save()


def image_is_carried(campaign: Campaign) -> bool:
    """Return whether every provider of the channel would take the picture of a campaign, or there is none to take."""
    image = image_shown(campaign)
    if image is None:
        return True
    limits = image_limits(channel=campaign.channel)
    return limits is not None and image.size <= limits.size and max(image.width, image.height) <= limits.side


def image_check(campaign: Campaign) -> None:
    """Raise `ImageNotCarried` where a provider of the channel would not take the picture of a campaign."""
    if not image_is_carried(campaign):
        raise ImageNotCarried
