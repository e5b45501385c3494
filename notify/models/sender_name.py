"""Names of senders that operators have approved, with the templates of texts that they have approved for each."""

from django.db import models

from consents.database.clock import database_now
from notify.enums import Operator, SenderNameState, Traffic


class SenderName(models.Model):
    """One name at one operator for one kind of traffic, requested through one set-up of a provider.

    ``provider`` is the name of the set-up as a value: one that was removed leaves what was approved.
    """

    provider = models.CharField(max_length=20)
    name = models.CharField(max_length=11)
    operator = models.CharField(max_length=8, choices=Operator)
    traffic = models.CharField(max_length=13, choices=Traffic)
    state = models.CharField(max_length=10, choices=SenderNameState, default=SenderNameState.REQUESTED)
    valid_until = models.DateField(null=True, blank=True, help_text="The last day; empty: until somebody ends it.")
    note = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=database_now, editable=False)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "name", "operator", "traffic"], name="sender_name_once"),
        ]

    def __str__(self) -> str:
        return f"{self.provider}/{self.name}"


class SenderTemplate(models.Model):
    """A text with places for values, as `notify.sender_names.wildcards` reads it, that an operator has or may approve.

    What fits no approved one is billed as advertising.
    """

    sender_name = models.ForeignKey(SenderName, on_delete=models.CASCADE, related_name="templates")
    text = models.TextField()
    is_approved = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=database_now, editable=False)

    def __str__(self) -> str:
        return str(self.pk)
