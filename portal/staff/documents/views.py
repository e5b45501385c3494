"""Documents: every kind with its editions, drafts, publishing."""

from dataclasses import dataclass, field
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from consents.documents.checks import problem_sentence
from consents.documents.editions import (
    EditionView,
    edition_before,
    edition_in_force,
    edition_source,
    edition_to_begin_with,
    editions,
    editions_to_refresh,
)
from consents.documents.fields import COMPANY_FIELDS, PERSON_FIELDS
from consents.documents.reading import document_preview, edition_as_published
from consents.enums import Channel, DocumentKind, DocumentStatus
from consents.errors import CompanyMissing, DraftChanged, PlaceholderUnknown
from consents.types import RenderedDocument
from notify.channel_settings import channels_in_use
from portal.audit.permissions import Right, right_required
from portal.audit.request_actor import actor_of
from portal.flows.documents import discard_draft, draft_document, publish_document, refresh_documents
from portal.models import User
from portal.staff.documents.comparison import differences, lines_of
from portal.staff.documents.forms import DocumentForm
from portal.staff.navigation import crumb
from portal.staff.shown import asked

FIELDS: Final = ("title", "body", "checkbox", "valid_days")


@dataclass(slots=True)
class Text:
    """One text with its editions, for the list."""

    label: str
    kind: str
    in_force: EditionView | None = None
    draft: EditionView | None = None
    older: list[EditionView] = field(default_factory=list)


@right_required(Right.READ_DOCUMENTS, "GET")
def documents(request: HttpRequest) -> HttpResponse:
    """List every text: the edition in force, the draft, the older ones."""
    texts = _texts(editions())
    stale = sum(text.in_force.is_stale for text in texts if text.in_force)
    return render(request, "staff/documents/list.html", {"texts": texts, "stale": stale})


@right_required(Right.READ_DOCUMENTS, "GET")
def document(request: HttpRequest, edition_id: int) -> HttpResponse:
    """Read one edition as a made-up person would see it, as it is written, and against the edition before it."""
    source = edition_source(edition_id=edition_id)
    context = {
        "source": source,
        "label": document_label(source.kind, source.channel),
        "problems": [problem_sentence(problem) for problem in source.problems],
        "author": User.objects.filter(pk=source.author_id or 0).first(),
        "crumbs": [crumb(_("Документы"), "staff:documents")],
    }
    return render(request, "staff/documents/document.html", context | _read(source))


@right_required(Right.PUBLISH_DOCUMENTS, "GET", "POST")
def draft(request: HttpRequest, kind: str) -> HttpResponse:
    """Write the next edition, beginning with the words of the last; nobody sees it until it is published.

    What somebody else has saved meanwhile is shown beside what was typed, and nothing is overwritten unseen.
    """
    source = edition_to_begin_with(kind=kind)
    in_force = edition_in_force(kind=kind)
    begun = in_force if in_force and "in_force" in request.GET else source
    first = {name: getattr(begun, name) for name in FIELDS} | {"begun_with": source.stamp}
    form = DocumentForm(request.POST or None, initial=first, source=source)
    is_changed = False
    if form.is_bound and form.is_valid():
        try:
            edition_id = draft_document(actor=actor_of(request), kind=kind, fields=form.cleaned_data)
        except DraftChanged:
            is_changed = True
            form = DocumentForm({**request.POST.dict(), "begun_with": source.stamp}, source=source)
        else:
            messages.success(request, _("Черновик сохранён. Клиенты видят прежнюю редакцию, пока новую не опубликуют."))
            return redirect("staff:document", edition_id)
    context = {
        "form": form,
        "source": source,
        "in_force": in_force,
        "is_changed": is_changed,
        "label": document_label(source.kind, source.channel),
        "person_fields": PERSON_FIELDS if source.is_answered else (),
        "company_fields": COMPANY_FIELDS,
        "crumbs": [crumb(_("Документы"), "staff:documents")],
    }
    return render(request, "staff/documents/draft.html", context, status=409 if is_changed else 200)


@right_required(Right.PUBLISH_DOCUMENTS, "GET", "POST")
def publish(request: HttpRequest, edition_id: int) -> HttpResponse:
    """Look once more, and at what changes, then put exactly that in force for good."""
    source = edition_source(edition_id=edition_id)
    if source.status != DocumentStatus.DRAFT or source.problems:
        return redirect("staff:document", edition_id)
    facts = edition_as_published(edition_id=edition_id)
    template, context = "staff/documents/publish.html", _draft_context(source) | _read(source)
    if page := asked(request, template, context, facts=facts):
        return page
    try:
        publish_document(actor=actor_of(request), edition_id=edition_id, shown=facts)
    except DraftChanged:
        return redirect("staff:document_publish", edition_id)
    messages.success(
        request, _("Редакция опубликована, изменить её нельзя. Прежние согласия относятся к своим редакциям.")
    )
    return redirect("staff:document", edition_id)


@right_required(Right.PUBLISH_DOCUMENTS, "GET", "POST")
def discard(request: HttpRequest, edition_id: int) -> HttpResponse:
    """Ask once more, then throw a draft away."""
    source = edition_source(edition_id=edition_id)
    if source.status != DocumentStatus.DRAFT:
        return redirect("staff:document", edition_id)
    if page := asked(request, "staff/documents/discard.html", _draft_context(source), facts=source.stamp):
        return page
    discard_draft(actor=actor_of(request), edition_id=edition_id, shown=source.stamp)
    messages.success(request, _("Черновик удалён. Действующая редакция не изменилась."))
    return redirect("staff:documents")


@right_required(Right.PUBLISH_DOCUMENTS, "GET", "POST")
def refresh(request: HttpRequest) -> HttpResponse:
    """Ask once more, then publish anew the texts that still name the company or its senders as they were."""
    stale = [(document_label(row.kind, row.channel), row) for row in editions_to_refresh()]
    if not stale:
        messages.info(request, _("Во всех действующих документах реквизиты уже верные."))
        return redirect("staff:documents")
    facts = [edition_as_published(edition_id=row.edition_id) for _label, row in stale]
    context = {"stale": stale, "crumbs": [crumb(_("Документы"), "staff:documents")]}
    if page := asked(request, "staff/documents/refresh.html", context, facts=facts):
        return page
    count = refresh_documents(actor=actor_of(request))
    messages.success(request, _("Обновлено текстов: %(count)s.") % {"count": count})
    return redirect("staff:documents")


def _draft_context(source: EditionView) -> dict[str, Any]:
    return {
        "source": source,
        "label": document_label(source.kind, source.channel),
        "crumbs": [crumb(_("Документы"), "staff:documents"), crumb(_("Черновик"), "staff:document", source.edition_id)],
    }


def _read(source: EditionView) -> dict[str, Any]:
    """Return an edition as people read it, and what differs from the one before."""
    rendered = _rendered(source.edition_id)
    before = edition_before(edition_id=source.edition_id)
    old = _rendered(before.edition_id) if before else None
    changes = differences(lines_of(old), lines_of(rendered)) if old and rendered else None
    return {"rendered": rendered, "before": before, "changes": changes}


def document_label(kind: DocumentKind, channel: str) -> str:
    """Name a text: its kind, and for one from before the channel that it was about."""
    return f"{kind.label}, {Channel(channel).label}" if channel else str(kind.label)


def _texts(rows: list[EditionView]) -> list[Text]:
    """Gather the editions of each text; the kinds stand in their own order."""
    texts: dict[tuple[str, str], Text] = {}
    kinds: list[Any] = list(DocumentKind)
    for row in sorted(rows, key=lambda row: kinds.index(row.kind)):
        text = texts.setdefault(
            (row.kind, row.channel),
            Text(label=document_label(row.kind, row.channel), kind=row.kind),
        )
        if row.status == DocumentStatus.PUBLISHED:
            text.in_force = row
        elif row.status == DocumentStatus.DRAFT:
            text.draft = row
        else:
            text.older.append(row)
    return list(texts.values())


def _rendered(edition_id: int) -> RenderedDocument | None:
    """Render with a made-up person; None while a draft cannot be rendered, its problems say why."""
    try:
        return document_preview(edition_id=edition_id, channels=channels_in_use())
    except (CompanyMissing, PlaceholderUnknown):
        return None
