"""The JSON form of a scenario's wording, described in ``docs/scenarios.md``. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import time
from typing import Any, Final

from notify.errors import SpecRefused
from notify.scenarios.spec import STATUS_TEXTS, Hours, NumberForm, ScenarioSpec, spec_check
from notify.types import SpecProblem

REQUIRED: Final = ("kind", "phrases", "answer")
TEXTS: Final = ("kind", "answer", *STATUS_TEXTS)
LISTS: Final = ("phrases", "buttons")
HOURS: Final = ("from", "until", "days", "answer")
NUMBER: Final[Mapping[str, tuple[str, type]]] = {
    "letters": ("has_letters", bool),
    "min": ("shortest", int),
    "max": ("longest", int),
}
"""Key -> name and type of the field of `NumberForm`."""


def spec_from_json(data: object) -> ScenarioSpec:
    """Return the wording of the JSON form. Raises `SpecRefused` with every problem, not only the first."""
    if not isinstance(data, Mapping):
        raise SpecRefused(problems=(SpecProblem(field="", code="wrong_type"),))
    problems = tuple(_shape_problems(data))
    if problems:
        raise SpecRefused(problems=problems)
    values: dict[str, Any] = {name: data[name] for name in TEXTS if name in data}
    values |= {name: tuple(data[name]) for name in LISTS if name in data}
    if data.get("hours") is not None:
        values["hours"] = _hours(data["hours"])
    if data.get("number") is not None:
        values["number"] = NumberForm(**{NUMBER[key][0]: value for key, value in data["number"].items()})
    return spec_check(ScenarioSpec(**values))


def spec_to_json(spec: ScenarioSpec) -> dict[str, Any]:
    """Return the JSON form, without what the kind has no use for."""
    written: dict[str, Any] = {"kind": spec.kind, "phrases": list(spec.phrases), "answer": spec.answer}
    if spec.buttons:
        written["buttons"] = list(spec.buttons)
    if spec.hours:
        written["hours"] = {
            "from": f"{spec.hours.since:%H:%M}",
            "until": f"{spec.hours.until:%H:%M}",
            "days": list(spec.hours.days),
            "answer": spec.hours.answer,
        }
    if spec.kind == "status":
        number = spec.number
        written |= {name: getattr(spec, name) for name in STATUS_TEXTS}
        written["number"] = {"letters": number.has_letters, "min": number.shortest, "max": number.longest}
    return written


def _shape_problems(data: Mapping[Any, Any]) -> Iterator[SpecProblem]:
    """Yield what is missing, unknown, or of another type."""
    for name in data.keys() - {field.name for field in fields(ScenarioSpec)}:
        yield SpecProblem(field=str(name), code="unknown_field", name=str(name))
    yield from (SpecProblem(field=name, code="missing", name=name) for name in REQUIRED if name not in data)
    shapes = {
        **{name: isinstance(data.get(name, ""), str) for name in TEXTS},
        **{name: _is_list_of(data.get(name, ()), str) for name in LISTS},
        "number": data.get("number") is None or _is_number_form(data["number"]),
    }
    yield from (SpecProblem(field=name, code="wrong_type") for name, is_fit in shapes.items() if not is_fit)
    if data.get("hours") is not None and not _are_hours(data["hours"]):
        yield SpecProblem(field="hours", code="bad_time")


def _is_list_of(value: object, kind: type) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str) and all(type(one) is kind for one in value)


def _are_hours(value: object) -> bool:
    if not isinstance(value, Mapping) or value.keys() != set(HOURS):
        return False
    try:
        moments = [time.fromisoformat(value[name]) for name in ("from", "until")]
    except (ValueError, TypeError):
        return False
    if any(moment.tzinfo for moment in moments):
        return False
    return _is_list_of(value["days"], int) and isinstance(value["answer"], str)


def _hours(value: Mapping[str, Any]) -> Hours:
    since, until = (time.fromisoformat(value[name]).replace(second=0, microsecond=0) for name in ("from", "until"))
    return Hours(since=since, until=until, days=tuple(value["days"]), answer=value["answer"])


def _is_number_form(value: object) -> bool:
    if not isinstance(value, Mapping) or not value.keys() <= NUMBER.keys():
        return False
    return all(type(one) is NUMBER[key][1] for key, one in value.items())
