"""The register of consents: a person, their history and the exact texts, all events, the ledger and its checks."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from consents.documents.rendering import text_sha256
from consents.ledger.checking.health import last_heads, ledger_checks, ledger_health
from consents.ledger.history import event_of
from consents.ledger.tree.reading import inclusion_proofs
from consents.receipts.pdf import shown_text_pdf
from consents.receipts.reading import receipt_view, receipts_of
from consents.register.search import (
    EventFilter,
    RegisterPerson,
    customer_of_subject,
    events_page,
    person_timeline,
    register_search,
)
from consents.touchpoint import TouchpointName
from notify.dialogues.reading import dialogue_of_customer
from portal.audit.acts import AuditedAction
from portal.audit.permissions import Right, right_required
from portal.audit.record import recorded
from portal.audit.request_actor import acting_user, actor_of
from portal.client import number_asked
from portal.exports.evidence_words import event_title, evidence_facts
from portal.flows.register import request_ledger_check
from portal.staff.alarm import cards_watch, looks_watch
from portal.staff.navigation import crumb
from portal.staff.register.forms import EventsFilter, SearchForm, digits_hint
from portal.staff.register.person_view import person_or_404, timeline, ways_instead
from portal.staff.widgets import period_of
from portal.templatetags.ui import clock, day
from portal.ui.download import download
from portal.ui.words import contact_word
from portal.ui.zones import in_zone

FOUND_KEPT = 10


@right_required(Right.READ_REGISTER, "GET", "POST")
def register(request: HttpRequest) -> HttpResponse:
    """Search by phone, e-mail, customer id, number of a receipt or an event, name. Who was found is recorded."""
    form = SearchForm(request.POST or None)
    people: tuple[RegisterPerson, ...] | None = None
    if form.is_bound and form.is_valid():
        with recorded(actor_of(request), AuditedAction.REGISTER_SEARCHED, "register") as note:
            people = register_search(text=form.cleaned_data["text"])
            note.details |= {"found": len(people), "customers": [person.customer.pk for person in people[:FOUND_KEPT]]}
        looks_watch(user=acting_user(request))
    hint = digits_hint(form.cleaned_data["text"]) if people == () else ""
    context = {"form": form, "people": people, "hint": hint, "health": ledger_health()}
    return render(request, "staff/register/search.html", context)


@right_required(Right.READ_REGISTER, "GET")
def person(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Show one person: what holds now, contacts, the whole history."""
    shown = person_or_404(customer_id)
    with recorded(actor_of(request), AuditedAction.REGISTER_VIEWED, "customer", customer_id):
        events = person_timeline(customer_id=customer_id)
    cards_watch(user=acting_user(request))
    context = {
        "person": shown,
        "contacts": [(contact_word(contact.point.kind), contact) for contact in shown.contacts],
        "moments": timeline(events, customer_id=customer_id),
        "receipts": receipts_of(customer_id=customer_id),
        "ways_instead": ways_instead(shown),
        "dialogue_id": dialogue_of_customer(customer_id=customer_id),
        "health": ledger_health(),
        "crumbs": [crumb(_("Реестр согласий"), "staff:register")],
    }
    return render(request, "staff/register/person.html", context)


@right_required(Right.READ_REGISTER, "GET")
def subject(request: HttpRequest, subject_uuid: UUID) -> HttpResponse:
    """Go from the pseudonym of the ledger to the person."""
    customer_id = customer_of_subject(subject=subject_uuid)
    if customer_id is None:
        raise Http404
    return redirect("staff:person", customer_id)


@right_required(Right.READ_REGISTER, "GET")
def event(request: HttpRequest, customer_id: int, event_uuid: UUID) -> HttpResponse:
    """Show one event: the exact text that the person saw, every fact beside it, its place in the signed log."""
    shown = person_or_404(customer_id)
    found = event_of(customer_id=customer_id, event_uuid=event_uuid)
    if found is None:
        raise Http404
    with recorded(actor_of(request), AuditedAction.REGISTER_TEXT_VIEWED, "customer", customer_id) as note:
        note.details["event"] = str(event_uuid)
        proof = inclusion_proofs([found.id]).get(found.id)
    cards_watch(user=acting_user(request))
    text = found.personal.get("text", "")
    context = {
        "person": shown,
        "event": found,
        "title": event_title(found),
        "text": text,
        "text_matches": bool(text) and text_sha256(text) == found.personal.get("text_sha256"),
        "facts": evidence_facts(found),
        "server_time": localtime(found.occurred_at),
        "touchpoint": TouchpointName.parse(found.values["touchpoint"]).words,
        "sealed_at": localtime(datetime.fromisoformat(proof.head.time)) if proof else None,
        "level": found.level_label,
        "method": found.label("method"),
        "actor": found.label("actor_kind"),
        "proof": proof,
        "position": None if proof is None else proof.index + 1,
        "crumbs": [
            crumb(_("Реестр согласий"), "staff:register"),
            crumb(shown.customer.name or shown.customer.external_id, "staff:person", customer_id),
        ],
    }
    return render(request, "staff/register/event.html", context)


@right_required(Right.READ_REGISTER, "GET")
def event_pdf(request: HttpRequest, customer_id: int, event_uuid: UUID) -> HttpResponse:
    """Return the exact text that the person saw, on paper."""
    person_or_404(customer_id)
    found = event_of(customer_id=customer_id, event_uuid=event_uuid)
    if found is None or not found.personal.get("text"):
        raise Http404
    with recorded(actor_of(request), AuditedAction.REGISTER_TEXT_VIEWED, "customer", customer_id) as note:
        note.details["event"] = str(event_uuid)
        paper = shown_text_pdf(event=found)
    cards_watch(user=acting_user(request))
    return download(paper, "application/pdf", f"text-{str(event_uuid)[:8]}.pdf")


@right_required(Right.READ_REGISTER, "GET")
def receipt(request: HttpRequest, customer_id: int, receipt_uuid: UUID) -> HttpResponse:
    """Show a receipt as the customer has it."""
    with recorded(actor_of(request), AuditedAction.RECEIPT_VIEWED, "customer", customer_id) as note:
        shown = receipt_view(receipt_uuid=receipt_uuid, customer_id=customer_id)
        if shown is None:
            raise Http404
        note.details["receipt"] = shown.number
    issued = in_zone(shown.created_at, shown.zone)
    context = {
        "receipt": shown,
        "issued": f"{day(issued)} {clock(issued)}",
        "lines": [(event_title(line.event), line) for line in shown.lines],
        "customer_id": customer_id,
        "crumbs": [
            crumb(_("Реестр согласий"), "staff:register"),
            crumb(shown.name or shown.external_id or shown.number, "staff:person", customer_id),
        ],
    }
    return render(request, "staff/register/receipt.html", context)


@right_required(Right.READ_REGISTER, "GET")
def events(request: HttpRequest) -> HttpResponse:
    """Leaf through the events of everybody, newest first, without names."""
    form = EventsFilter(request.GET or None)
    chosen = form.cleaned_data if form.is_bound and form.is_valid() else {}
    before = request.GET.get("before", "")
    since, until = period_of(chosen)
    wanted = EventFilter(**chosen | {"since": since, "until": until})
    with recorded(actor_of(request), AuditedAction.REGISTER_EVENTS_VIEWED, "register") as note:
        note.details["filter"] = {name: str(value) for name, value in chosen.items() if value}
        page = events_page(wanted=wanted, before=number_asked(before))
    context = {
        "form": form,
        "page": page,
        "rows": [
            (event_title(row), row.label("method"), TouchpointName.parse(row.values["touchpoint"]).words, row)
            for row in page.events
        ],
        "crumbs": [crumb(_("Реестр согласий"), "staff:register")],
    }
    return render(request, "staff/register/events.html", context)


@right_required(Right.READ_REGISTER, "GET")
def ledger(request: HttpRequest) -> HttpResponse:
    """Show how the ledger is, its last checks and heads."""
    context = {
        **_checks(request),
        "health": ledger_health(),
        "heads": [(head, datetime.fromisoformat(head.time)) for head in last_heads()],
        "crumbs": [crumb(_("Реестр согласий"), "staff:register")],
    }
    return render(request, "staff/register/ledger.html", context)


@right_required(Right.READ_REGISTER, "POST")
def ledger_check(request: HttpRequest) -> HttpResponse:
    """Have a worker check the whole ledger; the result comes to the same page."""
    request_ledger_check(actor=actor_of(request))
    last = next((check.pk for check, _lines in ledger_checks(limit=1)), 0)
    messages.info(request, _("Проверка запущена. Результат появится на этой странице, обычно в течение минуты."))
    return redirect(f"{reverse('staff:ledger')}?{urlencode({'after': last})}")


@right_required(Right.READ_REGISTER, "GET")
def ledger_state(request: HttpRequest) -> HttpResponse:
    """Return the list of checks; it says so when the one that was asked for is among them."""
    return render(request, "staff/register/checks.html", {"is_fragment": True} | _checks(request))


def _checks(request: HttpRequest) -> dict[str, Any]:
    """Return the last checks, and whether the page waits for one that comes ``after`` the last that it has seen."""
    checks = ledger_checks()
    after = number_asked(request.GET.get("after", ""))
    waits = after is not None and not any(check.pk > after for check, _lines in checks)
    return {"checks": checks, "after": str(after), "waits": waits}
