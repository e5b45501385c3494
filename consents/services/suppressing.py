"""Addresses and people that are not written to. Anything may add a stop; only a person or staff lifts one."""

from django.db import connection, transaction
from django.utils import timezone

from consents.enums import ContactKind, SuppressionReason, SuppressionScope
from consents.errors import SuppressionMissing
from consents.models import Suppression

# The clock of the database: the gate compares it with the time of a later yes, which is also the database's.
_INSERT = """
INSERT INTO consents_suppression (customer_id, kind, value, scope, reason, evidence, created_at, lifted_by)
VALUES (%s, %s, %s, %s, %s, %s, clock_timestamp(), '')
ON CONFLICT DO NOTHING
"""
# The gate lets a later yes overrule a stop; a new stop must stand after that yes to count.
_LIFT_OVERRULED = """
UPDATE consents_suppression SET lifted_at = clock_timestamp(), lifted_by = 'renewed'
WHERE lifted_at IS NULL AND customer_id = %s AND value = '' AND scope = %s
    AND EXISTS (SELECT 1 FROM consents_consentstate s
                WHERE s.customer_id = consents_suppression.customer_id AND s.value = 'granted'
                    AND s.since > consents_suppression.created_at)
"""


@transaction.atomic
def customer_suppress(*, customer_id: int, scope: SuppressionScope, reason: SuppressionReason, evidence: str) -> bool:
    """Stop all messages to a person, or all advertising. Returns whether a row was added; a repeat adds none.

    ``evidence`` is an event's uuid, a report's id or a note; never an address.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LIFT_OVERRULED, [customer_id, scope])
        cursor.execute(_INSERT, [customer_id, "", "", scope, reason, evidence])
        return bool(cursor.rowcount == 1)


@transaction.atomic
def address_suppress(
    *,
    kind: ContactKind,
    value: str,
    reason: SuppressionReason,
    evidence: str,
    customer_id: int | None = None,
    scope: SuppressionScope = SuppressionScope.ALL,
) -> bool:
    """Stop messages to one address: of everybody's, or of this customer's only. A repeat adds nothing."""
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [customer_id, kind, value, scope, reason, evidence])
        return bool(cursor.rowcount == 1)


@transaction.atomic
def bounce_lift(*, kind: ContactKind, value: str) -> int:
    """Lift what a code that has just come through that address proves wrong: that it does not exist."""
    return Suppression.objects.filter(
        kind=kind, value=value, reason=SuppressionReason.BOUNCED, lifted_at__isnull=True
    ).update(lifted_at=timezone.now(), lifted_by="code")


@transaction.atomic
def suppression_lift(*, suppression_id: int, lifted_by: str) -> None:
    """Lift one stop by hand; ``lifted_by`` is the staff user's id. Raises SuppressionMissing on a repeat."""
    lifted = Suppression.objects.filter(pk=suppression_id, lifted_at__isnull=True).update(
        lifted_at=timezone.now(), lifted_by=lifted_by
    )
    if not lifted:
        raise SuppressionMissing(f"suppression {suppression_id} is not in force")
