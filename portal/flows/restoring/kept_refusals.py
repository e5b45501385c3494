"""Refusals by a link, kept outside the database first, so that none is lost while it is away or set back."""

import logging
from collections.abc import Iterable
from functools import partial

from consents.apart import apart
from consents.clock import database_now
from consents.enums import ActorKind, ProofLevel, ProofMethod
from consents.outside.requests import (
    KeptRequest,
    request_forget,
    request_keep,
    request_set_aside,
    requests_unknown,
    requests_waiting,
)
from consents.types import Actor, Circumstances
from notify.links.issuing import link_hash, link_resolve_by_hash
from notify.links.tokens import token_fold, token_is_shaped
from portal.flows.withdraw import refuse_by_one_click
from portal.visits.evidence import request_key

logger = logging.getLogger(__name__)

ONE_CLICK = "one_click"


def keep_one_click(*, token: str, how: Circumstances) -> KeptRequest | None:
    """Keep an unsubscribe by one click; None for what is no token of ours, and where the disk takes nothing."""
    if not token_is_shaped(token_fold(token)):
        return None
    facts = {"ip": how.ip, "user_agent": how.user_agent, "button": how.button, "build": how.build, **how.extra}
    request = KeptRequest(way=ONE_CLICK, link_hash=link_hash(token), asked_at=database_now().isoformat(), facts=facts)
    try:
        request_keep(request)
    except OSError as error:
        logger.critical("a refusal cannot be kept outside the database: %s", error.strerror)
        return None
    return request


def carry_out_kept_refusals() -> int:
    """Record the refusals that waited for the database; return how many. A repeat records none twice."""
    return _carry_out(requests_waiting())


def carry_out_unknown_refusals() -> int:
    """Record the refusals whose links were not known when they came and are by now; return how many."""
    return _carry_out(requests_unknown())


def _carry_out(requests: Iterable[KeptRequest]) -> int:
    return sum(
        apart(f"carrying out kept refusal {one.name}", partial(_carry_out_one, one), broken=False) for one in requests
    )


def _carry_out_one(request: KeptRequest) -> bool:
    """Record one refusal; False for one whose link is not known, which is set aside."""
    link = link_resolve_by_hash(token_hash=request.link_hash)
    if link is None:
        request_set_aside(request)
        return False
    refuse_by_one_click(link=link, circumstances=_circumstances(request, link.id, link.touchpoint))
    request_forget(request)
    return True


def _circumstances(request: KeptRequest, link_id: int, touchpoint: str) -> Circumstances:
    """Return how it was asked for, with the time of that; the same key as at once, so that it is recorded once."""
    facts = dict(request.facts)
    known = {name: facts.pop(name, "") for name in ("ip", "user_agent", "button", "build")}
    return Circumstances(
        actor=Actor(kind=ActorKind.CUSTOMER),
        level=ProofLevel.LINK,
        method=ProofMethod.ONE_CLICK,
        request_key=one_click_key(link_id),
        touchpoint=touchpoint,
        page="/u/",
        extra={**facts, "asked_at": request.asked_at},
        **known,
    )


def one_click_key(link_id: int) -> str:
    """Return the key of an unsubscribe by a link."""
    return request_key("one-click", link_id)
