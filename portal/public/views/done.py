"""The end of the way: number of the receipt, what was chosen, how to come back."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from consents.answers.preferences import ConsentView
from consents.enums import StateValue
from consents.receipts.reading import receipts_of
from portal.flows.answer_invitation import take_receipt
from portal.public.pages import Visit, customer_page, is_post, require_level, visit_mark, visit_mark_check
from portal.public.steps import invitation_of
from portal.visits.levels import Capability

WORDS = {StateValue.GRANTED: "ok", StateValue.REFUSED: "neutral", StateValue.WITHDRAWN: "neutral"}


@require_http_methods(["GET", "HEAD", "POST"])
@require_level(Capability.SEE_OWN)
def done(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Show what was chosen; a press takes the receipt where the way ended without one."""
    if is_post(request):
        visit_mark_check(request, visit)
        take_receipt(visitor=visit.visitor, customer_id=visit.owner_id)
        return redirect("public:done")
    receipts = receipts_of(customer_id=visit.owner_id)
    own, state = visit.visitor.progress.receipt, invitation_of(visit)
    context = {
        "receipt": next((one for one in receipts if str(one.uuid) == own), None),
        "visit_mark": visit_mark(visit),
        "is_owed": bool(visit.visitor.progress.events),
        "has_offers": bool(state.offers),
        "rows": [_row(one) for one in state.answers.consents if one.value],
    }
    return customer_page(request, "public/done.html", context)


def _row(one: ConsentView) -> dict[str, Any]:
    value = StateValue(one.value)
    return {"label": one.channel.spec.headings[one.purpose], "word": value.label, "tone": WORDS[value]}
