"""From the step of a visit to the address of its page."""

from django.urls import reverse

from consents.enums import ProofLevel
from portal.flows.answer_invitation import InvitationState, Step
from portal.flows.sign_in import needs_number
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
        asked = state.ask[0]
        return reverse("public:consent", args=[asked.edition_id, asked.channel])
    return reverse(f"public:{state.step}")
