"""Counters of codes and wrong tries, which limit guessing and the pumping of SMS.

All counters are rows of `Verification`. A count takes an advisory lock until the end of the transaction, so that
parallel requests are counted one after the other.
"""

from datetime import datetime, timedelta
from typing import Final

from django.db import connection
from django.db.models import Count, Max, Q, QuerySet

from consents.conf import CodeLimits
from consents.enums import ContactKind
from consents.errors import (
    Locked,
    TooMany,
    TooManyAbroad,
    TooManyAtEntrance,
    TooManyNewContacts,
    TooManyToday,
    TooSoon,
)
from consents.models import Verification
from consents.verification.codes import lock_number

ENTRANCE: Final = "entrance:"
"""How the lock key of a code begins that was asked for at the entrance."""
_DAY = timedelta(days=1)

# The tenth wrong try inside one span locks for a span, counted from that try.
_LAST_LOCKING_TRY = """
SELECT max(tried_at) FROM (
    SELECT tried_at, sum(tries - (spent_at IS NOT NULL)::int) OVER (
        ORDER BY tried_at RANGE BETWEEN %(span_s)s * interval '1 second' PRECEDING AND CURRENT ROW
    ) AS failures
    FROM consents_verification
    WHERE lock_key = %(lock_key)s AND tried_at IS NOT NULL AND created_at > %(since)s
) tried
WHERE failures >= %(limit)s
"""


def counting_lock(name: bytes | str) -> None:
    """Take the advisory lock of a counter until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock_number(name)])


def locked_until(*, lock_key: str, now: datetime, limits: CodeLimits) -> datetime | None:
    """Return the end of the lock that too many wrong codes brought, None when there is none now."""
    span = timedelta(seconds=limits.lock_s)
    values: dict[str, int | str | datetime] = {
        "span_s": limits.lock_s,
        "lock_key": lock_key,
        "since": now - 2 * span - limits.life,
        "limit": limits.lock_failures,
    }
    with connection.cursor() as cursor:
        cursor.execute(_LAST_LOCKING_TRY, values)
        (tried_at,) = cursor.fetchone() or (None,)
    if tried_at is None or tried_at + span <= now:
        return None
    until: datetime = tried_at + span
    return until


def lock_check(*, lock_key: str, now: datetime, limits: CodeLimits) -> None:
    """Raise Locked while too many wrong codes have locked a link, or a contact at the entrance."""
    until = locked_until(lock_key=lock_key, now=now, limits=limits)
    if until is not None:
        raise Locked(until)


def issue_check(counted: QuerySet[Verification], *, now: datetime, day_count: int, limits: CodeLimits) -> None:
    """Raise TooSoon, TooMany or TooManyToday when codes are to be counted with these and may not have another yet."""
    found = counted.filter(created_at__gt=now - _DAY).aggregate(
        last=Max("created_at"),
        burst=Count("id", filter=Q(created_at__gt=now - timedelta(seconds=limits.burst_s))),
        day=Count("id"),
    )
    if found["last"] is not None:
        wait = limits.resend_s - (now - found["last"]).total_seconds()
        if wait > 0:
            raise TooSoon(min(limits.resend_s, int(wait) + 1))
    if found["day"] >= day_count:
        raise TooManyToday("this contact has had all codes of its day")
    if found["burst"] >= limits.burst_count:
        raise TooMany("this contact has had all codes of its span")


def entrance_check(*, now: datetime, limits: CodeLimits) -> None:
    """Raise TooManyAtEntrance when the company's codes of the entrance are used up for the day."""
    counting_lock("consents.codes.entrance")
    if entrance_codes(since=now - _DAY) >= limits.entrance_all_day_count:
        raise TooManyAtEntrance("the company's codes of the entrance are used up for the day")


def entrance_codes(*, since: datetime) -> int:
    """Count the codes that were asked for at the entrance."""
    return Verification.objects.filter(created_at__gt=since, lock_key__startswith=ENTRANCE).count()


def new_contact_check(*, customer_id: int, now: datetime, limits: CodeLimits) -> None:
    """Raise TooManyNewContacts when a customer has had a day's codes to contacts that are not on file.

    The limits of one contact do not bound these codes: a visitor could name another number each time.
    """
    counting_lock(f"consents.verification.codes.new|{customer_id}")
    asked = Verification.objects.filter(customer_id=customer_id, is_new_contact=True, created_at__gt=now - _DAY).count()
    if asked >= limits.new_day_count:
        raise TooManyNewContacts("this customer has had all codes to new contacts of the day")


def foreign_check(*, now: datetime, limits: CodeLimits) -> None:
    """Raise TooManyAbroad when the company's allowance of codes to numbers abroad is used up for the day."""
    counting_lock("consents.codes.foreign")
    sent = (
        Verification.objects.filter(kind=ContactKind.PHONE, created_at__gt=now - _DAY)
        .exclude(target__startswith=limits.home_prefix)
        .count()
    )
    if sent >= limits.foreign_day_count:
        raise TooManyAbroad("the company's codes to numbers abroad are used up for the day")
