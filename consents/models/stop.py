"""Addresses that are not written to. Rows are only added; what ends one is that it is lifted, once, by an event."""

from django.db import models
from django.db.models import Q

from consents.database.clock import database_now
from consents.enums import StopReason, StopScope
from consents.models.customer import Customer


class Stop(models.Model):
    """A stop of messages to one customer (``value`` empty), to one address of theirs, or to an address of anyone."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True, blank=True, related_name="stops")
    kind = models.CharField(max_length=8, blank=True)
    value = models.CharField(max_length=254, blank=True)
    scope = models.CharField(max_length=12, choices=StopScope, default=StopScope.ALL)
    reason = models.CharField(max_length=16, choices=StopReason)
    evidence = models.CharField(max_length=200, blank=True, help_text="Report id or note.")
    event = models.UUIDField(null=True, blank=True, help_text="The event that set it; null before there were such.")
    created_at = models.DateTimeField(default=database_now)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.CharField(max_length=64, blank=True)
    lifted_event = models.UUIDField(null=True, blank=True, help_text="The event that lifted it, or set its successor.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "kind", "value", "scope"],
                condition=Q(lifted_at__isnull=True),
                name="suppression_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=Q(customer__isnull=False) | ~Q(value=""), name="suppression_has_target"),
        ]
        indexes = [
            models.Index(fields=["kind", "value"], condition=Q(lifted_at__isnull=True), name="suppression_live_value"),
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.pk}"
