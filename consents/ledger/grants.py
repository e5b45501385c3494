"""Recording a no: what stood as a yes is withdrawn, what was never given is refused. Joins larger acts."""

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, date, datetime, time
from hashlib import sha256
from uuid import UUID

from consents.conf import DESTRUCTION_TERM
from consents.database.clock import database_now
from consents.enums import Channel, EventKind, Purpose, StateValue
from consents.ledger import append as ledger
from consents.ledger.canonical import canonical_time
from consents.models import ConsentState, Customer
from consents.types import AppendedEvent, Circumstances


def customer_lock(customer_id: int) -> None:
    """Make other writers about this person wait until the transaction ends."""
    Customer.objects.select_for_update(no_key=True).filter(pk=customer_id).first()


def request_part(circumstances: Circumstances, *facts: object) -> Circumstances:
    """Return circumstances for one of several events of one request, with its own key, the same on a repeat."""
    key = sha256("|".join(str(fact) for fact in (circumstances.request_key, *facts)).encode()).hexdigest()
    return replace(circumstances, request_key=key)


def grants_withdraw(
    *,
    customer_id: int,
    circumstances: Circumstances,
    purposes: Collection[str] | None = None,
    channels: Collection[str] | None = None,
    contact_point_ids: Collection[int] | None = None,
) -> tuple[AppendedEvent, ...]:
    """Withdraw what is granted within the given bounds, one event for each; joins the caller's transaction.

    A repeat finds nothing granted and adds nothing.
    """
    granted = ConsentState.objects.filter(customer_id=customer_id, value=StateValue.GRANTED)
    if purposes is not None:
        granted = granted.filter(purpose__in=purposes)
    if channels is not None:
        granted = granted.filter(channel__in=channels)
    if contact_point_ids is not None:
        granted = granted.filter(contact_point_id__in=contact_point_ids)
    pairs = granted.order_by("purpose", "channel").values_list("purpose", "channel")
    return tuple(
        no_record(customer_id=customer_id, purpose=purpose, channel=channel, circumstances=circumstances)
        for purpose, channel in pairs
    )


def no_record(
    *,
    customer_id: int,
    purpose: Purpose | str,
    channel: Channel | str,
    circumstances: Circumstances,
    contact_uuid: UUID | None = None,
) -> AppendedEvent:
    """Record a no, whatever stood before; joins the caller's transaction, which holds the customer's lock.

    A yes is withdrawn: the event names its contact, and its ``answers`` and its key name the yes, so that a repeat of
    the request finds its event, and the same request after a new yes ends that one too. Where nothing was given there
    is nothing to withdraw: the event is a refusal. A contact that no answer names is the one given.
    """
    state = (
        ConsentState.objects.select_related("event", "contact_point")
        .filter(customer_id=customer_id, purpose=purpose, channel=channel)
        .first()
    )
    ended = _ended(state)
    if state is not None and state.contact_point is not None:
        contact_uuid = state.contact_point.uuid
    return ledger.append(
        customer_id=customer_id,
        kind=EventKind.WITHDRAWN if ended else EventKind.REFUSED,
        circumstances=request_part(circumstances, purpose, channel, ended or "never given"),
        purpose=purpose,
        channel=channel,
        contact_uuid=contact_uuid,
        answers=ended,
        personal={"destroy_by": _destroy_by(circumstances)} if ended else {},
    )


def _destroy_by(circumstances: Circumstances) -> str:
    """Return until when the rest must be destroyed: 30 days from the day the demand came (152-FZ art. 21 part 5)."""
    received = circumstances.extra.get("demand_received")
    if not received:
        return canonical_time(database_now() + DESTRUCTION_TERM)
    # Noon: the same day on the clock of whoever reads it, from Kaliningrad to Kamchatka.
    return canonical_time(datetime.combine(date.fromisoformat(received), time(9), tzinfo=UTC) + DESTRUCTION_TERM)


def _ended(state: ConsentState | None) -> UUID | None:
    """Return the yes that a no ends, or that the no before it has ended; None where there was none."""
    if state is None:
        return None
    return state.event.uuid if state.value == StateValue.GRANTED else state.event.answers
