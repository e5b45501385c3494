"""Arguments and results of the notify room: frozen values without models."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Final
from uuid import UUID

CAMPAIGN_PRIORITY: Final = 5
TRANSACTIONAL_PRIORITY: Final = 0
"""Codes and notices: sent by a loop of their own, before any campaign."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecProblem:
    """One thing that keeps a campaign from being saved. The sentence comes from ``code`` and ``name``."""

    field: str
    code: str
    name: str = ""
    step: int = 0
    """The step that it is about, counted from 1; 0 where it is about the campaign."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepSpec:
    """One step of a campaign as a person writes it down. What it stands on: `notify.campaigns.ground`.

    ``condition`` and ``wait_days`` are of a step after the first: whom it goes to, how many days after the one before.
    ``starts_on`` is the first day of its sending in the recipient's own time, None for no such day.
    """

    channel: str
    text: str
    subject: str = ""
    button: str = ""
    text_kind: str = "service"
    legal_basis: str = "contract"
    norm: str = ""
    subscriber_consent: str = ""
    contract_clause: str = ""
    contract_date: date | None = None
    offer_reason: str = ""
    link_days: int = 30
    condition: str = "everybody"
    wait_days: int = 0
    starts_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignSpec:
    """A campaign as a person writes it down; the JSON form is in ``docs/campaigns.md``.

    The window is in the recipient's own time; equal ends mean round the clock.
    """

    name: str
    steps: tuple[StepSpec, ...]
    audience: Mapping[str, Any] = field(default_factory=dict)
    send_from: time = time(9)
    send_until: time = time(21)


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagePreview:
    """One person's copy as the editor shows it: the address is masked, the link is an example."""

    customer_id: int
    mask: str
    name: str
    subject: str
    text: str
    html: str
    segments: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignStatus:
    """Where a campaign stands, read in one statement.

    ``planned_total`` = ``sent`` + ``skipped`` + ``failed`` + ``unknown`` + ``open``; ``complete`` is whether it holds.
    """

    campaign_id: int
    name: str
    state: str
    channel: str
    planned_total: int | None
    sent: int
    delivered: int
    skipped: int
    failed: int
    unknown: int
    open: int
    skipped_by_reason: Mapping[str, int]
    failed_by_code: Mapping[str, int]
    launched_at: datetime | None
    finished_at: datetime | None
    complete: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PartsCharged:
    """Parts of a campaign's messages as the provider charges them, beside our count of the same messages.

    ``messages`` are those of which it told; ``counted_of_all`` is our count of all that were handed over.
    """

    messages: int
    charged: int
    counted: int
    counted_of_all: int

    @property
    def is_alarming(self) -> bool:
        """Return whether the two counts differ by more than two percent."""
        return bool(self.messages) and abs(self.charged - self.counted) * 50 > self.counted


@dataclass(frozen=True, slots=True)
class LeasedMessage:
    """One row of ours for the length of the lease."""

    id: int
    kind: str
    channel: str
    campaign_id: int | None
    step_id: int | None
    customer_id: int | None
    contact_point_id: int | None
    address: str
    reference: UUID
    attempt: int
    context: dict[str, Any]
