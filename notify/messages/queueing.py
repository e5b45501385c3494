"""A message of priority 0 is put into the queue: what codes, notices, tests, replies and letters to staff share."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models.functions import Now

from notify.models import Message
from notify.types import TRANSACTIONAL_PRIORITY


def message_plan(reference: UUID, expires_at: datetime, **columns: Any) -> int:
    """Plan a message unless there is one with this reference; return its number."""
    message, _ = Message.objects.get_or_create(
        reference=reference,
        defaults={
            "priority": TRANSACTIONAL_PRIORITY,
            "not_before": Now(),
            "created_at": Now(),
            "expires_at": expires_at,
            **columns,
        },
    )
    return message.pk
