"""What a step of a campaign would cost, as its provider has told it before the launch."""

from django.db import models

from notify.models.campaign import CampaignStep


class CampaignPrice(models.Model):
    """The last question about the price of a step and its answer, for one revision of the campaign.

    ``price`` is that of ``sample`` made-up messages, in the currency of the account; without one there is the reason.
    """

    step = models.OneToOneField(CampaignStep, on_delete=models.CASCADE, related_name="+")
    revision = models.PositiveIntegerField()
    provider = models.CharField(max_length=20, blank=True)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    sample = models.PositiveSmallIntegerField(default=0)
    parts = models.PositiveSmallIntegerField(default=0, help_text="Of one message of the sample.")
    price = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    trouble = models.CharField(max_length=60, blank=True)

    def __str__(self) -> str:
        return f"{self.step_id}/{self.revision}"
