"""Arguments and results of the consents room: frozen values without models, for every room."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from consents.enums import (
    ActorKind,
    ContactKind,
    DemandKind,
    DocumentKind,
    LineType,
    ProofLevel,
    ProofMethod,
    Purpose,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acted. ``ident`` is the staff user's id as text and empty for anyone else."""

    kind: ActorKind
    ident: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """How, where and by whom one event was made: all that the ledger needs besides its content.

    ``request_key`` is made by the form and makes a repeat harmless. Times are ISO 8601 text in UTC, as the
    server knew them. ``extra`` is for facts of one way in (code times, provider's message id); its keys must not be
    names that the ledger uses itself. Everything but ``level``, ``method``, ``touchpoint``, ``request_key`` and the
    actor goes to the erasable evidence and never to a log.
    """

    actor: Actor
    level: ProofLevel | int
    method: ProofMethod | str
    request_key: str
    touchpoint: str = ""
    ip: str = ""
    user_agent: str = ""
    page: str = ""
    build: str = ""
    button: str = ""
    box_default: str = ""
    shown_at: str = ""
    opened_at: str = ""
    zone: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What a person demanded outside our pages, as staff wrote it down."""

    kind: DemandKind
    received_on: date
    sender: str
    """Who demands it, and as whom: the customer, a representative, an authority."""
    details: str

    @property
    def facts(self) -> dict[str, str]:
        """Return it as facts of evidence; an erasure takes them away with the rest."""
        return {
            "demand_kind": self.kind.value,
            "demand_received": self.received_on.isoformat(),
            "demand_sender": self.sender,
            "demand_details": self.details,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskedContact:
    """A contact as anyone who holds the link may see it."""

    kind: ContactKind
    mask: str
    contact_uuid: UUID
    confirmed: bool
    line_type: LineType | str = ""
    has_dialogue: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedDocument:
    """One text as one person saw it. ``text`` is the canonical UTF-8 text, ``sha256`` its hash in hex.

    ``summary`` holds the short lines on top; ``paragraphs`` are (heading, text) pairs, a heading may be empty.
    ``template_sha256`` and ``company_id`` name the edition and the requisites it was made from.
    """

    edition_id: int
    kind: DocumentKind
    purpose: Purpose | str
    title: str
    number: int
    published_on: str
    edition_line: str = ""
    summary: tuple[str, ...] = ()
    paragraphs: tuple[tuple[str, str], ...]
    text: str
    sha256: str
    checkbox: str
    template_sha256: str = ""
    company_id: int | None = None
    language: str = "ru"


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedCode:
    """A code that was made: its verification, its times and when another may be asked for."""

    verification_uuid: UUID
    expires_at: datetime
    resend_after_s: int
    is_sent: bool = True
    """False for a code that nobody gets, because others have used up what this contact may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeCheck:
    """The result of one try."""

    outcome: Literal["ok", "wrong", "expired", "locked", "spent"]
    tries_left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AppendedEvent:
    """The event as the ledger holds it; ``is_new`` is False when a repeat found it."""

    id: int
    uuid: UUID
    occurred_at: datetime
    is_new: bool
