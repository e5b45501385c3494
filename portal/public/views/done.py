"""The end of the way: number of the receipt, what was chosen, paper and data to take home."""

import json
import uuid
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from consents.enums import StateValue
from consents.pdf import receipt_pdf as receipt_pdf_make
from consents.receipt_json import receipt_json as receipt_json_make
from consents.sealing import key_ring_read
from consents.selectors.preferences import Permission, permissions_of
from consents.selectors.receipts import ReceiptView, receipt_view, receipts_of
from portal.flows.answer_invitation import receipt_take
from portal.public.levels import Act
from portal.public.pages import Visit, page, pressed, shown
from portal.public.views.consent import HEADINGS

WORDS = {StateValue.GRANTED: "ok", StateValue.REFUSED: "neutral", StateValue.WITHDRAWN: "neutral"}


@require_http_methods(["GET", "HEAD", "POST"])
@page(Act.SEE_OWN)
def done(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Show what was chosen; a press takes the receipt where the way ended without one."""
    if pressed(request):
        receipt_take(person=visit.person, customer_id=visit.owner_id)
        return redirect("public:done")
    receipts = receipts_of(customer_id=visit.owner_id)
    own = visit.person.progress.get("receipt", "")
    context = {
        "receipt": next((one for one in receipts if str(one.uuid) == own), None),
        "is_owed": bool(visit.person.progress.get("events")),
        "rows": [_row(one) for one in permissions_of(customer_id=visit.owner_id) if one.value],
    }
    return shown(request, "public/done.html", context)


@require_safe
@page(Act.SEE_OWN)
def receipt_pdf(request: HttpRequest, visit: Visit, receipt: uuid.UUID) -> HttpResponseBase:
    """Give a receipt of this customer on paper."""
    view = _receipt(visit, receipt)
    pdf = receipt_pdf_make(receipt=view, site=f"{settings.SITE_URL}/")
    return _file(pdf, "application/pdf", f"{view.number}.pdf")


@require_safe
@page(Act.SEE_OWN)
def receipt_json(request: HttpRequest, visit: Visit, receipt: uuid.UUID) -> HttpResponseBase:
    """Give a receipt of this customer as data, with the proof of inclusion once it is sealed."""
    view = _receipt(visit, receipt)
    keys = key_ring_read(Path(settings.SEAL_KEY_FILE))
    facts = receipt_json_make(receipt=view, keys=keys, site=f"{settings.SITE_URL}/")
    body = json.dumps(facts, ensure_ascii=False, indent=2).encode()
    return _file(body, "application/json; charset=utf-8", f"{view.number}.json")


def _receipt(visit: Visit, receipt: uuid.UUID) -> ReceiptView:
    view = receipt_view(receipt_uuid=receipt, customer_id=visit.owner_id)
    if view is None:
        raise Http404
    return view


def _file(body: bytes, kind: str, name: str) -> HttpResponse:
    disposition = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return HttpResponse(body, content_type=kind, headers={"Content-Disposition": disposition})


def _row(one: Permission) -> dict[str, Any]:
    value = StateValue(one.value)
    return {"label": HEADINGS[one.purpose, one.channel], "word": value.label, "tone": WORDS[value]}
