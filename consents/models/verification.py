"""One-time codes and their tries, counted in the database so that parallel guesses count too."""

import uuid

from django.db import models
from django.db.models import Q

from consents.models.customer import Customer


class Verification(models.Model):
    """A six-digit code sent to one contact, for one link and one browser session.

    The code is derived from the id with a key outside the database and is stored nowhere.
    ``target`` is the contact's value, ``target_key`` its keyed hash for the counters of all customers.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="verifications")
    kind = models.CharField(max_length=8)
    target = models.CharField(max_length=254)
    target_key = models.BinaryField(max_length=32)
    is_new_contact = models.BooleanField(default=False)
    session_key = models.CharField(max_length=64, help_text="Hash of the browser session that asked.")
    lock_key = models.CharField(max_length=64, help_text="What ten failures lock: the link's hash or the contact.")
    tries = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True, blank=True, help_text="When a code was last entered.")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    spent_at = models.DateTimeField(null=True, blank=True, help_text="Entered rightly.")
    voided_at = models.DateTimeField(null=True, blank=True, help_text="Killed by a newer code.")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(tries__lte=3), name="verification_three_tries"),
        ]
        indexes = [
            models.Index(fields=["target_key", "created_at"], name="verification_target"),
            models.Index(fields=["lock_key", "created_at"], name="verification_lock"),
            models.Index(fields=["created_at"], name="verification_created"),
        ]

    def __str__(self) -> str:
        return str(self.uuid)
