"""«Это спам» or «отписаться», pressed at the provider of a mailbox: a no of the person, acted upon like ours."""

from django.db import transaction

from consents.answers.withdrawing import contact_unsubscribe
from consents.enums import ActorKind, ProofLevel, ProofMethod, StopScope
from consents.receipts.refusals import refusal_receipt
from consents.types import Actor, Circumstances
from notify.channels.events import Complaint
from notify.enums import TextKind
from notify.models import Message
from notify.outbox.reports import message_of


@transaction.atomic
def complaint_apply(*, provider: str, complaint: Complaint) -> bool:
    """Stop advertising to the contact after a complaint; after «отписаться» what the link of that message would stop.

    A repeat adds nothing. False for a message that is not ours or went to no contact on file.
    """
    message_id = message_of(provider=provider, reference=complaint.reference, provider_id=complaint.provider_id)
    message = Message.objects.filter(pk=message_id or 0).select_related("step").first()
    if message is None or message.customer_id is None or message.contact_point_id is None:
        return False
    is_advertising = message.step is not None and message.step.text_kind == TextKind.ADVERTISING
    stops_all = complaint.is_unsubscribe and not is_advertising
    how = Circumstances(
        actor=Actor(kind=ActorKind.CUSTOMER),
        level=ProofLevel.LINK,
        method=ProofMethod.ONE_CLICK if complaint.is_unsubscribe else ProofMethod.REPLY,
        request_key=f"complaint:{provider}:{complaint.event_key}"[:200],
        extra={"provider": provider, "message": str(message.reference)},
    )
    events = contact_unsubscribe(
        customer_id=message.customer_id,
        contact_point_id=message.contact_point_id,
        circumstances=how,
        scope=StopScope.ALL if stops_all else StopScope.ADVERTISING,
    )
    refusal_receipt(customer_id=message.customer_id, events=events, circumstances=how)
    return bool(events)
