"""From the step of a visit to its page."""

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from consents.customers.contacts_read import contact_of
from consents.enums import ProofLevel
from portal.flows.answer_invitation import InvitationState, Step
from portal.flows.link_account import invite_account
from portal.flows.sign_in import needs_number
from portal.public.codes import code_to, codes_refused
from portal.public.pages import Visit


def invitation_of(visit: Visit) -> InvitationState:
    """Begin to read where a proven visit stands: once a request, and once more after a write."""
    return InvitationState(visit.visitor, visit.owner_id)


def next_page(visit: Visit) -> str:
    """Return the address of the page that comes next for this visit."""
    visitor = visit.visitor
    if needs_number(visitor):
        return reverse("public:which_customer")
    if visitor.level < ProofLevel.KNOWN_CONTACT or visit.customer_id is None:
        return reverse("public:code")
    return step_page(invitation_of(visit))


def step_page(state: InvitationState) -> str:
    """Return the address of a step."""
    if state.step == Step.CONSENT:
        return reverse("public:consent", args=[state.ask[0].edition_id])
    return reverse(f"public:{state.step}")


def lead_on(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Lead a press to the page that comes next, and begin there what only a press may begin.

    A code to the contact of a chosen channel is sent, the invitation to a messenger is made: neither needs a button.
    """
    state = invitation_of(visit)
    if state.unlinked is not None and state.step.value == state.unlinked.value:
        invite_account(visitor=visit.visitor, channel=state.unlinked, customer_id=visit.owner_id)
    contact = contact_of(customer_id=visit.owner_id, contact_uuid=state.unconfirmed) if state.unconfirmed else None
    if state.step != Step.CONFIRM or contact is None:
        return redirect(step_page(state))
    refused = codes_refused(request, visit)
    return refused or code_to(request, visit, contact, otherwise="public:contact_confirm")
