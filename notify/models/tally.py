"""Figures of campaigns that are kept: each change of a message or a link adds a row, and a figure is the sum of them.

Triggers of `notify.migrations` write the rows in the transaction of the change, so a sum is what a count would find.
No row is changed, so nobody waits for anybody; `notify.outbox.tallies` folds them.
"""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from notify.models.campaign import Campaign, CampaignStep, Touchpoint


class Tally(models.Model):
    """What a change has added to the figures, or what was added up of such rows."""

    at = models.DateTimeField(db_default=Now(), help_text="When; of folded rows, the first of them.")
    is_folded = models.BooleanField(db_default=False)

    class Meta:
        abstract = True


class MessageTally(Tally):
    """Messages of one step, and of those that a provider charges for, parts as `CampaignParts` has them.

    ``reason`` is why these were skipped, failed or are in doubt.
    """

    campaign = models.ForeignKey(
        Campaign, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="tallies"
    )
    step = models.ForeignKey(
        CampaignStep, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="tallies"
    )
    reason = models.CharField(max_length=60, db_default="")
    planned = models.IntegerField(db_default=0)
    sent = models.IntegerField(db_default=0)
    delivered = models.IntegerField(db_default=0)
    skipped = models.IntegerField(db_default=0)
    failed = models.IntegerField(db_default=0)
    unknown = models.IntegerField(db_default=0)
    priced = models.IntegerField(db_default=0)
    charged = models.IntegerField(db_default=0)
    counted = models.IntegerField(db_default=0)
    counted_of_all = models.IntegerField(db_default=0)

    class Meta:
        indexes = [
            models.Index(fields=["campaign"], name="message_tally_campaign"),
            models.Index(fields=["campaign"], condition=Q(is_folded=False), name="message_tally_new"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.reason}"


class LinkTally(Tally):
    """What people did who came by the links of a touchpoint."""

    touchpoint = models.ForeignKey(
        Touchpoint, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="tallies"
    )
    visited = models.IntegerField(db_default=0)
    confirmed = models.IntegerField(db_default=0)
    consented = models.IntegerField(db_default=0)
    max_linked = models.IntegerField(db_default=0)
    dialogue_ended = models.IntegerField(db_default=0)

    class Meta:
        indexes = [
            models.Index(fields=["touchpoint"], name="link_tally_touchpoint"),
            models.Index(fields=["touchpoint"], condition=Q(is_folded=False), name="link_tally_new"),
        ]

    def __str__(self) -> str:
        return str(self.touchpoint_id)
