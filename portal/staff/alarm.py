"""The alarms about somebody who opens card after card, or who looks and searches without an end."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from consents.database.clock import database_now
from portal.audit.actor import StaffActor
from portal.audit.acts import AuditedAction
from portal.audit.record import action_record
from portal.models import StaffAction, User

CARDS_AN_HOUR: Final = 100
FULL_CARDS: Final = (AuditedAction.CUSTOMER_REVEALED, AuditedAction.REGISTER_VIEWED, AuditedAction.REGISTER_TEXT_VIEWED)
"""Looks that show a person's contacts whole, at the desk and in the register."""
LOOKS_AN_HOUR: Final = 300
LOOKS: Final = (
    AuditedAction.CUSTOMER_SEARCHED,
    AuditedAction.CUSTOMERS_LISTED,
    AuditedAction.CUSTOMER_VIEWED,
    AuditedAction.REGISTER_SEARCHED,
    AuditedAction.REGISTER_EVENTS_VIEWED,
    AuditedAction.CAMPAIGN_LISTED,
    AuditedAction.INBOX_LISTED,
    AuditedAction.INBOX_SEARCHED,
)
"""Searches, pages of lists and cards with hidden contacts: each tells who is a customer, many tell of all of them."""

logger = logging.getLogger(__name__)


def cards_watch(*, user: User) -> bool:
    """Raise the alarm, in the journal and in the log, once somebody has seen more people an hour than work asks for.

    Call it after each look at a full card, when its record is committed. People are counted, not pages: many events of
    one person are one card. A repeat within the hour raises nothing; False then.
    """
    return _watch(user, AuditedAction.ALARM_MANY_CARDS, _people_seen, CARDS_AN_HOUR, "opened")


def looks_watch(*, user: User) -> bool:
    """Raise the alarm once somebody has searched and looked at more hidden cards an hour than work asks for.

    Call it after each of `LOOKS`, as `cards_watch`.
    """
    return _watch(user, AuditedAction.ALARM_MANY_LOOKS, _looks, LOOKS_AN_HOUR, "looked at or searched for")


def _watch(user: User, alarm: AuditedAction, count: Callable[[User], int], most: int, did: str) -> bool:
    if count(user) <= most:
        return False
    with transaction.atomic():
        # Two looks at the same moment take turns, so that one of them finds the alarm of the other.
        User.objects.select_for_update().get(pk=user.pk)
        if _acts(user).filter(action=alarm).exists():
            return False
        opened = count(user)
        action_record(StaffActor(user=user), alarm, "user", user.pk, details={"opened": opened})
    logger.error("staff alarm: user %d %s %d cards within an hour", user.pk, did, opened)
    return True


def _acts(user: User) -> QuerySet[StaffAction]:
    return StaffAction.objects.filter(user=user, occurred_at__gte=database_now() - timedelta(hours=1))


def _people_seen(user: User) -> int:
    return _acts(user).filter(action__in=FULL_CARDS).values("object_id").distinct().count()


def _looks(user: User) -> int:
    return _acts(user).filter(action__in=LOOKS).count()
