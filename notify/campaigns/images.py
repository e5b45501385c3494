"""The picture of a step: kept beside its words, approved with them, shown where the channel shows one."""

from dataclasses import dataclass

from consents.enums import Channel
from notify.channel_settings import image_limits
from notify.errors import ImageNotCarried
from notify.messages.image_file import ImageFile
from notify.models import CampaignImage, CampaignStep


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageView:
    """A picture as pages show it, without its content."""

    ending: str
    sha256: str
    size: int
    width: int
    height: int
    is_shown: bool
    """Whether the channel of the step shows one: over another it stays behind."""

    @property
    def kind(self) -> str:
        """Return its format for people."""
        return {"png": "PNG", "jpg": "JPEG"}[self.ending]


def image_view(step: CampaignStep) -> ImageView | None:
    """Return the picture of a step, also one that its channel does not show."""
    columns = ("ending", "sha256", "size", "width", "height")
    row = CampaignImage.objects.filter(step_id=step.pk).values(*columns).first()
    return None if row is None else ImageView(**row, is_shown=Channel(step.channel).spec.has_images)


def image_shown(step: CampaignStep) -> ImageView | None:
    """Return the picture that the messages of a step carry."""
    view = image_view(step)
    return view if view is not None and view.is_shown else None


def image_content(*, step_id: int) -> tuple[str, bytes] | None:
    """Return the end of its name and the content of a step's picture; None without one."""
    row = CampaignImage.objects.filter(step_id=step_id).values_list("ending", "content").first()
    return None if row is None else (row[0], bytes(row[1]))


def image_store(*, step_id: int, image: ImageFile) -> None:
    """Keep a picture in place of the one that there was; joins the caller's transaction."""
    CampaignImage.objects.update_or_create(
        step_id=step_id,
        defaults={
            "ending": image.ending,
            "content": image.content,
            "sha256": image.sha256,
            "size": len(image.content),
            "width": image.width,
            "height": image.height,
        },
    )


def image_delete(*, step_id: int) -> bool:
    """Delete the picture of a step; return whether there was one. Joins the caller's transaction."""
    deleted, _ = CampaignImage.objects.filter(step_id=step_id).delete()
    return deleted > 0


def images_copy(*, from_id: int, to_id: int) -> None:
    """Keep the pictures of one campaign for another too, each for the step in the same place."""
    places = dict(CampaignStep.objects.filter(campaign_id=to_id).values_list("position", "id"))
    for row in CampaignImage.objects.filter(step__campaign_id=from_id).select_related("step"):
        if (step_id := places.get(row.step.position)) is not None:
            row.pk, row.step_id, row._state.adding = None, step_id, True
            row.save()


def image_is_carried(step: CampaignStep) -> bool:
    """Return whether every provider of the channel would take the picture of a step, or there is none to take."""
    image = image_shown(step)
    if image is None:
        return True
    limits = image_limits(channel=step.channel)
    return limits is not None and image.size <= limits.size and max(image.width, image.height) <= limits.side


def image_check(step: CampaignStep) -> None:
    """Raise `ImageNotCarried` where a provider of the channel would not take the picture of a step."""
    if not image_is_carried(step):
        raise ImageNotCarried
