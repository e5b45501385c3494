"""Contacts: what is on file, another one by its own code, and taking a change back."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from consents.customers.contacts_read import OwnContact, contact_of, contacts_of
from consents.enums import ContactKind
from consents.errors import ConsentsError, ContactMissing
from consents.reach.barring import barred_kinds
from notify.enums import LinkScope
from notify.tasks import send_transactional
from portal.flows.change_preferences import cancel_change_by_link
from portal.flows.code_process import CodeTarget, code_reaches, takes_codes
from portal.flows.verify_contact import NewContactCode
from portal.operations.nudges import nudge
from portal.public.buttons import buttons_shown, pressed
from portal.public.codes import codes_refused
from portal.public.forms import EmailForm, PhoneForm
from portal.public.pages import Visit, customer_page, is_post, require_level, visit_mark, visit_mark_check
from portal.public.steps import invitation_of, lead_on, next_page, step_page
from portal.ui.sentences import sentence_for
from portal.visits import cookie
from portal.visits.evidence import request_key
from portal.visits.levels import Capability
from portal.visits.web_evidence import circumstances


@require_safe
@require_level(Capability.CONFIRM)
def contacts_page(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Show the contacts on file, whole, each with the ways to confirm and to change it."""
    current = {contact.kind: contact for contact in contacts_of(customer_id=visit.owner_id)}
    barred = barred_kinds(customer_id=visit.owner_id)
    rows = [_row(kind, current.get(kind), is_barred=kind in barred) for kind in ContactKind if not kind.spec.is_account]
    return customer_page(request, "public/contacts.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@require_level(Capability.ASK_CODE_TO_NEW)
def contact_new(request: HttpRequest, visit: Visit, kind: str) -> HttpResponseBase:
    """Take a new phone or address and send a code to it. Nothing changes before the code."""
    if not code_reaches(ContactKind(kind)):
        return redirect(next_page(visit))
    form = (PhoneForm if kind == ContactKind.PHONE else EmailForm)(request.POST if is_post(request) else None)
    is_on_way = invitation_of(visit).is_on_first_way
    context: dict[str, Any] = {
        "form": form,
        "kind": kind,
        "visit_mark": visit_mark(visit),
        "is_on_way": is_on_way,
        "back": reverse("public:channels" if is_on_way else "public:contacts"),
    }
    if is_post(request):
        visit_mark_check(request, visit)
    if form.is_valid():
        refused = codes_refused(request, visit)
        if refused is not None:
            return refused
        target = CodeTarget(kind=ContactKind(kind), value=form.cleaned_data["value"])
        try:
            NewContactCode(visit.visitor, visit.owner_id).initiate(target)
        except ConsentsError as error:
            sentence = sentence_for(error)
            form.add_error("value", f"{sentence.title}. {sentence.text}")
        else:
            nudge(send_transactional)
            return redirect("public:code")
    context["old"] = any(contact.kind == kind for contact in contacts_of(customer_id=visit.owner_id))
    return customer_page(request, "public/contact_new.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@require_level(Capability.CONFIRM)
def contact_confirm(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Confirm the contact of a chosen channel by a code through that channel."""
    if is_post(request):
        visit_mark_check(request, visit)
    state = invitation_of(visit)
    contact = contact_of(customer_id=visit.owner_id, contact_uuid=state.unconfirmed) if state.unconfirmed else None
    if contact is None:
        return redirect(step_page(state))
    context = {"contact": contact, "visit_mark": visit_mark(visit)}
    if not is_post(request):
        return customer_page(request, "public/contact_confirm.html", context)
    return lead_on(request, visit)


@require_http_methods(["GET", "HEAD", "POST"])
@require_level(Capability.CANCEL_CHANGE, scope=LinkScope.CANCEL_CHANGE)
def change_cancel(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Take a change of contact back: holding the link of the notice about it is the proof."""
    if not is_post(request):
        context = buttons_shown("restore") | {"visit_mark": visit_mark(visit)}
        return customer_page(request, "public/cancel_change.html", context)
    visit_mark_check(request, visit)
    if visit.link is None:
        raise ContactMissing("no link about a change")
    how = circumstances(
        request,
        visit.visitor,
        key=request_key("cancel-change", visit.link.id),
        touchpoint=visit.touchpoint,
    )
    cancel_change_by_link(link=visit.link, circumstances=pressed(how, request, "restore"))
    response = redirect("public:cancelled_change")
    cookie.cookie_drop(response)
    return response


@require_safe
def change_cancelled(request: HttpRequest) -> HttpResponseBase:
    """Return the page that the old contact is back."""
    return customer_page(request, "public/cancelled_change.html")


def _row(kind: ContactKind, contact: OwnContact | None, *, is_barred: bool) -> dict[str, Any]:
    return {
        "label": kind.spec.own_name,
        "contact": contact,
        "is_landline": contact is not None and contact.kind.refuses_line(contact.line_type),
        "barred": kind.channel.spec.barred if is_barred else "",
        "can_confirm": contact is not None and not contact.confirmed and takes_codes(contact),
        "url": reverse(f"public:contact_{kind}") if code_reaches(kind) else "",
    }
