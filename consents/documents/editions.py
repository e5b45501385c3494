"""Editions as staff read them: the source of each, what keeps a draft from being published, which are missing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from consents.documents.checks import ANSWERED_KINDS, SIGNED_KINDS, Problem, text_problems
from consents.documents.reading import edition, edition_is_stale, edition_stamp, editions_in_force, editions_refreshed
from consents.enums import Channel, DocumentKind, DocumentStatus
from consents.errors import DocumentMissing
from consents.models import Edition


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionView:
    """One edition before any value is put in.

    ``stamp`` tells one saved state from the next. ``is_stale``: in force, but the company or its senders have changed
    since; only `editions` looks. ``channel`` is that of a text from the time when each channel had one; such a text is
    asked no more.
    """

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
    published_at: datetime | None
    body_sha256: str
    stamp: str
    is_stale: bool = False

    @property
    def is_answered(self) -> bool:
        """Return whether people answer it yes or no; only then it has a term."""
        return self.kind in ANSWERED_KINDS

    @property
    def has_box(self) -> bool:
        """Return whether it stands beside a box."""
        return self.kind in SIGNED_KINDS

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Return what keeps it from being published."""
        return text_problems(kind=self.kind, title=self.title, body=self.body, checkbox=self.checkbox)


BLOCKING: Final = frozenset({DocumentKind.PD_SERVICE, DocumentKind.POLICY})
"""Texts without which nobody can be asked; those about offers and the rules of the signature may be missing."""


def editions() -> list[EditionView]:
    """Return all editions of all texts, the newest of each text first."""
    rows = Edition.objects.select_related("document").order_by("document__kind", "document__channel", "-number")
    return [_view(row, is_stale=_is_asked(row) and edition_is_stale(row)) for row in rows]


def edition_source(*, edition_id: int) -> EditionView:
    """Return one edition. Raises DocumentMissing."""
    return _view(edition(edition_id))


def edition_to_begin_with(*, kind: str) -> EditionView:
    """Return the open draft of a text, else its newest edition. Raises DocumentMissing for a text without any."""
    rows = Edition.objects.filter(document__kind=kind, document__channel="", language="ru")
    row = rows.select_related("document").order_by("-number").first()
    if row is None:
        raise DocumentMissing("no such edition")
    return _view(row)


def edition_in_force(*, kind: str) -> EditionView | None:
    """Return the edition of a text that is in force; None where there is none."""
    row = editions_in_force().filter(document__kind=kind).first()
    return _view(row) if row else None


def editions_to_refresh() -> list[EditionView]:
    """Return the editions in force that would be published anew with the company and senders as they are now."""
    return [_view(row, is_stale=True) for row in editions_refreshed()]


def edition_before(*, edition_id: int) -> EditionView | None:
    """Return the edition of the same text that an edition follows; None for the first. Raises DocumentMissing."""
    row = edition(edition_id)
    rows = Edition.objects.filter(document=row.document, language=row.language, number__lt=row.number)
    before = rows.select_related("document").order_by("-number").first()
    return _view(before) if before else None


def texts_missing() -> list[DocumentKind]:
    """Return the kinds of text that are not in force. Without `BLOCKING` ones no consent can be asked."""
    present = set(editions_in_force().values_list("document__kind", flat=True))
    return [kind for kind in DocumentKind if kind not in present]


def texts_stale() -> int:
    """Count the texts in force whose values of the company or its senders are out of date."""
    return sum(edition_is_stale(row) for row in editions_in_force())


def _is_asked(row: Edition) -> bool:
    return row.status == DocumentStatus.PUBLISHED and not row.document.channel


def _view(row: Edition, *, is_stale: bool = False) -> EditionView:
    return EditionView(
        edition_id=row.pk,
        kind=DocumentKind(row.document.kind),
        channel=row.document.channel,
        number=row.number,
        title=row.title,
        body=row.body,
        checkbox=row.checkbox,
        valid_days=row.valid_days,
        status=DocumentStatus(row.status),
        author_id=row.author_id,
        published_at=row.published_at,
        body_sha256=row.body_sha256,
        stamp=edition_stamp(row),
        is_stale=is_stale,
    )


def edition_number(*, edition_id: int) -> int | None:
    """Return the number by which people know an edition; None for one that is not stored."""
    return Edition.objects.filter(pk=edition_id).values_list("number", flat=True).first()
