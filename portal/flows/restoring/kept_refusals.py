"""Refusals kept outside the database first, so that none is lost while it is away or set back."""

import logging
from collections.abc import Iterable
from functools import partial
from typing import Final

from consents.apart import apart
from consents.database.clock import database_now
from consents.enums import ActorKind, ProofLevel, ProofMethod, StopScope
from consents.outside.requests import (
    KeptRequest,
    request_forget,
    request_keep,
    request_set_aside,
    requests_unknown,
    requests_waiting,
)
from consents.touchpoint import ENTRANCE
from consents.types import Actor, Circumstances
from notify.links.issuing import LinkView, link_hash, link_known, link_resolve_by_hash
from notify.links.tokens import token_fold, token_is_shaped
from portal.flows.withdraw import deny_contact, refuse_by_one_click, refuse_messages
from portal.visits.evidence import iso, request_key
from portal.visits.session import VisitorSession, session_end, visit_name, visit_recalled

logger = logging.getLogger(__name__)

ONE_CLICK: Final = "one_click"
DENY: Final = "deny"
_REFUSE: Final = "refuse:"
"""Followed by the scope."""


def refuse_way(scope: StopScope) -> str:
    """Return the way of a refusal of messages in a visit."""
    return f"{_REFUSE}{scope}"


def keep_one_click(*, token: str, how: Circumstances) -> KeptRequest | None:
    """Keep an unsubscribe by one click; None for what is no token of ours, and where the disk takes nothing."""
    if not token_is_shaped(token_fold(token)):
        return None
    return _kept(KeptRequest(way=ONE_CLICK, link_hash=link_hash(token), asked_at=_now(), facts=_facts(how)))


def keep_of_visit(*, way: str, visit: str, mark: str, how: Circumstances) -> KeptRequest | None:
    """Keep a refusal that a visit has pressed; None where the disk takes nothing.

    ``visit`` is what the cookie names, ``mark`` the visit that the form was made for; they are compared later.
    """
    facts = {**_facts(how), "page": how.page}
    return _kept(KeptRequest(way=way, visit=visit, mark=mark, asked_at=_now(), facts=facts))


def carry_out_kept_refusals() -> int:
    """Record the refusals that waited for the database; return how many. A repeat records none twice."""
    return _carry_out(requests_waiting())


def carry_out_unknown_refusals() -> int:
    """Record the refusals whose links were not known when they came and are by now; return how many."""
    return _carry_out(requests_unknown())


def one_click_key(link_id: int) -> str:
    """Return the key of an unsubscribe by a link."""
    return request_key("one-click", link_id)


def deny_key(link_id: int | None) -> str:
    """Return the key of «Это не я» by a link."""
    return request_key("deny", link_id)


def refuse_key(visitor: VisitorSession, scope: StopScope) -> str:
    """Return the key of a refusal in a visit."""
    return request_key("refuse", scope, visitor.link_id, visitor.session_id or visitor.opened_at)


def _kept(request: KeptRequest) -> KeptRequest | None:
    try:
        request_keep(request)
    except OSError as error:
        logger.critical("a refusal cannot be kept outside the database: %s", error.strerror)
        return None
    return request


def _now() -> str:
    return database_now().isoformat()


def _facts(how: Circumstances) -> dict[str, str]:
    return {"ip": how.ip, "user_agent": how.user_agent, "button": how.button, "build": how.build, **how.extra}


def _carry_out(requests: Iterable[KeptRequest]) -> int:
    return sum(
        apart(f"carrying out kept refusal {one.name}", partial(_carry_out_one, one), broken=False) for one in requests
    )


def _carry_out_one(request: KeptRequest) -> bool:
    """Record one refusal; False for one whose link or visit is not known, which is set aside."""
    if not (_of_visit if request.visit else _by_one_click)(request):
        request_set_aside(request)
        return False
    request_forget(request)
    return True


def _by_one_click(request: KeptRequest) -> bool:
    link = link_resolve_by_hash(token_hash=request.link_hash)
    if link is None:
        return False
    how = _circumstances(request, key=one_click_key(link.id), touchpoint=link.touchpoint, method=ProofMethod.ONE_CLICK)
    refuse_by_one_click(link=link, circumstances=how)
    return True


def _of_visit(request: KeptRequest) -> bool:
    """Record what a visit has pressed, as its page would have. False for a visit or a link that is not known here."""
    visitor = visit_recalled(request.visit)
    if visitor is None:
        return False
    link = _link_of(visitor)
    customer_id = link.customer_id if link is not None else visitor.customer_id
    if customer_id is None:
        return False
    if request.mark not in (request.visit, visit_name(visitor)):
        logger.warning("a kept refusal was pressed on the page of another visit")
        return True
    touchpoint = link.touchpoint if link is not None else ENTRANCE
    if request.way == DENY:
        how = _circumstances(request, key=deny_key(visitor.link_id), touchpoint=touchpoint, visitor=visitor)
        deny_contact(customer_id=customer_id, visitor=visitor, circumstances=how)
        return True
    scope = StopScope(request.way.removeprefix(_REFUSE))
    how = _circumstances(request, key=refuse_key(visitor, scope), touchpoint=touchpoint, visitor=visitor)
    refuse_messages(customer_id=customer_id, link_id=visitor.link_id, scope=scope, circumstances=how)
    if scope == StopScope.ALL:
        session_end(visitor=visitor)
    return True


def _link_of(visitor: VisitorSession) -> LinkView | None:
    return link_known(link_id=visitor.link_id, opened_at=visitor.opened_at) if visitor.link_id is not None else None


def _circumstances(
    request: KeptRequest, *, key: str, touchpoint: str, method: str = "", visitor: VisitorSession | None = None
) -> Circumstances:
    """Return how it was asked for, with the time of that; the same key as at once, so that it is recorded once."""
    facts = dict(request.facts)
    known = {name: facts.pop(name, "") for name in ("ip", "user_agent", "button", "build")}
    if visitor is not None:
        facts["link"] = str(visitor.link_id or "")
    return Circumstances(
        actor=Actor(kind=ActorKind.CUSTOMER),
        level=visitor.level if visitor is not None else ProofLevel.LINK,
        method=method or (visitor and visitor.method) or ProofMethod.LINK,
        request_key=key,
        touchpoint=touchpoint,
        page=facts.pop("page", "/u/"),
        opened_at=iso(visitor.opened_at) if visitor is not None else "",
        extra={**facts, "asked_at": request.asked_at},
        **known,
    )
