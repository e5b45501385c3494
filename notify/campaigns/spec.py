"""Reading and checking a specification (a form, a JSON file) before it is saved as a campaign.

The JSON form is described in ``docs/campaigns.md``.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, time
from typing import Any, Final

from consents.enums import Channel, LegalBasis
from notify.campaigns.drafts import STEP_FIELDS
from notify.campaigns.ground import NORM_LIMIT, REASON_LIMIT, ground_problems
from notify.campaigns.people import people_problems
from notify.enums import StepCondition, TextKind
from notify.errors import HeaderRefused, SpecRefused, TextRefused
from notify.messages.advertising import ADDED
from notify.messages.rendering import Compiled, header_compile, text_compile
from notify.types import CampaignSpec, SpecProblem, StepSpec

NAME_LIMIT: Final = 120
SUBJECT_LIMIT: Final = 200
BUTTON_LIMIT: Final = 60
TEXT_LIMIT: Final = 8000
LINK_DAYS: Final = range(1, 181)
ADVERTISING_FROM: Final = time(9)
ADVERTISING_TO: Final = time(21)
"""Hours of the recipient in which advertising may come (no law names them; the text of the consent does)."""

MOST_STEPS: Final = 10
MOST_DAYS: Final = 365
STEP_REQUIRED: Final = ("channel", "text")
OWN_FIELDS: Final = ("name", "audience", "window")
WHOLE: Final = ("link_days", "wait_days")
DAYS: Final = ("contract_date", "starts_on")


def spec_read(data: Mapping[str, Any]) -> CampaignSpec:
    """Return the specification of the JSON form: with ``steps``, or with the fields of its only step beside its own.

    Raises `SpecRefused` with every problem, not only the first.
    """
    problems = [*_campaign_shape(data)]
    values: dict[str, Any] = {name: data[name] for name in ("name", "audience") if name in data}
    try:
        values |= _window(data.get("window", {}))
    except (ValueError, TypeError, AttributeError):
        problems.append(SpecProblem(field="window", code="bad_time"))
    steps = []
    for number, written in enumerate(_steps_written(data), start=1):
        step, wrong = _step_read(written)
        steps.append(step)
        problems += [replace(problem, step=number) for problem in wrong]
    misshapen = {(problem.step, problem.field) for problem in problems}
    sound = {name: value for name, value in values.items() if (0, name) not in misshapen}
    spec = CampaignSpec(**{"name": ""} | sound, steps=tuple(steps))
    # A field that is missing or of another type has no further problems; the others are all checked.
    problems += [problem for problem in _problems(spec) if (problem.step, problem.field) not in misshapen]
    if problems:
        raise SpecRefused(problems=tuple(problems))
    return spec


def spec_check(spec: CampaignSpec) -> CampaignSpec:
    """Return ``spec`` when it can be saved. Raises `SpecRefused` with every problem."""
    problems = tuple(_problems(spec))
    if problems:
        raise SpecRefused(problems=problems)
    return spec


def _steps_written(data: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    steps = data.get("steps")
    if steps is None:
        return [{name: value for name, value in data.items() if name not in OWN_FIELDS}]
    return [step for step in steps if isinstance(step, Mapping)] if isinstance(steps, list) else []


def _campaign_shape(data: Mapping[str, Any]) -> Iterator[SpecProblem]:
    if "name" not in data:
        yield SpecProblem(field="name", code="missing", name="name")
    elif not isinstance(data["name"], str):
        yield SpecProblem(field="name", code="wrong_type", name="str")
    if data.get("steps") is None:
        return
    for name in data:
        if name not in (*OWN_FIELDS, "steps"):
            yield SpecProblem(field=str(name), code="unknown_field", name=str(name))
    if not isinstance(data["steps"], list) or not all(isinstance(step, Mapping) for step in data["steps"]):
        yield SpecProblem(field="steps", code="wrong_type", name="list")


def _step_read(data: Mapping[str, Any]) -> tuple[StepSpec, list[SpecProblem]]:
    """Return the step as far as it can be read, and what is wrong with its shape."""
    problems = [*_step_shape(data)]
    misshapen = {problem.field for problem in problems}
    values = {name: data[name] for name in STEP_FIELDS if name in data and name not in misshapen}
    for name in DAYS:
        try:
            if name in values:
                values[name] = date.fromisoformat(values[name])
        except ValueError:
            del values[name]
            problems.append(SpecProblem(field=name, code="bad_date"))
    return StepSpec(**dict.fromkeys(STEP_REQUIRED, "") | values), problems


def _step_shape(data: Mapping[str, Any]) -> Iterator[SpecProblem]:
    for name in data:
        if name not in STEP_FIELDS:
            yield SpecProblem(field=str(name), code="unknown_field", name=str(name))
    for name in STEP_REQUIRED:
        if name not in data:
            yield SpecProblem(field=name, code="missing", name=name)
    for name in STEP_FIELDS:
        wanted = int if name in WHOLE else str
        if name in data and type(data[name]) is not wanted:
            yield SpecProblem(field=name, code="wrong_type", name=wanted.__name__)


def _window(value: Mapping[str, str]) -> dict[str, time]:
    unknown = set(value) - {"from", "to"}
    if unknown:
        raise ValueError(unknown)
    names = {"from": "send_from", "to": "send_until"}
    return {names[key]: time.fromisoformat(moment) for key, moment in value.items()}


def _problems(spec: CampaignSpec) -> Iterator[SpecProblem]:
    if len(spec.name) > NAME_LIMIT:
        yield SpecProblem(field="name", code="too_long", name=str(NAME_LIMIT))
    if not spec.name.strip():
        yield SpecProblem(field="name", code="missing", name="name")
    for code, key in people_problems(spec.audience):
        yield SpecProblem(field="audience", code=code, name=key)
    if not 1 <= len(spec.steps) <= MOST_STEPS:
        yield SpecProblem(field="steps", code="out_of_range", name=f"1-{MOST_STEPS}")
    if any(step.text_kind == TextKind.ADVERTISING for step in spec.steps) and not _is_daytime(spec):
        yield SpecProblem(field="window", code="advertising_hours")
    for number, step in enumerate(spec.steps, start=1):
        for problem in _step_problems(step, is_first=number == 1):
            yield replace(problem, step=number)


def _step_problems(step: StepSpec, *, is_first: bool) -> Iterator[SpecProblem]:
    yield from _choices(step)
    yield from _lengths(step)
    yield from _texts(step)
    if step.text_kind == TextKind.ADVERTISING and step.legal_basis != LegalBasis.CONSENT:
        yield SpecProblem(field="legal_basis", code="advertising_needs_consent")
    yield from ground_problems(step)
    if step.link_days not in LINK_DAYS:
        yield SpecProblem(field="link_days", code="out_of_range", name=f"{LINK_DAYS.start}-{LINK_DAYS.stop - 1}")
    if not 0 <= step.wait_days <= MOST_DAYS:
        yield SpecProblem(field="wait_days", code="out_of_range", name=f"0-{MOST_DAYS}")
    if is_first and step.condition != StepCondition.EVERYBODY:
        yield SpecProblem(field="condition", code="first_goes_to_everybody")
    if is_first and step.wait_days:
        yield SpecProblem(field="wait_days", code="first_waits_for_nothing")


def _is_daytime(spec: CampaignSpec) -> bool:
    """Return whether the window lies in the day; equal ends mean round the clock, which does not."""
    return ADVERTISING_FROM <= spec.send_from < spec.send_until <= ADVERTISING_TO


def _choices(step: StepSpec) -> Iterator[SpecProblem]:
    for name, choices in (
        ("channel", Channel.values),
        ("text_kind", TextKind.values),
        ("legal_basis", LegalBasis.values),
        ("condition", StepCondition.values),
    ):
        value = getattr(step, name)
        if value not in choices:
            yield SpecProblem(field=name, code="unknown_choice", name=value)


def _lengths(step: StepSpec) -> Iterator[SpecProblem]:
    channel = Channel(step.channel).spec if step.channel in Channel.values else None
    text_limit = (channel.text_limit if channel else 0) or TEXT_LIMIT
    if step.text_kind == TextKind.ADVERTISING:
        text_limit -= ADDED
    limits = {
        "subject": SUBJECT_LIMIT,
        "button": BUTTON_LIMIT,
        "text": text_limit,
        "norm": NORM_LIMIT,
        "contract_clause": NORM_LIMIT,
        "offer_reason": REASON_LIMIT,
    }
    for name, limit in limits.items():
        if len(getattr(step, name)) > limit:
            yield SpecProblem(field=name, code="too_long", name=str(limit))
    if not step.text.strip():
        yield SpecProblem(field="text", code="missing", name="text")
    if channel and channel.is_letter and not step.subject.strip():
        yield SpecProblem(field="subject", code="missing", name="subject")


def _texts(step: StepSpec) -> Iterator[SpecProblem]:
    compiled: Compiled | None = None
    checks = (("subject", header_compile), ("button", header_compile), ("text", text_compile))
    for name, check in checks:
        compiled = None
        try:
            compiled = check(getattr(step, name))
        except TextRefused as error:
            yield SpecProblem(field=name, code=str(error.facts["problem"]), name=str(error.facts["name"]))
        except HeaderRefused:
            yield SpecProblem(field=name, code="control_character")
    is_linked = compiled is None or "ссылка" in compiled.fields
    if step.channel in Channel.values and Channel(step.channel).spec.is_in_segments and not is_linked:
        yield SpecProblem(field="text", code="link_missing", name="((ссылка))")
