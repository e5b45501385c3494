"""Reading and checking a specification (a form, a JSON file) before it is saved as a campaign.

The JSON form is described in ``docs/campaigns.md``.
"""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import date, time
from typing import Any, Final

from consents.enums import Channel, LegalBasis
from notify.campaigns.ground import NORM_LIMIT, REASON_LIMIT, ground_problems
from notify.campaigns.people import people_problems
from notify.enums import TextKind
from notify.errors import HeaderRefused, SpecRefused, TextRefused
from notify.messages.advertising import ADDED
from notify.messages.rendering import Compiled, header_compile, text_compile
from notify.types import CampaignSpec, SpecProblem

NAME_LIMIT: Final = 120
SUBJECT_LIMIT: Final = 200
BUTTON_LIMIT: Final = 60
TEXT_LIMIT: Final = 8000
LINK_DAYS: Final = range(1, 181)

ADVERTISING_FROM: Final = time(9)
ADVERTISING_TO: Final = time(21)
"""Hours of the recipient in which advertising may come (no law names them; the text of the consent does)."""

REQUIRED: Final = ("name", "channel", "text")
FIELDS: Final = tuple(field.name for field in fields(CampaignSpec) if not field.name.startswith("send_"))
"""What the JSON form holds beside the window."""


def spec_read(data: Mapping[str, Any]) -> CampaignSpec:
    """Return the specification of the JSON form. Raises `SpecRefused` with every problem, not only the first."""
    problems = [*_shape_problems(data)]
    values: dict[str, Any] = {name: data[name] for name in FIELDS if name in data}
    try:
        values |= _window(data.get("window", {}))
    except (ValueError, TypeError, AttributeError):
        problems.append(SpecProblem(field="window", code="bad_time"))
    try:
        if isinstance(data.get("contract_date"), str):
            values["contract_date"] = date.fromisoformat(data["contract_date"])
    except ValueError:
        problems.append(SpecProblem(field="contract_date", code="bad_date"))
    misshapen = {problem.field for problem in problems}
    sound = {name: value for name, value in values.items() if name not in misshapen}
    spec = CampaignSpec(**dict.fromkeys(REQUIRED, "") | sound)
    # A field that is missing or of another type has no further problems; the others are all checked.
    problems += [problem for problem in _problems(spec) if problem.field not in misshapen]
    if problems:
        raise SpecRefused(problems=tuple(problems))
    return spec


def spec_check(spec: CampaignSpec) -> CampaignSpec:
    """Return ``spec`` when it can be saved. Raises `SpecRefused` with every problem."""
    problems = tuple(_problems(spec))
    if problems:
        raise SpecRefused(problems=problems)
    return spec


def _shape_problems(data: Mapping[str, Any]) -> Iterator[SpecProblem]:
    for name in data:
        if name not in (*FIELDS, "window"):
            yield SpecProblem(field=str(name), code="unknown_field", name=str(name))
    for name in REQUIRED:
        if name not in data:
            yield SpecProblem(field=name, code="missing", name=name)
    for name in FIELDS:
        wanted = int if name == "link_days" else str
        if name in data and name != "audience" and type(data[name]) is not wanted:
            yield SpecProblem(field=name, code="wrong_type", name=wanted.__name__)


def _window(value: Mapping[str, str]) -> dict[str, time]:
    unknown = set(value) - {"from", "to"}
    if unknown:
        raise ValueError(unknown)
    names = {"from": "send_from", "to": "send_until"}
    return {names[key]: time.fromisoformat(moment) for key, moment in value.items()}


def _problems(spec: CampaignSpec) -> Iterator[SpecProblem]:
    yield from _choices(spec)
    yield from _lengths(spec)
    yield from _texts(spec)
    for code, key in people_problems(spec.audience):
        yield SpecProblem(field="audience", code=code, name=key)
    if spec.text_kind == TextKind.ADVERTISING and spec.legal_basis != LegalBasis.CONSENT:
        yield SpecProblem(field="legal_basis", code="advertising_needs_consent")
    if spec.text_kind == TextKind.ADVERTISING and not _is_daytime(spec):
        yield SpecProblem(field="window", code="advertising_hours")
    yield from ground_problems(spec)
    if spec.link_days not in LINK_DAYS:
        yield SpecProblem(field="link_days", code="out_of_range", name=f"{LINK_DAYS.start}-{LINK_DAYS.stop - 1}")


def _is_daytime(spec: CampaignSpec) -> bool:
    """Return whether the window lies in the day; equal ends mean round the clock, which does not."""
    return ADVERTISING_FROM <= spec.send_from < spec.send_until <= ADVERTISING_TO


def _choices(spec: CampaignSpec) -> Iterator[SpecProblem]:
    for name, choices in (
        ("channel", Channel.values),
        ("text_kind", TextKind.values),
        ("legal_basis", LegalBasis.values),
    ):
        value = getattr(spec, name)
        if value not in choices:
            yield SpecProblem(field=name, code="unknown_choice", name=value)


def _lengths(spec: CampaignSpec) -> Iterator[SpecProblem]:
    channel = Channel(spec.channel).spec if spec.channel in Channel.values else None
    text_limit = (channel.text_limit if channel else 0) or TEXT_LIMIT
    if spec.text_kind == TextKind.ADVERTISING:
        text_limit -= ADDED
    limits = {
        "name": NAME_LIMIT,
        "subject": SUBJECT_LIMIT,
        "button": BUTTON_LIMIT,
        "text": text_limit,
        "norm": NORM_LIMIT,
        "contract_clause": NORM_LIMIT,
        "offer_reason": REASON_LIMIT,
    }
    for name, limit in limits.items():
        if len(getattr(spec, name)) > limit:
            yield SpecProblem(field=name, code="too_long", name=str(limit))
    for name in ("name", "text"):
        if not getattr(spec, name).strip():
            yield SpecProblem(field=name, code="missing", name=name)
    if channel and channel.is_letter and not spec.subject.strip():
        yield SpecProblem(field="subject", code="missing", name="subject")


def _texts(spec: CampaignSpec) -> Iterator[SpecProblem]:
    compiled: Compiled | None = None
    checks = (("subject", header_compile), ("button", header_compile), ("text", text_compile))
    for name, check in checks:
        compiled = None
        try:
            compiled = check(getattr(spec, name))
        except TextRefused as error:
            yield SpecProblem(field=name, code=str(error.facts["problem"]), name=str(error.facts["name"]))
        except HeaderRefused:
            yield SpecProblem(field=name, code="control_character")
    is_linked = compiled is None or "ссылка" in compiled.fields
    if spec.channel in Channel.values and Channel(spec.channel).spec.is_in_segments and not is_linked:
        yield SpecProblem(field="text", code="link_missing", name="((ссылка))")
