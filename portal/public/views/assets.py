"""Small answers around the pages: the company's colours, QR pictures, the policy, the ledger's keys."""

from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from consents.documents.logo import logo_content
from consents.documents.reading import document_public
from consents.enums import DocumentKind
from consents.errors import DocumentMissing, SealKeyMissing
from consents.ledger.tree.signing import key_ring_read
from notify.links import tokens
from notify.links.qr import render_qr
from portal.public.pages import customer_page, token_page
from portal.ui.brand import brand_stylesheet


@require_safe
def brand_css(request: HttpRequest) -> HttpResponse:
    """Return the stylesheet of the company's accent."""
    response = HttpResponse(brand_stylesheet(), content_type="text/css; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


@require_safe
def brand_logo(request: HttpRequest) -> HttpResponse:
    """Return the company's logo, to anyone: pages and letters show it."""
    content = logo_content()
    if content is None:
        raise Http404
    response = HttpResponse(content, content_type="image/png")
    response.headers["Cache-Control"] = "public, max-age=86400"
    # Letters show it on the pages of mail services.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@require_safe
def policy(request: HttpRequest) -> HttpResponse:
    """Show the privacy policy in force, to anyone."""
    try:
        document = document_public(kind=DocumentKind.POLICY)
    except DocumentMissing:
        document = None
    return customer_page(request, "public/policy.html", {"document": document}, status=200 if document else 404)


@require_safe
def journal_key(request: HttpRequest) -> HttpResponse:
    """Show the public keys that the ledger is signed with, to anyone: a receipt is checked against them."""
    try:
        keys = key_ring_read(Path(settings.SEAL_KEY_FILE)).as_hex()
    except SealKeyMissing:
        keys = {}
    return customer_page(request, "public/journal_key.html", {"keys": keys}, status=200 if keys else 404)


@require_safe
def link_qr(request: HttpRequest, token: str) -> HttpResponse:
    """Draw the QR code of a personal link for a letter. Asks nothing and so tells nothing: any token is drawn."""
    folded = tokens.token_fold(token)
    if not tokens.token_is_shaped(folded):
        return token_page(request, "public/unknown_link.html", status=404)
    picture = render_qr(tokens.qr_payload(settings.SITE_URL, folded), fmt="png", mass=True)
    response = HttpResponse(picture, content_type="image/png")
    # Letters show it on the pages of mail services.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
