"""What is known of codes: the alarm that a storm of guesses raises, and where one went."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q, Sum
from django.utils import timezone

from consents.conf import code_limits
from consents.models import Verification


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongCodes:
    """Wrong tries of the last span over all links, and the number from which it is an attack."""

    wrong: int
    limit: int
    span_s: int

    @property
    def is_alarm(self) -> bool:
        """Tell whether somebody must look at once."""
        return self.wrong > self.limit


def wrong_code_alarm(*, now: datetime | None = None) -> WrongCodes:
    """Count wrong codes of the last ten minutes. A code tried before and after the edge counts whole."""
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
