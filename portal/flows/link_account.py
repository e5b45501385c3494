"""Linking an account of a messenger: the invitation of a visit, and whether somebody has opened the dialogue since."""

from dataclasses import dataclass

from django.db import transaction

from consents.customers.contacts_read import contacts_of
from consents.enums import Channel
from notify.links.account_tokens import AccountInvitation, account_invitation, account_token_issue
from portal.visits.session import ABSOLUTE, VisitorSession, session_lock


@transaction.atomic
def invite_account(*, visitor: VisitorSession, channel: Channel, customer_id: int) -> None:
    """Make the invitation of a visit to a channel. Nothing where the visit has ended meanwhile, or goes on elsewhere.

    The visit is locked: whoever ends it finds the token and ends that too.
    """
    if visitor.session_id is None or session_lock(visitor=visitor) is None:
        return
    account_token_issue(
        channel=channel,
        customer_id=customer_id,
        link_id=visitor.link_id,
        session_key=visitor.stable_key,
        until=visitor.opened_at + ABSOLUTE,
    )


@dataclass(frozen=True, slots=True)
class LinkingState:
    """What the page shows: an invitation that can still be used, and whether the account is linked."""

    invitation: AccountInvitation | None
    is_linked: bool
    has_run_out: bool
    """The last invitation of this visit was not used in time."""


def read_linking_state(*, channel: Channel, customer_id: int, session_key: str) -> LinkingState:
    """Read the invitation and whether the customer has an account of the channel now."""
    is_linked = any(contact.kind == channel.kind for contact in contacts_of(customer_id=customer_id))
    invitation = account_invitation(channel=channel, customer_id=customer_id, session_key=session_key)
    if invitation is None or invitation.is_used or invitation.is_over:
        return LinkingState(None, is_linked, has_run_out=invitation is not None and invitation.is_over)
    return LinkingState(invitation, is_linked, has_run_out=False)
