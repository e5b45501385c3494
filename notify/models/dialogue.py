"""What customers write, what they are answered, and the bot's scenarios."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from consents.database.clock import database_now
from notify.enums import DialogueState, InboundOutcome
from notify.models.message import Message


class Dialogue(models.Model):
    """All messages with one customer over every channel; with somebody unknown, those of one contact.

    ``channel`` and ``account`` are where the person wrote from last: answers go there.
    """

    customer = models.ForeignKey("consents.Customer", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    channel = models.CharField(max_length=8)
    account = models.CharField(max_length=254)
    chat = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=200, blank=True, help_text="Of the last letter.")
    state = models.CharField(max_length=10, choices=DialogueState, default=DialogueState.CLOSED)
    unread = models.PositiveIntegerField(default=0)
    waiting_since = models.DateTimeField(null=True, blank=True, help_text="The first message that nobody has answered.")
    last_at = models.DateTimeField()
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    claimed_at = models.DateTimeField(null=True, blank=True)
    pending = models.JSONField(default=dict, help_text="What the bot has asked: scenario and until when.")
    cabinet = models.CharField(
        max_length=20, blank=True, default="", db_default="", help_text="Provider where people lead what comes over it."
    )
    cabinet_until = models.DateTimeField(null=True, blank=True, help_text="So long, unless somebody writes there.")
    cabinet_since = models.DateTimeField(
        null=True, blank=True, help_text="The first message left there that nobody has answered."
    )
    created_at = models.DateTimeField(default=database_now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=Q(customer__isnull=False), name="dialogue_once_per_customer"
            ),
            models.UniqueConstraint(
                fields=["channel", "account"], condition=Q(customer__isnull=True), name="dialogue_once_per_stranger"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "waiting_since", "id"], name="dialogue_waiting"),
            models.Index(fields=["-last_at", "-id"], name="dialogue_latest"),
            models.Index(fields=["claimed_by", "-last_at"], name="dialogue_claimed"),
            models.Index(
                fields=["waiting_since", "id"], condition=Q(waiting_since__isnull=False), name="dialogue_unanswered"
            ),
            models.Index(
                fields=["cabinet_since", "id"], condition=Q(cabinet_since__isnull=False), name="dialogue_in_cabinet"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class InboundMessage(models.Model):
    """What somebody wrote to us. It ends as handled by a rule, answered by a scenario, or waiting for a person.

    That person answers in the inbox, or in the cabinet of the provider that brought it.
    """

    dialogue = models.ForeignKey(Dialogue, on_delete=models.CASCADE, related_name="inbound")
    provider = models.CharField(max_length=20)
    event_key = models.CharField(max_length=120)
    channel = models.CharField(max_length=8)
    account = models.CharField(max_length=254)
    chat = models.CharField(max_length=254, blank=True, default="", db_default="")
    text = models.TextField(blank=True)
    subject = models.CharField(max_length=200, blank=True)
    attachments = models.JSONField(default=list, help_text="Kinds of what was sent along; the files stay there.")
    in_reply_to = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=InboundOutcome, default=InboundOutcome.NEW)
    handled_by = models.CharField(max_length=40, blank=True, help_text="Code of the rule or of the scenario.")
    handled_at = models.DateTimeField(null=True, blank=True)
    taken_until = models.DateTimeField(null=True, blank=True, help_text="While a worker looks for an answer.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "event_key"], name="inbound_message_once")]
        indexes = [
            models.Index(fields=["dialogue", "-id"], name="inbound_of_dialogue"),
            models.Index(fields=["account"], name="inbound_of_account"),
            models.Index(fields=["id"], condition=Q(outcome="new"), name="inbound_new"),
            models.Index(fields=["handled_by", "outcome", "received_at"], name="inbound_by_scenario"),
            models.Index(fields=["id"], condition=Q(outcome="open"), name="inbound_open"),
            GinIndex(SearchVector("text", config="russian"), name="inbound_words"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Reply(models.Model):
    """An answer in a dialogue: of a person, or of the bot where there is no ``author``. Leaves as a message.

    With a ``provider`` it was given in the cabinet of that provider, and there is no message of ours.
    """

    dialogue = models.ForeignKey(Dialogue, on_delete=models.CASCADE, related_name="replies")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    scenario = models.CharField(max_length=40, blank=True, help_text="Code of the scenario that answered.")
    answers = models.ForeignKey(InboundMessage, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    channel = models.CharField(max_length=8)
    account = models.CharField(max_length=254)
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    buttons = models.JSONField(default=list, help_text="Captions; a press sends them back to us.")
    message = models.OneToOneField(Message, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    provider = models.CharField(max_length=20, blank=True, default="", db_default="")
    event_key = models.CharField(max_length=120, blank=True, default="", db_default="")
    attachments = models.JSONField(default=list, db_default=[], help_text="Kinds of what was sent along from there.")
    is_automatic = models.BooleanField(default=False, db_default=False, help_text="A robot has said it there.")
    created_at = models.DateTimeField(default=database_now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "event_key"], condition=~Q(provider=""), name="reply_once_of_cabinet"
            ),
        ]
        indexes = [
            models.Index(fields=["dialogue", "-id"], name="reply_of_dialogue"),
            GinIndex(SearchVector("text", config="russian"), name="reply_words"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class DialogueNote(models.Model):
    """What staff tell each other about a dialogue; the customer never sees it."""

    dialogue = models.ForeignKey(Dialogue, on_delete=models.CASCADE, related_name="notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=2000)
    created_at = models.DateTimeField(default=database_now, editable=False)

    def __str__(self) -> str:
        return str(self.pk)


class ReadyAnswer(models.Model):
    """A text that staff put into their answer by one press."""

    title = models.CharField(_("название"), max_length=80, unique=True)
    text = models.TextField(_("текст"))
    place = models.PositiveSmallIntegerField(default=1)

    def __str__(self) -> str:
        return self.title


class Scenario(models.Model):
    """A question that the bot understands, and its answer. What is in force is the published version."""

    code = models.CharField(max_length=40, unique=True)
    title = models.CharField(_("название"), max_length=80)
    place = models.PositiveSmallIntegerField(default=1, help_text="The first that fits answers.")
    is_on = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.code


class ScenarioVersion(models.Model):
    """One wording of a scenario: a draft until it is published, then unchangeable."""

    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    spec = models.JSONField(help_text="See `notify.scenarios.spec`.")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=database_now, editable=False)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scenario", "number"], name="scenario_version_once")]

    def __str__(self) -> str:
        return f"{self.scenario_id}/{self.number}"
