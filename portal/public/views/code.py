"""The one-time code: which contact, six digits, again after half a minute, another way."""

import time
from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from consents.conf import code_limits
from consents.customers.contacts_read import OwnContact, contact_of, contacts_of
from consents.enums import ContactKind, ProofLevel
from consents.errors import ConsentsError
from consents.words import span_words
from notify.tasks import send_transactional
from portal.client import client_address
from portal.flows.code_process import CodeProcess, Proof, code_reaches
from portal.flows.sign_in import SignIn
from portal.flows.tasks import answer_entrances
from portal.flows.verify_contact import KnownContactCode, NewContactCode, contact_code_of, target_of
from portal.operations.nudges import nudge
from portal.public.forms import CodeForm, ContactChoiceForm
from portal.public.pages import Visit, customer_page, expired, require_level, too_many
from portal.public.views.landing import session_begun
from portal.ui.sentences import Sentence, sentence_for
from portal.visits import cookie, session
from portal.visits.evidence import request_key
from portal.visits.levels import Capability
from portal.visits.progress import AskedCode, PendingCode
from portal.visits.throttle import CODES_OF_VISIT, codes_of_address, throttle_hit
from portal.visits.web_evidence import circumstances

EVEN_SECONDS: Final = 0.15
"""Longer than checking a code takes. Failed tries are few: the throttle sees to that."""


@require_safe
@require_level(Capability.ASK_CODE)
def code_page(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Show the field for a code on its way, or the contacts that one can be sent to."""
    return _page(request, visit, CodeForm())


@require_POST
@require_level(Capability.ASK_CODE)
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
    last = contact_code_of(visit.visitor, visit.owner_id)
    if isinstance(last, NewContactCode) and "contact" not in request.POST:
        return _sent_or_said(request, visit, last.resend) or redirect("public:code")
    form = ContactChoiceForm(request.POST)
    contact = (
        contact_of(customer_id=visit.owner_id, contact_uuid=form.cleaned_data["contact"]) if form.is_valid() else None
    )
    if contact is None or not takes_codes(contact):
        return _page(request, visit, CodeForm(), choose=True)
    response = redirect("public:code")
    begun = session_begun(response, visit)
    return send_or_say(request, begun, contact) or response


@require_POST
@require_level(Capability.ASK_CODE, otherwise="public:next")
def code_enter(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Check six digits. Right ones raise the visit and renew its key; a second press is led where the first one led."""
    began = time.monotonic()
    refused = codes_refused(request, visit)
    if refused is not None:
        return refused
    form = CodeForm(request.POST)
    if visit.visitor.session_id is None or not form.is_valid():
        return _page(request, visit, form)
    proof = _enter(request, visit, form.cleaned_data["code"])
    if proof is None:
        return _page(request, visit, CodeForm(), choose=True)
    if proof.check.outcome == "ok":
        nudge(send_transactional)
        if isinstance(_process(visit), NewContactCode):
            messages.success(request, _("Контакт сохранён."))
        return _led_on(proof)
    if session.session_was_renewed(visitor=visit.visitor):
        return redirect("public:next")
    if visit.visitor.progress.sign_in is not None:
        _even_out(began)
    return _page(request, Visit(proof.visitor, visit.link), CodeForm(), check=proof)


def codes_refused(request: HttpRequest, visit: Visit) -> HttpResponseBase | None:
    """Count one more code asked for or entered; None while both this visit and its address may go on.

    The visit is asked first: one person who hammers does not use up what many share behind one address.
    """
    if not throttle_hit(CODES_OF_VISIT, f"{visit.visitor.link_id}|{visit.visitor.session_id}"):
        return too_many(request, "visit")
    if not throttle_hit(codes_of_address(), client_address(request)):
        return too_many(request, "codes")
    return None


def send_or_say(request: HttpRequest, visit: Visit, contact: OwnContact) -> HttpResponseBase | None:
    """Send a code to a contact on file; None when it is on its way, else the page that says why not."""
    process = KnownContactCode(visit.visitor, visit.owner_id)
    return _sent_or_said(request, visit, lambda: process.initiate(target_of(contact)))


def takes_codes(contact: OwnContact) -> bool:
    """Return whether a code can reach a contact: a fixed line takes no SMS, MAX carries no codes."""
    return code_reaches(contact.kind) and not contact.kind.refuses_line(contact.line_type)


def _sent_or_said(request: HttpRequest, visit: Visit, send: Callable[[], object]) -> HttpResponseBase | None:
    try:
        send()
    except ConsentsError as error:
        return _page(request, visit, CodeForm(), problem=sentence_for(error))
    nudge(send_transactional)
    return None


def _led_on(proof: Proof) -> HttpResponseBase:
    """Set the new key in the cookie and go on; without a key, ask for the customer number."""
    if not proof.key:
        return redirect("public:which_customer")
    response = redirect("public:next")
    cookie.session_cookie_set(response, key=proof.key)
    return response


def _even_out(began: float) -> None:
    """Let a failed try at the entrance take the same time whether or not anybody is known by the contact."""
    time.sleep(max(0.0, began + EVEN_SECONDS - time.monotonic()))


def _process(visit: Visit) -> CodeProcess | None:
    """Return the process of the code that this visit waits for. None when it waits for nothing."""
    if visit.visitor.progress.sign_in is not None:
        return SignIn(visit.visitor)
    return contact_code_of(visit.visitor, visit.owner_id) if visit.customer_id is not None else None


def _enter(request: HttpRequest, visit: Visit, code: str) -> Proof | None:
    """Enter a code for whatever this visit waits for. None when it waits for nothing."""
    visitor, process = visit.visitor, _process(visit)
    if process is None:
        return None
    if visitor.progress.code is None or visitor.progress.sign_in is not None:
        key, button = request_key("entrance", visitor.session_id, visitor.session_key), ""
    else:
        key, button = request_key("code", visitor.progress.code.verification), "Подтвердить"
    how = circumstances(request, visitor, key=key, touchpoint=visit.touchpoint, button=button)
    return process.verify(code=code, circumstances=how)


def _page(
    request: HttpRequest,
    visit: Visit,
    form: CodeForm,
    *,
    problem: Sentence | None = None,
    check: Proof | None = None,
    choose: bool = False,
) -> HttpResponseBase:
    """Show the field while a code is on its way, otherwise the choice of contacts."""
    waiting = SignIn(visit.visitor).asked
    pending: AskedCode | None = waiting or _shown_code(visit, is_answered=bool(problem or check))
    limits = code_limits()
    context: dict[str, Any] = {
        "form": form,
        "problem": problem,
        "check": check.check if check else None,
        "life": span_words(limits.ttl_s),
        "lock": span_words(limits.lock_s),
    }
    status = 400 if form.errors or check or choose else problem.status if problem else 200
    if pending is not None and not request.GET.get("choose"):
        context |= {"pending": pending, "is_sms": pending.kind == ContactKind.PHONE, "at_entrance": waiting is not None}
        return customer_page(request, "public/code.html", context, status=status)
    if visit.customer_id is None:
        return expired(request)
    if visit.visitor.level > ProofLevel.LINK and not (problem or check or choose):
        return redirect("public:next")
    context["contacts"] = [one for one in contacts_of(customer_id=visit.owner_id) if takes_codes(one)]
    return customer_page(request, "public/code_choice.html", context, status=status)


def _shown_code(visit: Visit, *, is_answered: bool) -> PendingCode | None:
    """Return the code that the page has a field for: a live one, or one to a new contact, which can be sent again."""
    last = visit.visitor.progress.code
    if last is None or last.is_live or (last.is_new and is_answered):
        return last
    return None
