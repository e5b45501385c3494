"""The company's details and its texts. What is published never changes; a newer edition takes its place."""

from dataclasses import asdict

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from consents.documents.checks import text_problems
from consents.documents.defaults import DEFAULT_TEXTS
from consents.documents.fields import CompanyDetails
from consents.documents.reading import edition_company, edition_is_stale, edition_sha256, editions_in_force
from consents.documents.rendering import canonical, plain
from consents.enums import Channel, DocumentKind, DocumentStatus
from consents.errors import DocumentIncomplete, DocumentMissing
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
    """Store who sends over a channel on the company's behalf and return its id; texts in force keep the old sender."""
    values = {"name": plain(name), "address": plain(address), "contract": plain(contract), "inn": plain(inn)}
    return Sender.objects.update_or_create(channel=Channel(channel), defaults=values)[0].pk


@transaction.atomic
def edition_draft(
    *,
    kind: DocumentKind | str,
    title: str,
    body: str,
    checkbox: str = "",
    valid_days: int | None = None,
    author_id: int | None = None,
) -> int:
    """Write the draft of a text's next edition and return its id. A text has one draft: a second call rewrites it."""
    kind = DocumentKind(kind)
    Document.objects.get_or_create(kind=kind, channel="", defaults={"purpose": PURPOSE_OF.get(kind, "")})
    document = Document.objects.select_for_update(no_key=True).get(kind=kind, channel="")
    draft = document.editions.filter(status=DocumentStatus.DRAFT, language="ru").first()
    if draft is None:
        last = document.editions.aggregate(last=Max("number"))["last"] or 0
        draft = Edition(document=document, number=last + 1)
    draft.title, draft.body, draft.checkbox = plain(title), canonical(body), plain(checkbox)
    draft.valid_days, draft.author_id = valid_days, author_id
    draft.body_sha256 = edition_sha256(draft)
    draft.save()
    return draft.pk


@transaction.atomic
def edition_publish(*, edition_id: int) -> int:
    """Put a draft in force, freeze what it says of the company, retire the edition before it; return the number.

    A repeat does nothing. Raises DocumentIncomplete with every problem, CompanyMissing, DocumentMissing (a retired
    edition never comes back).
    """
    draft = Edition.objects.select_related("document").filter(pk=edition_id).first()
    if draft is None:
        raise DocumentMissing(f"no edition {edition_id}")
    document = Document.objects.select_for_update(no_key=True).get(pk=draft.document_id)
    draft.refresh_from_db()
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
    document.editions.filter(status=DocumentStatus.PUBLISHED, language=draft.language).update(
        status=DocumentStatus.RETIRED
    )
    draft.status, draft.published_at = DocumentStatus.PUBLISHED, timezone.now()
    draft.body_sha256 = edition_sha256(draft)
    draft.save()
    return draft.number


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
    drafted = set(Edition.objects.filter(status=DocumentStatus.DRAFT).values_list("document_id", flat=True))
    stale = [row for row in editions_in_force() if row.document_id not in drafted and edition_is_stale(row)]
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
