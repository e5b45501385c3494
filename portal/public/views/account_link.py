"""Linking an account of a messenger: a button on a phone, a QR code on a desktop; the page notices by itself."""

import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_http_methods, require_safe

from consents.database.clock import database_now
from consents.enums import Channel
from notify.channel_settings import channels_connected
from notify.links.account_tokens import channels_to_link
from notify.links.qr import render_qr
from portal.flows.change_preferences import leave_channel_out
from portal.flows.link_account import LinkingState, invite_account, read_linking_state
from portal.public.pages import Visit, customer_page, is_post, require_level, visit_mark, visit_mark_check
from portal.public.steps import invitation_of, next_page
from portal.visits.levels import Capability


@require_http_methods(["GET", "HEAD", "POST"])
@require_level(Capability.LINK_ACCOUNT)
def account_page(request: HttpRequest, visit: Visit, channel: str) -> HttpResponseBase:
    """Show the invitation of this visit to a channel; a press makes one."""
    named = Channel(channel)
    if is_post(request):
        visit_mark_check(request, visit)
    if named != Channel.MAX and named not in channels_to_link(channels_connected()):
        raise Http404
    if is_post(request):
        invite_account(visitor=visit.visitor, channel=named, customer_id=visit.owner_id)
        return redirect(f"public:{named}")
    state = _state(named, visit)
    if state.is_linked:
        return redirect(next_page(visit))
    addresses = {"page_url": reverse(f"public:{named}"), "state_url": reverse(f"public:{named}_state")}
    context = _context(state) | addresses | {"skip_url": reverse(f"public:{named}_skip")}
    return customer_page(request, f"public/{named}.html", context | {"visit_mark": visit_mark(visit)})


@require_safe
@require_level(Capability.LINK_ACCOUNT, is_asked_by_person=False)
def account_state(request: HttpRequest, visit: Visit, channel: str) -> HttpResponseBase:
    """Answer the page's own question whether the dialogue has been opened, with a few lines of HTML."""
    state = _state(Channel(channel), visit)
    return render(
        request,
        f"public/{channel}_state.html",
        {"is_linked": state.is_linked, "is_over": state.invitation is None, "has_scripts": True},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@require_level(Capability.LINK_ACCOUNT, on_read="public:{channel}")
def account_skip(request: HttpRequest, visit: Visit, channel: str) -> HttpResponseBase:
    """Leave the channel out and go back: to the others, which are still chosen, or to the personal page."""
    visit_mark_check(request, visit)
    is_on_first_way = invitation_of(visit).is_on_first_way
    leave_channel_out(visitor=visit.visitor, channel=channel)
    return redirect("public:channels" if is_on_first_way else "public:home")


def _state(channel: Channel, visit: Visit) -> LinkingState:
    return read_linking_state(channel=channel, customer_id=visit.owner_id, session_key=visit.visitor.stable_key)


def _context(state: LinkingState) -> dict[str, Any]:
    invitation = state.invitation
    if invitation is None:
        return {"invitation": None, "has_run_out": state.has_run_out}
    left = invitation.expires_at - database_now()
    return {
        "invitation": invitation,
        "is_linked": state.is_linked,
        "minutes": max(1, left // datetime.timedelta(minutes=1)),
        "seconds": max(1, int(left.total_seconds())),
        "qr": mark_safe(render_qr(invitation.deep_link, fmt="svg").decode()),  # noqa: S308 - our own drawing
    }
