"""Campaigns, each some steps to one audience, and the touchpoints that carry their links."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from consents.channels.spec import ChannelSpec
from consents.database.clock import database_now
from consents.enums import Channel, LegalBasis, SubscriberConsent
from notify.enums import BrakeReason, CampaignState, StepCondition, TextKind


class Campaign(models.Model):
    """An audience, the hours of its sending and where it stands. The database too refuses a launch by the author."""

    name = models.CharField(_("название"), max_length=120)
    state = models.CharField(max_length=10, choices=CampaignState, default=CampaignState.DRAFT)
    audience = models.JSONField(_("кому"), default=dict, help_text="Audience filter, see docs/campaigns.md.")
    send_from = models.TimeField(_("не раньше"), default="09:00")
    send_until = models.TimeField(_("не позже"), default="21:00")
    revision = models.PositiveIntegerField(default=1)
    content_sha256 = models.CharField(max_length=64, blank=True, help_text="Of what was submitted, then approved.")
    return_reason = models.CharField(max_length=300, blank=True, help_text="Words of the one who gave it back.")
    voided_at = models.DateTimeField(
        null=True, blank=True, help_text="When a launch was taken back: the audience was not the approved one."
    )
    planned_count = models.PositiveIntegerField(null=True, blank=True)
    links_revoked_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    launched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=database_now, editable=False)
    launched_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(launched_by__isnull=True) | ~Q(launched_by=F("created_by")),
                name="campaign_second_person",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[CampaignState.DRAFT, CampaignState.REVIEW, CampaignState.STOPPED])
                | Q(launched_by__isnull=False),
                name="campaign_launched_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["state"], name="campaign_state")]

    def __str__(self) -> str:
        return self.name


class CampaignStep(models.Model):
    """A text over one channel, and whom of the campaign's people it goes to, and when.

    The first one goes to everybody, not before ``starts_on``. A later one waits besides, for each person alone,
    ``wait_days`` from the moment when the message of the step before it left, failed or was kept back, and then asks
    ``condition``.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="steps")
    position = models.PositiveSmallIntegerField(default=1)
    condition = models.CharField(
        _("кому"), max_length=14, choices=StepCondition, default=StepCondition.EVERYBODY, db_default="everybody"
    )
    wait_days = models.PositiveSmallIntegerField(_("через сколько дней"), default=0, db_default=0)
    starts_on = models.DateField(_("не раньше дня"), null=True, blank=True)
    channel = models.CharField(_("канал"), max_length=8)
    text_kind = models.CharField(_("вид текста"), max_length=12, choices=TextKind, default=TextKind.SERVICE)
    legal_basis = models.CharField(_("основание"), max_length=10, choices=LegalBasis, default=LegalBasis.CONTRACT)
    norm = models.CharField(_("норма"), max_length=200, blank=True, default="", db_default="")
    subscriber_consent = models.CharField(
        _("согласие абонента на рассылку"),
        max_length=10,
        choices=SubscriberConsent,
        blank=True,
        default="",
        db_default="",
    )
    contract_clause = models.CharField(_("договор и его пункт"), max_length=200, blank=True, default="", db_default="")
    contract_date = models.DateField(_("дата договора"), null=True, blank=True)
    offer_reason = models.CharField(_("почему это не реклама"), max_length=300, blank=True, default="", db_default="")
    subject = models.CharField(_("тема"), max_length=200, blank=True)
    text = models.TextField(_("текст"))
    button = models.CharField(_("надпись на кнопке"), max_length=60, blank=True)
    link_days = models.PositiveSmallIntegerField(_("срок ссылки, дней"), default=30)
    look_at = models.DateTimeField(
        null=True, blank=True, help_text="When somebody may next be due; None once all have been."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "position"], name="step_position_once", deferrable=models.Deferrable.DEFERRED
            ),
        ]
        indexes = [models.Index(fields=["look_at"], condition=Q(look_at__isnull=False), name="step_look_at")]

    def __str__(self) -> str:
        return f"{self.campaign_id}/{self.position}"

    @property
    def channel_spec(self) -> ChannelSpec:
        """Return what is declared of its channel."""
        return Channel(self.channel).spec


class CampaignBrake(models.Model):
    """How the latest calls of a campaign went, over all workers, and why it was paused by itself."""

    campaign = models.OneToOneField(Campaign, on_delete=models.PROTECT, primary_key=True, related_name="brake")
    refused = models.PositiveIntegerField(default=0, db_default=0, help_text="Messages in a row.")
    doubts = models.PositiveIntegerField(default=0, db_default=0, help_text="Calls in a row.")
    seen = models.PositiveIntegerField(default=0, db_default=0, help_text="Messages of the latest share.")
    bad = models.PositiveIntegerField(default=0, db_default=0, help_text="Of these, refused or in doubt.")
    undelivered = models.PositiveIntegerField(default=0, db_default=0, help_text="Reports in a row, of taken ones.")
    times = models.PositiveSmallIntegerField(default=0, db_default=0, help_text="How often a person went on.")
    stopped_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True, help_text="When its author and launcher were told.")
    reason = models.CharField(max_length=12, choices=BrakeReason, blank=True, default="", db_default="")
    provider = models.CharField(max_length=20, blank=True, default="", db_default="")
    error_code = models.CharField(max_length=60, blank=True, default="", db_default="")

    def __str__(self) -> str:
        return str(self.campaign_id)


class Touchpoint(models.Model):
    """One place where people find a campaign's link; the funnel is counted by it."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, null=True, blank=True, related_name="touchpoints")
    step = models.ForeignKey(
        CampaignStep, on_delete=models.PROTECT, null=True, blank=True, related_name="touchpoints", db_index=False
    )
    kind = models.CharField(max_length=10)
    label = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "step", "kind", "label"], name="touchpoint_once_per_step", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id}/{self.kind}"
