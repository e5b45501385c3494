"""What a failed message says of the contact itself: a stop where nothing can arrive, a count where nothing does now."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import partial
from typing import Final

from django.db import connection, transaction

from consents.apart import apart
from consents.customers.messenger_accounts import dialogue_lost
from consents.enums import ActorKind, Channel, ContactKind, ProofLevel, ProofMethod, StopReason
from consents.reach.stopping import address_stop
from consents.types import Actor, Circumstances
from notify.channels.base import AddressFault
from notify.models import Message, SoftFault

SOFT_FAULTS: Final = 5
SOFT_SPAN: Final = timedelta(days=14)
"""So many failures in a row, the first so long before the last, and a contact counts as one that does not exist."""

_COUNT: Final = """
INSERT INTO notify_softfault (contact_point_id, count, first_at, last_at)
VALUES (%(contact)s, 1, statement_timestamp(), statement_timestamp())
ON CONFLICT (contact_point_id) DO UPDATE
SET count = LEAST(notify_softfault.count + 1, 1000), last_at = EXCLUDED.last_at
RETURNING count >= %(most)s AND last_at - first_at >= %(days)s * interval '1 day'
"""


def address_faults_apply(faults: Iterable[tuple[int, AddressFault, str]]) -> None:
    """Act upon the failures of several messages (id, fault, detail) as `address_fault_apply` does, each by itself."""
    for message_id, fault, detail in faults:
        act = partial(address_fault_apply, message_id=message_id, fault=fault, detail=detail)
        apart(f"the fault that message {message_id} met", act, None)


@transaction.atomic
def address_fault_apply(*, message_id: int, fault: AddressFault, detail: str) -> None:
    """Act upon what the failure of a message said of its contact. A repeat adds nothing but to the count of soft ones.

    ``detail`` is the provider's reason in our words; it goes into the evidence beside the message's reference.
    """
    message = Message.objects.select_related("contact_point").get(pk=message_id)
    point = message.contact_point
    address = point.value if point else message.address
    if not address or not fault:
        return
    if fault == "closed":
        dialogue_lost(kind=Channel(message.channel).kind, account=address)
    elif fault != "soft":
        reason = StopReason.BARRED if fault == "barred" else StopReason.BOUNCED
        _stop(message, address, reason, detail)
    elif point is not None and _counted(point.pk):
        _stop(message, address, StopReason.BOUNCED, detail)


def addresses_delivered(*, message_ids: Sequence[int]) -> None:
    """Forget the soft failures of contacts to which messages came through."""
    SoftFault.objects.filter(contact_point__message__pk__in=message_ids).delete()


def _counted(contact_point_id: int) -> bool:
    """Count one more; return whether it is enough."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"contact": contact_point_id, "most": SOFT_FAULTS, "days": SOFT_SPAN.days})
        return bool(cursor.fetchone()[0])


def _stop(message: Message, address: str, reason: StopReason, detail: str) -> None:
    address_stop(
        kind=ContactKind(Channel(message.channel).spec.contact.code),
        value=address,
        reason=reason,
        circumstances=Circumstances(
            actor=Actor(kind=ActorKind.SYSTEM),
            level=ProofLevel.LINK,
            method=ProofMethod.SYSTEM,
            request_key=f"fault:{reason}:{message.reference}",
            extra={"provider": message.provider, "message": str(message.reference), "failure": detail},
        ),
    )
