"""The company's details and its texts. What is published never changes; a newer edition takes its place."""

from dataclasses import asdict

from django.db import transaction
from django.db.models import Max

from consents.database.clock import database_now
from consents.documents.checks import text_problems
from consents.documents.defaults import DEFAULT_TEXTS
from consents.documents.fields import CompanyDetails
from consents.documents.reading import (
    edition_company,
    edition_sha256,
    edition_stamp,
    editions_refreshed,
)
from consents.documents.rendering import canonical, plain
from consents.enums import Channel, DocumentKind, DocumentStatus
from consents.errors import DocumentIncomplete, DocumentMissing, DraftChanged
from consents.models import Company, Document, Edition, Sender
from consents.words import PURPOSE_OF


@transaction.atomic
def company_save(*, details: CompanyDetails) -> int:
    """Make these the company's requisites and return their id; the same once more adds no row.

    Texts in force keep the old values until `documents_refresh` publishes them anew.
    """
    current = Company.objects.order_by("-id").first()
    values = asdict(details)
    if current is not None and all(getattr(current, name) == value for name, value in values.items()):
        return current.pk
    return Company.objects.create(**values).pk


@transaction.atomic
def sender_save(*, channel: Channel | str, name: str, address: str, contract: str, inn: str = "") -> int:
    """Make this who sends over a channel on the company's behalf and return its id; the same once more adds no row.

    Texts in force keep the old sender.
    """
    values = {"name": plain(name), "address": plain(address), "contract": plain(contract), "inn": plain(inn)}
    current = Sender.objects.filter(channel=Channel(channel)).order_by("-id").first()
    if current is not None and all(getattr(current, field) == value for field, value in values.items()):
        return current.pk
    return Sender.objects.create(channel=Channel(channel), **values).pk


@transaction.atomic
def edition_draft(
    *,
    kind: DocumentKind | str,
    title: str,
    body: str,
    checkbox: str = "",
    valid_days: int | None = None,
    author_id: int | None = None,
    begun_with: str | None = None,
) -> int:
    """Write the draft of a text's next edition and return its id. A text has one draft: a second call rewrites it.

    ``begun_with`` is the `stamp` of what the writer began with. Raises DraftChanged when somebody has saved since.
    """
    kind = DocumentKind(kind)
    Document.objects.get_or_create(kind=kind, channel="", defaults={"purpose": PURPOSE_OF.get(kind, "")})
    document = Document.objects.select_for_update(no_key=True).get(kind=kind, channel="")
    newest = document.editions.filter(language="ru").order_by("-number").first()
    if begun_with is not None and (newest is None or edition_stamp(newest) != begun_with):
        raise DraftChanged(f"the draft of {kind} has been saved since")
    draft = newest if newest is not None and newest.status == DocumentStatus.DRAFT else None
    if draft is None:
        last = document.editions.aggregate(last=Max("number"))["last"] or 0
        draft = Edition(document=document, number=last + 1)
    draft.title, draft.body, draft.checkbox = plain(title), canonical(body), plain(checkbox)
    draft.valid_days, draft.author_id = valid_days, author_id
    draft.body_sha256 = edition_sha256(draft)
    draft.save()
    return draft.pk


@transaction.atomic
def edition_discard(*, edition_id: int, shown: str) -> None:
    """Throw a draft away; what was published stays. ``shown`` is the `stamp` of the draft that was looked at.

    Raises DraftChanged, and DocumentMissing for what is no draft (any more).
    """
    draft = _draft_locked(edition_id)
    if draft.status != DocumentStatus.DRAFT:
        raise DocumentMissing(f"edition {edition_id} is no draft")
    if edition_stamp(draft) != shown:
        raise DraftChanged(f"edition {edition_id} has been saved since")
    draft.delete()


@transaction.atomic
def edition_publish(*, edition_id: int, shown: str | None = None) -> int:
    """Put a draft in force, freeze what it says of the company, retire the edition before it; return the number.

    ``shown`` is the `edition_as_published` of what was looked at: raises DraftChanged when words, term or company have
    changed since. A repeat does nothing. Raises DocumentIncomplete with every problem, CompanyMissing, DocumentMissing
    (a retired edition never comes back).
    """
    draft = _draft_locked(edition_id)
    document = draft.document
    if draft.status == DocumentStatus.PUBLISHED:
        return draft.number
    if draft.status == DocumentStatus.RETIRED:
        raise DocumentMissing(f"edition {edition_id} was replaced")
    problems = text_problems(
        kind=DocumentKind(document.kind), title=draft.title, body=draft.body, checkbox=draft.checkbox
    )
    if problems:
        raise DocumentIncomplete(problems)
    draft.company_id, draft.company_values = edition_company(draft)
    if shown is not None and edition_sha256(draft) != shown:
        raise DraftChanged(f"edition {edition_id} is not what was looked at")
    document.editions.filter(status=DocumentStatus.PUBLISHED, language=draft.language).update(
        status=DocumentStatus.RETIRED
    )
    draft.status, draft.published_at = DocumentStatus.PUBLISHED, database_now()
    draft.body_sha256 = edition_sha256(draft)
    draft.save()
    return draft.number


def _draft_locked(edition_id: int) -> Edition:
    """Return an edition as it stands while its text is locked. Raises DocumentMissing."""
    found = Edition.objects.filter(pk=edition_id).values_list("document_id", flat=True).first()
    document = Document.objects.select_for_update(no_key=True).filter(pk=found or 0).first()
    draft = Edition.objects.filter(pk=edition_id, document=document).first()
    if document is None or draft is None:
        raise DocumentMissing(f"no edition {edition_id}")
    draft.document = document
    return draft


@transaction.atomic
def documents_install_defaults(*, author_id: int | None = None) -> int:
    """Publish the default text of every kind that has no edition or draft; return how many. Raises CompanyMissing."""
    drafts = documents_draft_defaults(author_id=author_id)
    for edition_id in drafts:
        edition_publish(edition_id=edition_id)
    return len(drafts)


@transaction.atomic
def documents_draft_defaults(*, author_id: int | None = None) -> list[int]:
    """Write the default text of every kind without an edition in force or a draft as one; a repeat adds none."""
    kept = Edition.objects.filter(document__channel="").exclude(status=DocumentStatus.RETIRED)
    present = set(kept.values_list("document__kind", flat=True))
    missing = [text for text in DEFAULT_TEXTS if text.kind not in present]
    return [edition_draft(**asdict(text), author_id=author_id) for text in missing]


@transaction.atomic
def documents_refresh(*, author_id: int | None = None) -> int:
    """Publish anew each text in force that names the company or its senders as they no longer are; return how many.

    The words stay. A text with an open draft is left out: publishing the draft refreshes it.
    """
    stale = editions_refreshed()
    for row in stale:
        edition_id = edition_draft(
            kind=row.document.kind,
            title=row.title,
            body=row.body,
            checkbox=row.checkbox,
            valid_days=row.valid_days,
            author_id=author_id,
        )
        edition_publish(edition_id=edition_id)
    return len(stale)
