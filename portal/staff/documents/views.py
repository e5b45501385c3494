"""Documents: every kind with its editions, drafts, publishing."""

from dataclasses import dataclass, field
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from consents.documents.checks import problem_sentence
from consents.documents.editions import EditionView, edition_source, edition_to_begin_with, editions
from consents.documents.fields import COMPANY_FIELDS, PERSON_FIELDS
from consents.documents.reading import document_preview
from consents.enums import Channel, DocumentKind, DocumentStatus
from consents.errors import CompanyMissing, PlaceholderUnknown
from consents.types import RenderedDocument
from notify.channel_settings import channels_in_use
from portal.audit.permissions import Right, right_required
from portal.audit.request_actor import actor_of
from portal.flows.documents import draft_document, publish_document, refresh_documents
from portal.models import User
from portal.staff.documents.forms import DocumentForm
from portal.staff.navigation import crumb

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
    """Read one edition as a made-up person would see it."""
    source = edition_source(edition_id=edition_id)
    context = {
        "source": source,
        "rendered": _rendered(edition_id),
        "label": document_label(source.kind, source.channel),
        "problems": [problem_sentence(problem) for problem in source.problems],
        "author": User.objects.filter(pk=source.author_id or 0).first(),
        "crumbs": [crumb(_("Документы"), "staff:documents")],
    }
    return render(request, "staff/documents/document.html", context)


@right_required(Right.PUBLISH_DOCUMENTS, "GET", "POST")
def draft(request: HttpRequest, kind: str) -> HttpResponse:
    """Write the next edition, beginning with the words of the last; nobody sees it until it is published."""
    source = edition_to_begin_with(kind=kind)
    form = DocumentForm(request.POST or None, initial={name: getattr(source, name) for name in FIELDS})
    if form.is_bound and form.is_valid():
        edition_id = draft_document(actor=actor_of(request), kind=kind, fields=form.cleaned_data)
        messages.success(request, _("Черновик сохранён. Клиенты видят прежнюю редакцию, пока новую не опубликуют."))
        return redirect("staff:document", edition_id)
    context = {
        "form": form,
        "source": source,
        "label": document_label(source.kind, source.channel),
        "person_fields": PERSON_FIELDS if source.is_answered else (),
        "company_fields": COMPANY_FIELDS,
        "crumbs": [crumb(_("Документы"), "staff:documents")],
    }
    return render(request, "staff/documents/draft.html", context)


@right_required(Right.PUBLISH_DOCUMENTS, "GET", "POST")
def publish(request: HttpRequest, edition_id: int) -> HttpResponse:
    """Look once more, then put a draft in force for good."""
    source = edition_source(edition_id=edition_id)
    if request.method == "POST":
        publish_document(actor=actor_of(request), edition_id=edition_id)
        messages.success(
            request,
            _("Редакция опубликована, изменить её нельзя. Прежние согласия относятся к своим редакциям."),
        )
        return redirect("staff:document", edition_id)
    if source.status != DocumentStatus.DRAFT or source.problems:
        return redirect("staff:document", edition_id)
    context = {
        "source": source,
        "rendered": _rendered(edition_id),
        "label": document_label(source.kind, source.channel),
        "crumbs": [crumb(_("Документы"), "staff:documents"), crumb(_("Черновик"), "staff:document", edition_id)],
    }
    return render(request, "staff/documents/publish.html", context)


@right_required(Right.PUBLISH_DOCUMENTS, "POST")
def refresh(request: HttpRequest) -> HttpResponse:
    """Publish anew the texts that still name the company or its senders as they were."""
    count = refresh_documents(actor=actor_of(request))
    messages.success(request, _("Обновлено текстов: %(count)s.") % {"count": count})
    return redirect("staff:documents")


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
