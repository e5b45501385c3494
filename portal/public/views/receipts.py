"""Receipts of a customer: what each event says, where it stands in the sealed log, paper and data to take home."""

import json
import uuid
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from consents.ledger.tree.signing import key_ring_read
from consents.receipts.content import receipt_json
from consents.receipts.pdf import receipt_pdf
from consents.receipts.reading import ReceiptView, receipt_record, receipt_view
from consents.receipts.words import receipt_words
from portal.public.pages import Visit, customer_page, require_level
from portal.ui.download import download
from portal.visits.levels import Capability


@require_safe
@require_level(Capability.SEE_OWN)
def receipt_page(request: HttpRequest, visit: Visit, receipt: uuid.UUID) -> HttpResponseBase:
    """Show a receipt of this customer: the answers in plain words, and folded behind them what proves each."""
    view = _receipt(visit, receipt)
    context = {"receipt": view, "words": receipt_words(receipt=view, site=_site())}
    return customer_page(request, "public/receipt.html", context)


@require_safe
@require_level(Capability.SEE_OWN)
def download_pdf(request: HttpRequest, visit: Visit, receipt: uuid.UUID) -> HttpResponseBase:
    """Return a receipt of this customer on paper."""
    view = _receipt(visit, receipt)
    pdf = receipt_pdf(receipt=view, site=_site())
    return download(pdf, "application/pdf", f"{view.number}.pdf")


@require_safe
@require_level(Capability.SEE_OWN)
def download_json(request: HttpRequest, visit: Visit, receipt: uuid.UUID) -> HttpResponseBase:
    """Return a receipt of this customer as data, with the proof of inclusion once it is sealed."""
    view = _receipt(visit, receipt)
    keys = key_ring_read(Path(settings.SEAL_KEY_FILE))
    record = receipt_record(receipt_uuid=view.uuid)
    facts = receipt_json(receipt=view, keys=keys, site=_site(), record=record)
    body = json.dumps(facts, ensure_ascii=False, indent=2).encode()
    return download(body, "application/json; charset=utf-8", f"{view.number}.json")


def _receipt(visit: Visit, receipt: uuid.UUID) -> ReceiptView:
    view = receipt_view(receipt_uuid=receipt, customer_id=visit.owner_id)
    if view is None:
        raise Http404
    return view


def _site() -> str:
    return f"{settings.SITE_URL}/"
