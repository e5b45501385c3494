"""The picture that messages of a step carry: named at once, read from the database by whoever uploads it."""

from functools import partial

from django.db import DatabaseError

from consents.enums import Channel
from notify.channels.base import Image, TemporarilyUnavailable
from notify.models import CampaignImage, CampaignStep


def image_sent(step: CampaignStep) -> Image | None:
    """Return the picture of a step whose channel shows one; None without one, and before the step is saved."""
    if step.pk is None or not Channel(step.channel).spec.has_images:
        return None
    row = CampaignImage.objects.filter(step_id=step.pk).values_list("ending", "sha256").first()
    if row is None:
        return None
    ending, sha256 = row
    return Image(f"image.{ending}", sha256, partial(_content, step.pk, sha256))


def _content(step_id: int, sha256: str) -> bytes:
    """Return the content. Raises `TemporarilyUnavailable`: the provider has nothing yet."""
    try:
        kept = CampaignImage.objects.filter(step_id=step_id, sha256=sha256)
        content = kept.values_list("content", flat=True).first()
    except DatabaseError as error:
        raise TemporarilyUnavailable("no_database") from error
    if content is None:
        raise TemporarilyUnavailable("no_image")
    return bytes(content)
