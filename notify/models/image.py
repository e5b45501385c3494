"""Pictures of steps, kept as they leave: made anew from what was uploaded, without what a camera wrote into it."""

from django.db import models

from consents.database.clock import database_now
from notify.models.campaign import CampaignStep


class CampaignImage(models.Model):
    """The picture of one step of a campaign. ``sha256`` is of the content; it is approved with the words."""

    step = models.OneToOneField(CampaignStep, on_delete=models.CASCADE, related_name="image")
    ending = models.CharField(max_length=4, help_text="Its format, as the end of a name: png or jpg.")
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField(help_text="Of the content, in bytes.")
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField(default=database_now, editable=False)

    def __str__(self) -> str:
        return f"{self.step_id}.{self.ending}"
