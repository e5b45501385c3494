"""Documents: the rules of the signature, one consent per screen, offers only for those who want to see them."""

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from consents.answers.preferences import DocumentToAsk
from consents.answers.recording import Decision
from consents.documents.company_reading import company_of
from consents.documents.reading import document_render
from consents.enums import Purpose
from consents.errors import DocumentChanged
from consents.receipts.pdf import text_pdf
from consents.types import RenderedDocument
from portal.errors import FormStale
from portal.flows.answer_invitation import (
    InvitationState,
    Step,
    accept_signature_rules,
    postpone_answer,
    record_answer,
)
from portal.flows.change_preferences import show_offers
from portal.public.forms import AnswerForm
from portal.public.pages import Visit, customer_page, is_post, require_level, visit_mark_check
from portal.public.steps import invitation_of, next_page, step_page
from portal.ui.sentences import sentence_for
from portal.visits.levels import Capability
from portal.visits.shown import Shown, shown_read, shown_sign
from portal.visits.web_evidence import circumstances

WITHOUT: Final = {
    Purpose.SERVICE: _("Без согласия договор действует. То, что мы обязаны сообщить, придёт другим путём."),
    Purpose.PROMOTION: _("Отказ не влияет на договор, цены и сервисные сообщения."),
    Purpose.ADVERTISING: _("Отказ не влияет на договор, цены и сервисные сообщения. Рекламы не будет."),
}
UNTICKED: Final = "unticked"
DECISIONS: Final[dict[str, Decision]] = {"grant": "granted", "refuse": "refused"}
BUTTONS: Final = {"grant": "Разрешаю", "refuse": "Не разрешаю", "later": "Решить позже"}
"""Captions as the ledger keeps them, whatever language the page was read in."""


@require_http_methods(["GET", "HEAD", "POST"])
@require_level(Capability.CONSENT)
def rules(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Show the rules of the signature before the first consent; accepting them is an event of its own."""
    state = invitation_of(visit)
    if state.step != Step.RULES or state.answers.rules is None:
        return _rules_answered(request, state)
    document = document_render(edition_id=state.answers.rules, customer_id=visit.owner_id)
    form = AnswerForm(request.POST if is_post(request) else None)
    if not form.is_valid():
        return _rules_page(request, visit, document, form)
    if form.cleaned_data["decision"] != "grant":
        return customer_page(request, "public/rules_declined.html")
    seen = shown_read(visit.visitor, form.cleaned_data["shown"])
    how = _how(request, visit, seen, "Принимаю правила")
    try:
        accept_signature_rules(
            visitor=visit.visitor,
            customer_id=visit.owner_id,
            text_sha256=seen.sha256,
            box_ticked=form.cleaned_data["read"],
            circumstances=how,
        )
    except DocumentChanged as error:
        messages.warning(request, str(sentence_for(error).text))
    return redirect("public:next")


@require_http_methods(["GET", "HEAD", "POST"])
@require_level(Capability.CONSENT)
def document(request: HttpRequest, visit: Visit, edition_id: int, channel: str) -> HttpResponseBase:
    """Show one text, whole, with an unticked box and two equal buttons; write the answer down."""
    if is_post(request):
        return _answer(request, visit, edition_id, channel)
    state = invitation_of(visit)
    asked = _asked(state, edition_id, channel)
    if asked is None:
        return redirect(step_page(state))
    return _document_page(request, state, asked, AnswerForm())


@require_safe
@require_level(Capability.CONSENT)
def document_pdf(request: HttpRequest, visit: Visit, edition_id: int, channel: str) -> HttpResponseBase:
    """Return the text of the screen as a PDF."""
    state = invitation_of(visit)
    asked = _asked(state, edition_id, channel)
    if asked is None and edition_id != state.answers.rules:
        raise Http404
    contact_uuid = asked.contact_uuid if asked else None
    text = document_render(edition_id=edition_id, customer_id=visit.owner_id, contact_uuid=contact_uuid)
    pdf = text_pdf(document=text, company=company_of(text.company_id))
    return HttpResponse(
        pdf, content_type="application/pdf", headers={"Content-Disposition": 'attachment; filename="soglasie.pdf"'}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@require_level(Capability.CONSENT, on_read="public:done")
def offers(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Lead to the texts about offers; whoever does not press this is not asked."""
    visit_mark_check(request, visit)
    visitor = show_offers(visitor=visit.visitor)
    return redirect(next_page(Visit(visitor, visit.link)))


def _rules_answered(request: HttpRequest, state: InvitationState) -> HttpResponseBase:
    """Lead on from rules that are not asked now; a late «Не принимаю» is told how the acceptance is taken back."""
    if request.POST.get("decision") == "refuse" and not state.answers.needs_rules:
        messages.warning(request, _("Правила уже приняты. Отказаться от них можно письмом ответственному за данные."))
    return redirect(step_page(state))


def _answer(request: HttpRequest, visit: Visit, edition_id: int, channel: str) -> HttpResponseBase:
    """Write an answer down once. Every repeat of it gets the same answer as the first.

    A repeated no is written again all the same: it ends a yes that was given since.
    """
    form = AnswerForm(request.POST)
    is_complete = form.is_valid()
    if not {"shown", "decision"} <= form.cleaned_data.keys():
        return redirect(next_page(visit))
    seen = shown_read(visit.visitor, form.cleaned_data["shown"])
    if (seen.edition_id, seen.channel) != (edition_id, channel):
        raise FormStale
    if form.cleaned_data["decision"] == "grant" and visit.visitor.progress.answer_given(seen.key) == "granted":
        return redirect("public:next")
    if not is_complete:
        state = invitation_of(visit)
        asked = _asked(state, edition_id, channel)
        return redirect("public:next") if asked is None else _document_page(request, state, asked, form)
    try:
        _write(request, visit, seen, form.cleaned_data)
    except DocumentChanged as error:
        messages.warning(request, str(sentence_for(error).text))
    return redirect("public:next")


def _write(request: HttpRequest, visit: Visit, seen: Shown, said: dict[str, Any]) -> None:
    how = _how(request, visit, seen, BUTTONS[said["decision"]])
    if said["decision"] == "later":
        postpone_answer(visitor=visit.visitor, customer_id=visit.owner_id, seen=seen, circumstances=how)
        return
    record_answer(
        visitor=visit.visitor,
        customer_id=visit.owner_id,
        seen=seen,
        decision=DECISIONS[said["decision"]],
        box_ticked=said["read"],
        circumstances=how,
    )


def _asked(state: InvitationState, edition_id: int, channel: str) -> DocumentToAsk | None:
    """Find the text of an address among those that this visit is asked."""
    if state.step != Step.CONSENT:
        return None
    return next((one for one in state.ask if (one.edition_id, one.channel) == (edition_id, channel)), None)


def _document_page(
    request: HttpRequest, state: InvitationState, asked: DocumentToAsk, form: AnswerForm
) -> HttpResponseBase:
    text = document_render(
        edition_id=asked.edition_id, customer_id=state.answers.customer_id, contact_uuid=asked.contact_uuid
    )
    event = state.answers.consent(asked.purpose, asked.channel).event
    number, total = state.position(asked)
    context = {
        "document": text,
        "form": form,
        "heading": asked.channel.spec.headings[asked.purpose],
        "without": WITHOUT[asked.purpose],
        "total": total,
        "number": number,
        "shown": shown_sign(state.visitor, text, channel=asked.channel, contact_uuid=asked.contact_uuid, state=event),
        "pdf_url": reverse("public:consent_pdf", args=[asked.edition_id, asked.channel]),
    }
    return customer_page(request, "public/consent.html", context, status=400 if form.errors else 200)


def _rules_page(request: HttpRequest, visit: Visit, text: RenderedDocument, form: AnswerForm) -> HttpResponseBase:
    context = {
        "document": text,
        "form": form,
        "shown": shown_sign(visit.visitor, text, channel="", contact_uuid=None, state="rules"),
        "pdf_url": reverse("public:consent_pdf", args=[text.edition_id, "rules"]),
    }
    return customer_page(request, "public/rules.html", context, status=400 if form.errors else 200)


def _how(request: HttpRequest, visit: Visit, seen: Shown, button: str) -> Any:
    return circumstances(
        request,
        visit.visitor,
        key=seen.key,
        touchpoint=visit.touchpoint,
        button=button,
        box_default=UNTICKED,
        shown_at=seen.shown_at,
    )
