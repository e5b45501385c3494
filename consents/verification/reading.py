"""Reads of codes: the alarm about many wrong ones, and the new contact that a code was sent to."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q, Sum

from consents.conf import code_limits
from consents.database.clock import database_now
from consents.enums import ContactKind
from consents.models import ContactPoint, Verification
from consents.verification.code_counting import entrance_codes


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
    moment = now or database_now()
    since = moment - timedelta(seconds=limits.alarm_s)
    tried = Verification.objects.filter(created_at__gt=since - limits.life, tried_at__gt=since).aggregate(
        tries=Sum("tries"), right=Count("id", filter=Q(spent_at__isnull=False))
    )
    return WrongCodes(wrong=(tried["tries"] or 0) - tried["right"], limit=limits.alarm_wrong, span_s=limits.alarm_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntranceCodes:
    """Codes of the last day that were asked for at the entrance, and how many the whole company sends there."""

    sent: int
    limit: int

    @property
    def is_alarm(self) -> bool:
        """Return whether somebody must look: most of them are used up. At the limit no further one is sent."""
        return self.sent >= self.limit * 0.8


def entrance_alarm() -> EntranceCodes:
    """Count the codes of the entrance: they cost money, and anybody may ask for them."""
    return EntranceCodes(
        sent=entrance_codes(since=database_now() - timedelta(days=1)), limit=code_limits().entrance_all_day_count
    )


def new_contact_target(*, verification_uuid: UUID, customer_id: int) -> str | None:
    """Return the new contact that a code of this customer went to; None for another customer's or a known contact."""
    asked = Verification.objects.filter(uuid=verification_uuid, customer_id=customer_id, is_new_contact=True)
    return asked.values_list("target", flat=True).first()


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveCode:
    """A code on its way to a contact on file. ``value`` is the contact's and goes to no page below level 1."""

    verification_uuid: UUID
    kind: ContactKind
    contact_uuid: UUID
    value: str
    created_at: datetime
    expires_at: datetime


def live_code(*, customer_id: int, holder: str) -> LiveCode | None:
    """Return the newest code of a customer that ``holder`` can still enter, to a contact that is still theirs."""
    asked = (
        Verification.objects.filter(
            customer_id=customer_id,
            session_key=holder,
            is_new_contact=False,
            spent_at=None,
            voided_at=None,
            expires_at__gt=database_now(),
            tries__lt=code_limits().tries,
        )
        .order_by("-id")
        .first()
    )
    if asked is None:
        return None
    contact = ContactPoint.objects.filter(
        customer_id=customer_id, kind=asked.kind, value=asked.target, is_current=True, closed_at=None
    ).first()
    if contact is None:
        return None
    return LiveCode(
        verification_uuid=asked.uuid,
        kind=ContactKind(asked.kind),
        contact_uuid=contact.uuid,
        value=asked.target,
        created_at=asked.created_at,
        expires_at=asked.expires_at,
    )
