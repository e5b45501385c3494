"""Files that staff asked for: made by a worker, fetched by the person who asked, deleted after a day."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from consents.database.clock import database_now


class ExportState(models.TextChoices):
    """States of a download."""

    QUEUED = "queued", _("готовится")
    READY = "ready", _("готова")
    FAILED = "failed", _("не подготовлена")
    EXPIRED = "expired", _("срок истёк")


class ExportJob(models.Model):
    """One export with its reason. The hash of the file stays after the file is deleted."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=20)
    filters = models.JSONField(default=dict)
    reason = models.CharField(_("цель выгрузки"), max_length=300)
    state = models.CharField(max_length=10, choices=ExportState, default=ExportState.QUEUED)
    row_count = models.PositiveIntegerField(null=True, blank=True)
    path = models.CharField(max_length=500, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=database_now, editable=False)
    ready_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.uuid)
