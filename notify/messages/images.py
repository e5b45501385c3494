"""The picture that messages of a campaign carry: named at once, read from the database by whoever uploads it."""

from functools import partial

from django.db import DatabaseError

from consents.enums import Channel
from notify.channels.base import Image, TemporarilyUnavailable
from notify.models import Campaign, CampaignImage


def image_sent(campaign: Campaign) -> Image | None:
    """Return the picture of a campaign whose channel shows one; None without one, and before the campaign is saved."""
    if campaign.pk is None or not Channel(campaign.channel).spec.has_images:
        return None
    row = CampaignImage.objects.filter(campaign_id=campaign.pk).values_list("ending", "sha256").first()
    if row is None:
        return None
    ending, sha256 = row
    return Image(f"image.{ending}", sha256, partial(_content, campaign.pk, sha256))


def _content(campaign_id: int, sha256: str) -> bytes:
    """Return the content. Raises `TemporarilyUnavailable`: the provider has nothing yet."""
    try:
        kept = CampaignImage.objects.filter(campaign_id=campaign_id, sha256=sha256)
        content = kept.values_list("content", flat=True).first()
    except DatabaseError as error:
        raise TemporarilyUnavailable("no_database") from error
    if content is None:
        raise TemporarilyUnavailable("no_image")
    return bytes(content)
