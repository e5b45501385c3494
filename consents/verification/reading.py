"""Reads of codes: the alarm about many wrong ones, and the new contact that a code was sent to."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q, Sum
from django.utils import timezone

from consents.conf import code_limits
from consents.models import Verification


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongCodes:
    """Wrong tries of the last ten minutes over all links, and the number from which they raise the alarm."""

    wrong: int
    limit: int
    span_s: int

    @property
    def is_alarm(self) -> bool:
        """Return whether the alarm is raised."""
        return self.wrong > self.limit


def wrong_code_alarm(*, now: datetime | None = None) -> WrongCodes:
    """Count wrong tries of the last ten minutes; all tries of a code that was tried in them count."""
    limits = code_limits()
    moment = now or timezone.now()
    since = moment - timedelta(seconds=limits.alarm_s)
    tried = Verification.objects.filter(created_at__gt=since - limits.life, tried_at__gt=since).aggregate(
        tries=Sum("tries"), right=Count("id", filter=Q(spent_at__isnull=False))
    )
    return WrongCodes(wrong=(tried["tries"] or 0) - tried["right"], limit=limits.alarm_wrong, span_s=limits.alarm_s)


def new_contact_target(*, verification_uuid: UUID, customer_id: int) -> str | None:
    """Return the new contact that a code of this customer went to; None for another customer's or a known contact."""
    asked = Verification.objects.filter(uuid=verification_uuid, customer_id=customer_id, is_new_contact=True)
    return asked.values_list("target", flat=True).first()
