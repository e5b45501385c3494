"""Scenarios as they are stored: those in force for the bot, all of them with their versions and figures for staff."""

import hashlib
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Count, Q

from consents.database.clock import database_now
from notify.enums import InboundOutcome
from notify.errors import ScenarioMissing, SpecRefused
from notify.models import InboundMessage, Scenario, ScenarioVersion
from notify.scenarios.engine import Live
from notify.scenarios.spec import ScenarioSpec
from notify.scenarios.spec_json import spec_from_json

logger = logging.getLogger("notify.scenarios")

FIGURES_DAYS: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionView:
    """One wording. ``published_at`` is None for the draft."""

    number: int
    spec: ScenarioSpec
    author_id: int | None
    created_at: datetime
    published_at: datetime | None
    digest: str
    """Of the wording: what is published is what was looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How often a scenario was called for, how often the bot answered, and how often a person took over."""

    asked: int = 0
    answered: int = 0
    handed_over: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioView:
    """One scenario with its wordings, the newest first."""

    code: str
    title: str
    place: int
    is_on: bool
    figures: Figures
    versions: tuple[VersionView, ...]

    @property
    def in_force(self) -> VersionView | None:
        """Return the version that answers while the scenario is on."""
        return next((one for one in self.versions if one.published_at), None)

    @property
    def draft(self) -> VersionView | None:
        """Return the wording that nobody is answered by yet."""
        return next((one for one in self.versions if one.published_at is None), None)

    @property
    def latest(self) -> VersionView:
        """Return the draft, else the version in force."""
        return self.versions[0]

    @property
    def published(self) -> tuple[VersionView, ...]:
        """Return the versions that are, or were, in force, the newest first."""
        return tuple(one for one in self.versions if one.published_at)


def scenarios_in_force() -> list[Live]:
    """Return what the bot answers by, in the order in which it tries."""
    versions = (
        ScenarioVersion.objects.filter(published_at__isnull=False, scenario__is_on=True)
        .order_by("scenario__place", "scenario_id", "-number")
        .values_list("scenario__code", "spec")
    )
    newest: dict[str, Any] = {}
    for code, spec in versions:
        newest.setdefault(code, spec)
    return [live for code, spec in newest.items() if (live := _live(code, spec)) is not None]


def scenarios_listed() -> list[ScenarioView]:
    """Return every scenario in its order."""
    rows = Scenario.objects.order_by("place", "id").prefetch_related("versions")
    figures = _figures()
    return [_view(row, figures.get(row.code, Figures())) for row in rows]


def scenario_view(*, code: str) -> ScenarioView:
    """Return one scenario. Raises `ScenarioMissing`."""
    row = Scenario.objects.filter(code=code).prefetch_related("versions").first()
    if row is None:
        raise ScenarioMissing
    return _view(row, _figures().get(code, Figures()))


def spec_digest(spec: Mapping[str, Any]) -> str:
    """Return the hash of a stored wording."""
    return hashlib.sha256(json.dumps(spec, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _live(code: str, spec: object) -> Live | None:
    """Return a scenario; None for one that the rules of today refuse: it must not take the others along."""
    try:
        return Live(code=code, spec=spec_from_json(spec))
    except SpecRefused:
        logger.error("scenario %s cannot be used", code)
        return None


def _view(row: Scenario, figures: Figures) -> ScenarioView:
    versions = sorted(row.versions.all(), key=lambda version: -version.number)
    return ScenarioView(
        code=row.code,
        title=row.title,
        place=row.place,
        is_on=row.is_on,
        figures=figures,
        versions=tuple(
            VersionView(
                number=version.number,
                spec=spec_from_json(version.spec),
                author_id=version.author_id,
                created_at=version.created_at,
                published_at=version.published_at,
                digest=spec_digest(version.spec),
            )
            for version in versions
        ),
    )


def _figures() -> dict[str, Figures]:
    """Count messages of the last days by the scenario that they called for; rules of words are none."""
    since = database_now() - timedelta(days=FIGURES_DAYS)
    codes = Scenario.objects.values("code")
    rows = (
        InboundMessage.objects.filter(handled_by__in=codes, received_at__gte=since)
        .exclude(outcome=InboundOutcome.RULE)
        .values("handled_by")
        .annotate(asked=Count("id"), answered=Count("id", filter=Q(outcome=InboundOutcome.SCENARIO)))
    )
    return {
        row["handled_by"]: Figures(
            asked=row["asked"], answered=row["answered"], handed_over=row["asked"] - row["answered"]
        )
        for row in rows
    }
