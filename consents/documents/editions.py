"""Texts as their authors read them: the source of an edition, and what keeps a draft from being published."""

from dataclasses import dataclass
from datetime import datetime

from consents.documents.checks import ANSWERED_KINDS, Problem, text_problems
from consents.enums import Channel, DocumentKind, DocumentStatus
from consents.errors import DocumentMissing
from consents.models import Edition


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionSource:
    """One edition before any value is put in."""

    edition_id: int
    kind: DocumentKind
    channel: Channel | str
    number: int
    title: str
    body: str
    checkbox: str
    valid_days: int | None
    status: DocumentStatus
    author_id: int | None
    created_at: datetime
    published_at: datetime | None
    body_sha256: str
    problems: tuple[Problem, ...]

    @property
    def is_answered(self) -> bool:
        """Return whether people answer it yes or no; only then it has a term and a box."""
        return self.kind in ANSWERED_KINDS


def edition_source(*, edition_id: int) -> EditionSource:
    """Return one edition. Raises DocumentMissing."""
    return _source(Edition.objects.filter(pk=edition_id).select_related("document").first())


def edition_to_begin_with(*, kind: str, channel: str) -> EditionSource:
    """Return the open draft of a text, else its newest edition. Raises DocumentMissing for a text without any."""
    rows = Edition.objects.filter(document__kind=kind, document__channel=channel, language="ru")
    return _source(rows.select_related("document").order_by("-number").first())


def _source(row: Edition | None) -> EditionSource:
    if row is None:
        raise DocumentMissing("no such edition")
    kind = DocumentKind(row.document.kind)
    return EditionSource(
        edition_id=row.pk,
        kind=kind,
        channel=row.document.channel,
        number=row.number,
        title=row.title,
        body=row.body,
        checkbox=row.checkbox,
        valid_days=row.valid_days,
        status=DocumentStatus(row.status),
        author_id=row.author_id,
        created_at=row.created_at,
        published_at=row.published_at,
        body_sha256=row.body_sha256,
        problems=text_problems(kind=kind, title=row.title, body=row.body, checkbox=row.checkbox),
    )
