"""The alarm about somebody who opens card after card."""

import logging
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from portal.audit.actor import StaffActor
from portal.audit.acts import AuditedAction
from portal.audit.record import action_record
from portal.models import StaffAction, User

CARDS_AN_HOUR: Final = 100
FULL_CARDS: Final = (AuditedAction.CUSTOMER_REVEALED, AuditedAction.REGISTER_VIEWED, AuditedAction.REGISTER_TEXT_VIEWED)
"""Looks that show a person's contacts whole, at the desk and in the register."""

logger = logging.getLogger(__name__)


def cards_watch(*, user: User) -> bool:
    """Raise the alarm, in the journal and in the log, once somebody has seen more people an hour than work asks for.

    Call it after each look at a full card, when its record is committed. People are counted, not pages: many events of
    one person are one card. A repeat within the hour raises nothing; False then.
    """
    if _people_seen(user) <= CARDS_AN_HOUR:
        return False
    with transaction.atomic():
        # Two looks at the same moment take turns, so that one of them finds the alarm of the other.
        User.objects.select_for_update().get(pk=user.pk)
        if _acts(user).filter(action=AuditedAction.ALARM_MANY_CARDS).exists():
            return False
        opened = _people_seen(user)
        action_record(
            StaffActor(user=user), AuditedAction.ALARM_MANY_CARDS, "user", user.pk, details={"opened": opened}
        )
    logger.error("staff alarm: user %d opened %d cards within an hour", user.pk, opened)
    return True


def _acts(user: User) -> QuerySet[StaffAction]:
    return StaffAction.objects.filter(user=user, occurred_at__gte=timezone.now() - timedelta(hours=1))


def _people_seen(user: User) -> int:
    return _acts(user).filter(action__in=FULL_CARDS).values("object_id").distinct().count()
