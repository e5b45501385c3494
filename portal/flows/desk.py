"""What the desk does for one customer: the act, its row in the journal, and in the ledger where consents change."""

from dataclasses import replace
from datetime import datetime

from consents.answers.withdrawing import RefusedScope, demand_obey
from consents.enums import ActorKind, ProofLevel, ProofMethod
from consents.reach.lifting import stop_lift
from consents.receipts.issuing import IssuedReceipt
from consents.receipts.refusals import refusal_receipt
from consents.types import Actor, Circumstances, Demand
from notify.channel_settings import channels_in_use
from notify.links.issuing import customer_links_revoke
from portal import __version__
from portal.audit.actor import StaffActor
from portal.audit.acts import AuditedAction
from portal.audit.record import recorded


def lift_stop(
    *, actor: StaffActor, customer_id: int, stop_id: int, since: datetime, demand: Demand, button: str
) -> bool:
    """Lift the stop that was looked at, on a recorded demand; return whether its contact is open again.

    Raises StopMissing, also for a stop that a later no has renewed.
    """
    how = _circumstances(actor, f"stop-lift:{stop_id}", button)
    with recorded(actor, AuditedAction.CUSTOMER_STOP_LIFTED, "customer", customer_id) as note:
        lifted = stop_lift(customer_id=customer_id, stop_id=stop_id, since=since, demand=demand, circumstances=how)
        note.details |= {"stop": lifted.stop.reason, "scope": lifted.stop.scope, "demand": demand.kind}
        note.details |= {"event": str(lifted.event.uuid), "is_reopened": lifted.is_reopened or None}
    return lifted.is_reopened


def record_refusal(
    *, actor: StaffActor, customer_id: int, scope: RefusedScope, demand: Demand, form_key: str, button: str
) -> IssuedReceipt | None:
    """Record a no that came by letter, mail, call, at a branch or through the authority; it acts at once.

    Return its receipt, whose number the person is told; None where all of it stood before. ``form_key`` is made by
    the form: the same form sent twice records nothing further.
    """
    how = replace(_circumstances(actor, f"staff-no:{form_key}", button), extra=demand.facts)
    details = {"demand": demand.kind, "refused": scope}
    with recorded(actor, AuditedAction.CUSTOMER_REFUSAL_RECORDED, "customer", customer_id, details=details) as note:
        events = demand_obey(customer_id=customer_id, scope=scope, circumstances=how, channels=channels_in_use())
        receipt = refusal_receipt(customer_id=customer_id, events=events, circumstances=how)
        note.details["receipt"] = receipt.number if receipt else None
    return receipt


def close_links(*, actor: StaffActor, customer_id: int, reason: str) -> int:
    """Close every link of one customer; return how many there were. A repeat finds none and records nothing."""
    with recorded(actor, AuditedAction.CUSTOMER_LINKS_CLOSED, "customer", customer_id, reason=reason) as note:
        note.details["count"] = count = customer_links_revoke(customer_id=customer_id)
        note.is_new = bool(count)
    return count


def _circumstances(actor: StaffActor, key: str, button: str) -> Circumstances:
    """Describe what a member of staff writes down."""
    return Circumstances(
        actor=Actor(kind=ActorKind.STAFF, ident=str(actor.user_id)),
        level=ProofLevel.LINK,
        method=ProofMethod.STAFF,
        request_key=key,
        page=actor.way_in,
        build=__version__,
        button=button,
    )
