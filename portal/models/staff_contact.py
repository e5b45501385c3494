"""Where a member of staff gets their own tests: contacts that they have proven themselves."""

from uuid import uuid4

from django.db import models

from portal.models.user import User


class StaffContact(models.Model):
    """A proven phone or MAX account of one member of staff, encrypted."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, help_text="Code of a kind of contact.")
    value = models.TextField(help_text="Encrypted.")
    confirmed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="staff_contact_once")]

    def __str__(self) -> str:
        return f"{self.user_id}/{self.kind}"


class StaffPhoneProof(models.Model):
    """A code that was sent to a phone: it is made of ``uuid`` with a key outside the database and lies nowhere."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    value = models.TextField(help_text="Encrypted.")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True, blank=True, help_text="Entered rightly, or replaced by a newer one.")

    class Meta:
        indexes = [models.Index(fields=["user", "-created_at"], name="staff_proof_of_user")]

    def __str__(self) -> str:
        return str(self.uuid)
