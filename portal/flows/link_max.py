"""Linking a MAX account: the invitation of a visit, and whether somebody has pressed «Начать» since."""

from dataclasses import dataclass

from consents.customers.contacts_read import contacts_of
from consents.enums import ContactKind
from notify.links.max_tokens import MaxInvitation, max_invitation


@dataclass(frozen=True, slots=True)
class MaxState:
    """What the page shows: an invitation that can still be used, and whether the account is linked."""

    invitation: MaxInvitation | None
    is_linked: bool
    has_run_out: bool
    """The last invitation of this visit was not used in time."""


def read_max_state(*, customer_id: int, session_key: str) -> MaxState:
    """Read the invitation and whether the customer has a MAX account now."""
    is_linked = any(contact.kind == ContactKind.MAX for contact in contacts_of(customer_id=customer_id))
    invitation = max_invitation(customer_id=customer_id, session_key=session_key)
    if invitation is None or invitation.is_used or invitation.is_over:
        return MaxState(None, is_linked, has_run_out=invitation is not None and invitation.is_over)
    return MaxState(invitation, is_linked, has_run_out=False)
