"""The subscriber's own ban of mailings at the operator (126-FZ art. 44.1): whom it closes, and what is open instead."""

from collections.abc import Collection
from typing import Any, Final

from django.db import connection
from django.db.models import Exists, OuterRef

from consents.enums import Channel, ContactKind, StopReason
from consents.models import ContactPoint, Stop
from consents.reach.eligibility import Ground

_OPEN: Final = """
SELECT p.customer_id, ch.code
FROM consents_contactpoint p
JOIN consents_channelfacts ch ON ch.contact_kind = p.kind AND ch.code = ANY(%(channels)s)
WHERE p.customer_id = ANY(%(customers)s) AND p.is_current
    AND consents_may_send(
        p.customer_id, p.id, ch.code, %(purpose)s, %(basis)s, %(subscriber_consent)s) = ''
ORDER BY p.customer_id, ch.place
"""


def barred(contact_point: str = "") -> Exists:
    """Return a condition for another query: the owner of a contact has forbidden mailings at the operator.

    ``contact_point`` is the way to the contact from the rows that are asked about; empty where they are contacts.
    """
    way = f"{contact_point}__" if contact_point else ""
    return Exists(
        Stop.objects.filter(
            customer=None,
            kind=OuterRef(f"{way}kind"),
            value=OuterRef(f"{way}value"),
            reason=StopReason.BARRED,
            lifted_at=None,
        )
    )


def barred_kinds(*, customer_id: int) -> frozenset[ContactKind]:
    """Return the kinds of a customer's current contacts at which mailings are forbidden at the operator."""
    own = ContactPoint.objects.filter(barred(), customer_id=customer_id, is_current=True)
    return frozenset(ContactKind(kind) for kind in own.values_list("kind", flat=True))


def channels_open(
    *, customer_ids: Collection[int], channels: Collection[Channel], ground: Ground
) -> dict[int, tuple[Channel, ...]]:
    """Return over which of some channels a message on this ground would leave to each customer now, in their order.

    The gate is asked about each of them, so name those of one page. Whoever has no open channel is left out.
    """
    found: dict[int, tuple[Channel, ...]] = {}
    if not customer_ids or not channels:
        return found
    asked: dict[str, Any] = {
        "customers": list(customer_ids),
        "channels": [channel.value for channel in channels],
        "purpose": ground.purpose.value,
        "basis": str(ground.legal_basis),
        "subscriber_consent": str(ground.subscriber_consent),
    }
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, asked)
        for customer_id, code in cursor.fetchall():
            found[customer_id] = (*found.get(customer_id, ()), Channel(code))
    return found
