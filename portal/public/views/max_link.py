"""Linking MAX: a button on a phone, a QR code on a desktop; the page notices by itself."""

import datetime
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_http_methods, require_safe

from consents.enums import Channel
from notify.links.max_tokens import max_token_issue
from notify.links.qr import render_qr
from portal.flows.change_preferences import leave_channel_out
from portal.flows.link_max import MaxState, read_max_state
from portal.public.pages import Visit, customer_page, is_post, require_level, visit_mark, visit_mark_check
from portal.public.steps import invitation_of, next_page
from portal.visits.levels import Capability


@require_http_methods(["GET", "HEAD", "POST"])
@require_level(Capability.LINK_MAX)
def max_page(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Show the invitation of this visit; a press makes one."""
    if is_post(request):
        visit_mark_check(request, visit)
        max_token_issue(customer_id=visit.owner_id, link_id=visit.link_id, session_key=visit.visitor.stable_key)
        return redirect("public:max")
    state = read_max_state(customer_id=visit.owner_id, session_key=visit.visitor.stable_key)
    if state.is_linked:
        return redirect(next_page(visit))
    return customer_page(request, "public/max.html", _context(state) | {"visit_mark": visit_mark(visit)})


@require_safe
@require_level(Capability.LINK_MAX, is_asked_by_person=False)
def max_state(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Answer the page's own question whether the bot has been started, with a few lines of HTML."""
    state = read_max_state(customer_id=visit.owner_id, session_key=visit.visitor.stable_key)
    return render(
        request,
        "public/max_state.html",
        {"is_linked": state.is_linked, "is_over": state.invitation is None, "has_scripts": True},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@require_level(Capability.LINK_MAX, on_read="public:max")
def max_skip(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Leave MAX out and go back: to the channels, where the others are still chosen, or to the personal page."""
    visit_mark_check(request, visit)
    is_on_first_way = invitation_of(visit).is_on_first_way
    leave_channel_out(visitor=visit.visitor, channel=Channel.MAX)
    return redirect("public:channels" if is_on_first_way else "public:home")


def _context(state: MaxState) -> dict[str, Any]:
    invitation = state.invitation
    if invitation is None:
        return {"invitation": None, "has_run_out": state.has_run_out}
    left = invitation.expires_at - timezone.now()
    return {
        "invitation": invitation,
        "is_linked": state.is_linked,
        "minutes": max(1, left // datetime.timedelta(minutes=1)),
        "seconds": max(1, int(left.total_seconds())),
        "qr": mark_safe(render_qr(invitation.deep_link, fmt="svg").decode()),  # noqa: S308 - our own drawing
    }
