"""What the desk does for one customer: the act, its row in the journal, and in the ledger where consents change."""

from consents.enums import ActorKind, ProofLevel, ProofMethod
from consents.reach.lifting import stop_lift
from consents.types import Actor, Circumstances
from notify.links.issuing import customer_links_revoke
from portal import __version__
from portal.audit.actor import StaffActor
from portal.audit.acts import AuditedAction
from portal.audit.record import recorded


def lift_stop(*, actor: StaffActor, customer_id: int, stop_id: int, reason: str, is_asked: bool) -> bool:
    """Lift one stop and return whether its contact is open again. Raises StopMissing, LiftNotAsked."""
    how = Circumstances(
        actor=Actor(kind=ActorKind.STAFF, ident=str(actor.user_id)),
        level=ProofLevel.LINK,
        method=ProofMethod.STAFF,
        request_key=f"stop-lift:{stop_id}",
        page=actor.way_in,
        build=__version__,
        button="Снять запрет",
    )
    with recorded(actor, AuditedAction.CUSTOMER_STOP_LIFTED, "customer", customer_id, reason=reason) as note:
        lifted = stop_lift(customer_id=customer_id, stop_id=stop_id, is_asked=is_asked, circumstances=how)
        note.details |= {"stop": lifted.stop.reason, "scope": lifted.stop.scope}
        note.details |= {"is_asked": is_asked or None, "is_reopened": lifted.is_reopened or None}
    return lifted.is_reopened


def close_links(*, actor: StaffActor, customer_id: int) -> int:
    """Close every link of one customer; return how many there were."""
    with recorded(actor, AuditedAction.CUSTOMER_LINKS_CLOSED, "customer", customer_id) as note:
        note.details["count"] = count = customer_links_revoke(customer_id=customer_id)
    return count
