"""What a campaign would cost, as its provider has told it before the launch."""

from django.db import models

from notify.models.campaign import Campaign


class CampaignPrice(models.Model):
    """The last question about a campaign's price and its answer, for one revision of it.

    ``price`` is that of ``sample`` made-up messages, in the currency of the account; without one there is the reason.
    """

    campaign = models.OneToOneField(Campaign, on_delete=models.CASCADE, related_name="+")
    revision = models.PositiveIntegerField()
    provider = models.CharField(max_length=20, blank=True)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    sample = models.PositiveSmallIntegerField(default=0)
    parts = models.PositiveSmallIntegerField(default=0, help_text="Of one message of the sample.")
    price = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    trouble = models.CharField(max_length=60, blank=True)

    def __str__(self) -> str:
        return f"{self.campaign_id}/{self.revision}"
