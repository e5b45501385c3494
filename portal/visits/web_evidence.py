"""How a customer's act on a page came about, as the ledger wants it, read from the request in one place."""

from typing import Final

from django.http import HttpRequest
from django.utils.translation import get_language

from consents.enums import ActorKind, ProofLevel, ProofMethod
from consents.types import Actor, Circumstances
from portal import __version__
from portal.client import client_address
from portal.visits.evidence import iso
from portal.visits.session import VisitorSession

_AGENT_LENGTH: Final = 512


def circumstances(
    request: HttpRequest,
    visitor: VisitorSession,
    *,
    key: str,
    touchpoint: str,
    button: str = "",
    box_default: str = "",
    shown_at: str = "",
    method: str = "",
    page_language: str = "",
) -> Circumstances:
    """Describe an act of the person on this page.

    `method` overrides what the session has proven; `page_language` is that of the page whose words were read, by
    default that of this request.
    """
    return Circumstances(
        actor=Actor(kind=ActorKind.CUSTOMER),
        level=visitor.level,
        method=method or visitor.method or ProofMethod.LINK,
        request_key=key,
        touchpoint=touchpoint,
        ip=client_address(request),
        user_agent=request.headers.get("User-Agent", "")[:_AGENT_LENGTH],
        page=request.path,
        build=__version__,
        button=button,
        box_default=box_default,
        shown_at=shown_at,
        opened_at=iso(visitor.opened_at),
        extra={
            "http_method": request.method or "",
            "link": str(visitor.link_id or ""),
            "page_language": page_language or get_language() or "",
        },
    )


def one_click_circumstances(request: HttpRequest, *, key: str, touchpoint: str) -> Circumstances:
    """Describe an unsubscribe by one click: a link proves it, the address of the page is its token and is left out."""
    return Circumstances(
        actor=Actor(kind=ActorKind.CUSTOMER),
        level=ProofLevel.LINK,
        method=ProofMethod.ONE_CLICK,
        request_key=key,
        touchpoint=touchpoint,
        ip=client_address(request),
        user_agent=request.headers.get("User-Agent", "")[:_AGENT_LENGTH],
        page="/u/",
        build=__version__,
        extra={"http_method": request.method or ""},
    )
