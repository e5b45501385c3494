"""The one-time code: six digits, again after half a minute, another way. The first page asks where to send it."""

import time
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from consents.customers.contacts_read import contact_of
from consents.enums import ContactKind, ProofLevel
from notify.tasks import send_transactional
from portal.flows.code_process import CodeProcess, Proof, takes_codes
from portal.flows.sign_in import SignIn
from portal.flows.tasks import answer_entrances
from portal.flows.verify_contact import NewContactCode, contact_code_of
from portal.operations.nudges import nudge
from portal.public.buttons import buttons_shown, pressed
from portal.public.codes import code_to, codes_refused, say_outcome, sent_or_said
from portal.public.forms import CodeForm, ContactChoiceForm
from portal.public.pages import Visit, customer_page, expired, require_level
from portal.public.steps import lead_on
from portal.public.views.landing import session_begun, with_key
from portal.templatetags.ui import phone
from portal.visits import session
from portal.visits.evidence import request_key
from portal.visits.levels import Capability
from portal.visits.progress import PendingCode
from portal.visits.web_evidence import circumstances

EVEN_SECONDS: Final = 0.15
"""Longer than checking a code takes. Failed tries are few: the throttle sees to that."""


@require_safe
@require_level(Capability.ASK_CODE)
def code_page(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Show the field for a code on its way; without one lead to where a code can be asked for."""
    process = _process(visit)
    asked = process.asked if process is not None else None
    if process is None or asked is None or not (asked.is_live or isinstance(process, NewContactCode | SignIn)):
        if visit.customer_id is None:
            return expired(request)
        if "have" in request.GET:
            messages.info(request, _("Кода, который ещё действует, нет: получите новый."))
        return redirect(_place_to_ask(visit))
    return _field(request, visit, process, CodeForm())


@require_http_methods(["GET", "HEAD", "POST"])
@require_level(Capability.ASK_CODE, on_read="public:code")
def code_send(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Send a code to the chosen contact, once more to a new one, or ask again at the entrance."""
    refused = codes_refused(request, visit)
    if refused is not None:
        return refused
    entrance = SignIn(visit.visitor)
    if entrance.asked is not None:
        if entrance.asked.wait_seconds == 0:
            entrance.resend()
            nudge(answer_entrances)
        return redirect("public:code")
    if visit.customer_id is None:
        return expired(request)
    return _send(request, visit)


def _send(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Send a code to a contact of the visit's customer."""
    last = contact_code_of(visit.visitor, visit.owner_id)
    if isinstance(last, NewContactCode) and "contact" not in request.POST:
        return sent_or_said(request, last.resend, otherwise="public:code")
    form = ContactChoiceForm(request.POST)
    contact = (
        contact_of(customer_id=visit.owner_id, contact_uuid=form.cleaned_data["contact"]) if form.is_valid() else None
    )
    if contact is None or not takes_codes(contact):
        messages.error(request, _("Выберите, куда прислать код."))
        return redirect(_place_to_ask(visit))
    begun, key = session_begun(visit)
    return with_key(code_to(request, begun, contact, otherwise="public:code"), key)


@require_http_methods(["GET", "HEAD", "POST"])
@require_level(Capability.ASK_CODE, otherwise="public:next", on_read="public:code")
def code_enter(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Check six digits. Right ones raise the visit and renew its key; a second press is led where the first one led."""
    refused = codes_refused(request, visit)
    if refused is not None:
        return refused
    process, form = _process(visit), CodeForm(request.POST)
    if process is None or process.asked is None:
        messages.warning(request, _("Этот код больше не действует. Запросите новый."))
        return redirect("public:code")
    if not form.is_valid():
        return _field(request, visit, process, form)
    return _enter(request, visit, form.cleaned_data["code"])


def _enter(request: HttpRequest, visit: Visit, code: str) -> HttpResponseBase:
    began = time.monotonic()
    visit, key = session_begun(visit)
    process = _process(visit)
    if process is None:
        return with_key(redirect("public:code"), key)
    proof = _verify(request, visit, process, code)
    if proof.check.outcome == "ok":
        nudge(send_transactional)
        if isinstance(process, NewContactCode):
            messages.success(request, _("Контакт сохранён."))
        return _led_on(request, Visit(proof.visitor, visit.link), proof.key)
    if session.session_was_renewed(visitor=visit.visitor):
        return redirect("public:next")
    if visit.visitor.progress.sign_in is not None:
        _even_out(began)
    say_outcome(request, proof.check)
    return with_key(redirect("public:code"), key)


def _led_on(request: HttpRequest, visit: Visit, key: str) -> HttpResponseBase:
    """Set the new key in the cookie and go on; without a key, ask for the customer number."""
    return with_key(lead_on(request, visit), key) if key else redirect("public:which_customer")


def _even_out(began: float) -> None:
    """Let a failed try at the entrance take the same time whether or not anybody is known by the contact."""
    time.sleep(max(0.0, began + EVEN_SECONDS - time.monotonic()))


def _process(visit: Visit) -> CodeProcess | None:
    """Return the process of the code that this visit waits for. None when it waits for nothing."""
    if visit.visitor.progress.sign_in is not None:
        return SignIn(visit.visitor)
    return contact_code_of(visit.visitor, visit.owner_id) if visit.customer_id is not None else None


def _verify(request: HttpRequest, visit: Visit, process: CodeProcess, code: str) -> Proof:
    if isinstance(process.asked, PendingCode):
        key = request_key("code", process.asked.verification)
    else:
        key = request_key("entrance", visit.visitor.session_id, visit.visitor.session_key)
    how = circumstances(request, visit.visitor, key=key, touchpoint=visit.touchpoint)
    return process.verify(code=code, circumstances=pressed(how, request, "confirm"))


def _place_to_ask(visit: Visit) -> str:
    """Return where a visit asks for a code: the first page of its link, or wherever it stands by now."""
    return reverse("public:landing") if visit.visitor.level == ProofLevel.LINK else reverse("public:next")


def _field(request: HttpRequest, visit: Visit, process: CodeProcess, form: CodeForm) -> HttpResponseBase:
    asked = process.asked
    context = {
        **buttons_shown("confirm"),
        "other_way": reverse("public:landing" if visit.visitor.level == ProofLevel.LINK else "public:channels"),
        "form": form,
        "pending": asked,
        "contact": phone(process.named),
        "is_sms": asked is not None and asked.kind == ContactKind.PHONE,
        "messenger": asked.kind.spec.word if asked is not None and asked.kind.spec.is_account else "",
        "at_entrance": not isinstance(asked, PendingCode),
    }
    return customer_page(request, "public/code.html", context, status=400 if form.errors else 200)
