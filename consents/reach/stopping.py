"""Addresses and people that are not written to. Anything may add a stop; only a person or staff lifts one."""

from django.db import connection, transaction
from django.utils import timezone

from consents.enums import ContactKind, StopReason, StopScope
from consents.errors import StopMissing
from consents.models import Stop

# The clock of the database: the gate compares it with the time of a later yes, which is also the database's.
_INSERT = """
INSERT INTO consents_stop (customer_id, kind, value, scope, reason, evidence, created_at, lifted_by)
VALUES (%(customer_id)s, %(kind)s, %(value)s, %(scope)s, %(reason)s, %(evidence)s, clock_timestamp(), '')
ON CONFLICT DO NOTHING
"""
# A new stop must count, so what stands in its place and would not makes room: a stop that a later yes overrules in the
# gate, and one that a yes could overrule when the news is about the address itself.
_MAKE_ROOM = """
UPDATE consents_stop s SET lifted_at = clock_timestamp(), lifted_by = 'renewed'
WHERE s.lifted_at IS NULL AND s.customer_id = %(customer_id)s AND s.kind = %(kind)s AND s.value = %(value)s
    AND s.scope = %(scope)s AND NOT consents_stop_is_final(s.reason)
    AND (consents_stop_is_final(%(reason)s) OR EXISTS (
        SELECT FROM consents_consentstate y LEFT JOIN consents_contactpoint p ON p.id = y.contact_point_id
        WHERE y.customer_id = s.customer_id AND y.value = 'granted' AND y.since > s.created_at
            AND (s.value = '' OR (p.kind = s.kind AND p.value = s.value))))
"""


def customer_stop(*, customer_id: int, scope: StopScope, reason: StopReason, evidence: str) -> bool:
    """Stop all messages to a person, or all advertising. Returns whether a row was added; a repeat adds none.

    ``evidence`` is an event's uuid, a report's id or a note; never an address.
    """
    return _stop_add(customer_id=customer_id, kind="", value="", scope=scope, reason=reason, evidence=evidence)


def address_stop(
    *,
    kind: ContactKind,
    value: str,
    reason: StopReason,
    evidence: str,
    customer_id: int | None = None,
    scope: StopScope = StopScope.ALL,
) -> bool:
    """Stop messages to one address: of everybody's, or of this customer's only. A repeat adds nothing.

    That it does not exist or is somebody else's replaces a stop of the person for it, and is replaced by none.
    """
    return _stop_add(customer_id=customer_id, kind=kind, value=value, scope=scope, reason=reason, evidence=evidence)


@transaction.atomic
def bounce_lift(*, kind: ContactKind, value: str) -> int:
    """Lift what a code that has just come through that address proves wrong: that it does not exist."""
    return Stop.objects.filter(kind=kind, value=value, reason=StopReason.BOUNCED, lifted_at__isnull=True).update(
        lifted_at=timezone.now(), lifted_by="code"
    )


@transaction.atomic
def stop_end(*, stop_id: int, lifted_by: str) -> None:
    """Lift one stop by hand; ``lifted_by`` is the staff user's id. Raises StopMissing on a repeat."""
    lifted = Stop.objects.filter(pk=stop_id, lifted_at__isnull=True).update(
        lifted_at=timezone.now(), lifted_by=lifted_by
    )
    if not lifted:
        raise StopMissing(f"stop {stop_id} is not in force")


@transaction.atomic
def _stop_add(**row: str | int | None) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_MAKE_ROOM, row)
        cursor.execute(_INSERT, row)
        return bool(cursor.rowcount == 1)
