"""Documents: one consent a screen, the rules of the signature beside the way, offers for those who ask for them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from consents.answers.preferences import DocumentToAsk
from consents.answers.recording import Decision
from consents.documents.company_reading import company_of
from consents.documents.reading import document_render
from consents.enums import Channel
from consents.errors import DocumentChanged, EditionAltered
from consents.receipts.issuing import IssuedReceipt
from consents.receipts.pdf import text_pdf
from consents.types import RenderedDocument
from portal.errors import FormStale
from portal.flows.answer_invitation import (
    OFFERED,
    InvitationState,
    Step,
    answer_signature_rules,
    leave_signature_rules,
    postpone_answer,
    record_answer,
)
from portal.flows.change_preferences import show_offers
from portal.public.forms import AnswerForm
from portal.public.pages import Visit, customer_page, is_post, require_level, visit_mark_check
from portal.public.steps import invitation_of, next_page, step_page
from portal.ui.download import download
from portal.ui.sentences import sentence_for
from portal.visits.levels import Capability
from portal.visits.session import VisitorSession
from portal.visits.shown import Shown, shown_read, shown_sign
from portal.visits.web_evidence import circumstances

UNTICKED: Final = "unticked"
DECISIONS: Final[dict[str, Decision]] = {"grant": "granted", "refuse": "refused"}


@require_http_methods(["GET", "HEAD", "POST"])
@require_level(Capability.CONSENT)
def rules(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Show the rules of the signature, to accept or to leave: an event of its own, and no answer waits for it.

    A no is taken before anything else is looked at. Whoever has accepted rules can leave them, also those that the
    company offers no more.
    """
    form = AnswerForm(request.POST if is_post(request) else None, captions=_rules_captions())
    if form.is_valid() and form.cleaned_data["decision"] in DECISIONS:
        _answer_rules(request, visit, form.cleaned_data)
        return redirect("public:home")
    answers = invitation_of(visit).answers
    offered = answers.rules if answers.offers_rules else None
    accepted = answers.accepted_rules
    edition_id = accepted if offered is None else offered
    if edition_id is None:
        return redirect("public:home")
    is_leaving = accepted == edition_id
    text = document_render(edition_id=edition_id, customer_id=visit.owner_id)
    last = answers.rules_answer
    context = _page(
        visit.visitor,
        text,
        form,
        contacts={},
        captions=_leaving_captions() if is_leaving else _rules_captions(),
        state=f"rules {last.uuid if last else ''}",
    )
    context |= {
        "is_leaving": is_leaving,
        "is_older_accepted": accepted is not None and not is_leaving,
        "pdf_url": reverse("public:consent_pdf", args=[edition_id]),
    }
    return customer_page(request, "public/rules.html", context, status=400 if form.errors else 200)


def _answer_rules(request: HttpRequest, visit: Visit, said: dict[str, Any]) -> None:
    seen = shown_read(visit.visitor, said["shown"])
    if seen.purpose or said["decision"] not in seen.captions:
        raise FormStale
    how = _how(request, visit, seen, said["decision"])
    if "grant" not in seen.captions:
        receipt = leave_signature_rules(customer_id=visit.owner_id, circumstances=replace(how, box_default=""))
        _say_rules(request, _("Отказ от правил записан."), receipt)
        return
    decision = DECISIONS[said["decision"]]
    try:
        receipt = answer_signature_rules(
            customer_id=visit.owner_id, seen=seen, decision=decision, box_ticked=said["read"], circumstances=how
        )
    except DocumentChanged as error:
        messages.warning(request, str(sentence_for(error).text))
        return
    said_back = _("Правила приняты.") if decision == "granted" else _("Отказ от правил записан.")
    _say_rules(request, said_back, receipt)


def _say_rules(request: HttpRequest, words: str, receipt: IssuedReceipt | None) -> None:
    number = _("Номер квитанции: %(number)s.") % {"number": receipt.number} if receipt else ""
    messages.success(request, f"{words} {number}".strip())


@require_http_methods(["GET", "HEAD", "POST"])
@require_level(Capability.CONSENT)
def document(request: HttpRequest, visit: Visit, edition_id: int) -> HttpResponseBase:
    """Show one text, whole, with an unticked box and two equal buttons; write the answer down."""
    if is_post(request):
        return _answer(request, visit, edition_id)
    state = invitation_of(visit)
    asked = _asked(state, edition_id)
    if asked is None:
        if edition_id in state.answers.texts.values() and visit.visitor.progress.answered:
            messages.info(request, _("На этот текст вы уже ответили. Изменить ответ можно на личной странице."))
        return redirect(step_page(state))
    return _document_page(request, state, asked, AnswerForm(captions=_captions()))


@require_safe
@require_level(Capability.CONSENT)
def document_pdf(request: HttpRequest, visit: Visit, edition_id: int) -> HttpResponseBase:
    """Return the text of the screen as a PDF."""
    state = invitation_of(visit)
    asked = _asked(state, edition_id)
    if asked is None and edition_id not in (state.answers.rules, state.answers.accepted_rules):
        raise Http404
    text = document_render(
        edition_id=edition_id, customer_id=visit.owner_id, contacts=asked.contacts if asked else None
    )
    pdf = text_pdf(document=text, company=company_of(text.company_id))
    return download(pdf, "application/pdf", "soglasie.pdf")


@require_http_methods(["GET", "HEAD", "POST"])
@require_level(Capability.CONSENT, on_read="public:done")
def offers(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Lead to the texts about offers; whoever does not press this is not asked."""
    visit_mark_check(request, visit)
    visitor = show_offers(visitor=visit.visitor)
    return redirect(next_page(Visit(visitor, visit.link)))


def _answer(request: HttpRequest, visit: Visit, edition_id: int) -> HttpResponseBase:
    """Write an answer down once. Every repeat of it gets the same answer as the first.

    A repeated no is written again all the same: it ends a yes that was given since.
    """
    form = AnswerForm(request.POST, captions=_captions())
    is_complete = form.is_valid()
    if not {"shown", "decision"} <= form.cleaned_data.keys():
        return redirect(next_page(visit))
    seen = shown_read(visit.visitor, form.cleaned_data["shown"])
    if seen.edition_id != edition_id:
        raise FormStale
    is_yes = form.cleaned_data["decision"] == "grant"
    if is_yes and visit.visitor.progress.answer_given(seen.key) == "granted":
        return redirect("public:next")
    if not is_complete:
        again = _asked_again(request, visit, edition_id, form)
        if again is not None or is_yes:
            return again or redirect("public:next")
    try:
        _write(request, visit, seen, form.cleaned_data)
    except DocumentChanged as error:
        messages.warning(request, str(sentence_for(error).text))
    return redirect("public:next")


def _asked_again(request: HttpRequest, visit: Visit, edition_id: int, form: AnswerForm) -> HttpResponseBase | None:
    """Return the page with what is wrong; None where it cannot be shown any more: a no is taken all the same."""
    state = invitation_of(visit)
    asked = _asked(state, edition_id)
    try:
        return None if asked is None else _document_page(request, state, asked, form)
    except EditionAltered:
        if form.cleaned_data["decision"] == "grant":
            raise
        return None


def _write(request: HttpRequest, visit: Visit, seen: Shown, said: dict[str, Any]) -> None:
    how = _how(request, visit, seen, said["decision"])
    if said["decision"] == "later":
        postpone_answer(visitor=visit.visitor, customer_id=visit.owner_id, seen=seen, circumstances=how)
        return
    record_answer(
        visitor=visit.visitor,
        customer_id=visit.owner_id,
        seen=seen,
        decision=DECISIONS[said["decision"]],
        box_ticked=bool(said.get("read")),
        circumstances=how,
    )


def _asked(state: InvitationState, edition_id: int) -> DocumentToAsk | None:
    """Find the text of an address among those that this visit is asked."""
    if state.step != Step.CONSENT:
        return None
    return next((one for one in state.ask if one.edition_id == edition_id), None)


def _document_page(
    request: HttpRequest, state: InvitationState, asked: DocumentToAsk, form: AnswerForm
) -> HttpResponseBase:
    text = document_render(edition_id=asked.edition_id, customer_id=state.answers.customer_id, contacts=asked.contacts)
    events = [state.answers.consent(asked.purpose, channel).event for channel in asked.contacts]
    context = _page(state.visitor, text, form, contacts=asked.contacts, captions=_captions(), state=events)
    number, total = state.position(asked)
    context |= {
        "total": total,
        "number": number,
        "pdf_url": reverse("public:consent_pdf", args=[asked.edition_id]),
        "back": _back(state, asked),
    }
    return customer_page(request, "public/consent.html", context, status=400 if form.errors else 200)


def _back(state: InvitationState, asked: DocumentToAsk) -> str:
    """Return where the person came to this text from."""
    if not state.is_on_first_way:
        return reverse("public:home")
    return reverse("public:done" if asked.purpose in OFFERED else "public:channels")


def _page(
    visitor: VisitorSession,
    text: RenderedDocument,
    form: AnswerForm,
    *,
    contacts: Mapping[Channel, UUID],
    captions: Mapping[str, str],
    state: object,
) -> dict[str, Any]:
    """Return what a page draws of a text; its evidence is made of the same values."""
    shown = shown_sign(
        visitor, text, contacts=contacts, captions=captions, language=get_language() or "ru", state=state
    )
    return {"document": text, "form": form, "captions": captions, "shown": shown}


def _captions() -> dict[str, str]:
    return {"grant": _("Разрешаю"), "refuse": _("Не разрешаю"), "later": _("Решить позже")}


def _rules_captions() -> dict[str, str]:
    return {"grant": _("Принимаю правила"), "refuse": _("Не принимаю")}


def _leaving_captions() -> dict[str, str]:
    return {"refuse": _("Отказаться от правил")}


def _how(request: HttpRequest, visit: Visit, seen: Shown, decision: str) -> Any:
    """Describe the press of a button with the words that the page had on it."""
    return circumstances(
        request,
        visit.visitor,
        key=seen.key,
        touchpoint=visit.touchpoint,
        button=seen.captions.get(decision, ""),
        box_default=UNTICKED,
        shown_at=seen.shown_at,
        page_language=seen.language,
    )
