"""Between the editor's fields and the specification of a campaign, both ways; and the lists that the editor offers."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final, TypedDict

from consents.reach.audience_words import messenger_words, segment_words, source_words
from notify.types import CampaignSpec, SpecProblem
from portal.staff.campaigns.forms import CampaignForm
from portal.staff.campaigns.sentences import problem_text

PLAIN: Final = (
    "name",
    "channel",
    "text_kind",
    "legal_basis",
    "subject",
    "text",
    "button",
    "send_from",
    "send_until",
    "link_days",
)
LISTS: Final = ("segments", "sources", "messengers")
ANSWERED: Final = {"yes": True, "no": False}
PLACE_OF: Final = {"window": "send_from", "audience": None}


def spec_of(fields: Mapping[str, Any], *, kept: Mapping[str, Any] | None = None) -> CampaignSpec:
    """Return the specification of cleaned fields. ``kept`` is the part of a filter that the editor does not show."""
    audience: dict[str, Any] = dict(kept or {})
    audience |= {name: list(fields[name]) for name in LISTS if fields[name]}
    cities = [city.strip() for city in fields["cities"].split(",") if city.strip()]
    if cities:
        audience["cities"] = cities
    if fields["answered"] in ANSWERED:
        audience["answered"] = ANSWERED[fields["answered"]]
    if fields["reachable_only_in_foreign"]:
        audience["reachable_only_in_foreign"] = True
    return CampaignSpec(**{name: fields[name] for name in PLAIN}, audience=audience)


def fields_of(spec: CampaignSpec) -> dict[str, Any]:
    """Return the fields of the editor for a specification."""
    audience = spec.audience
    answered = {True: "yes", False: "no"}.get(audience.get("answered"), "")  # type: ignore[arg-type]  # None has no key
    return {name: value for name, value in asdict(spec).items() if name in PLAIN} | {
        **{name: audience.get(name, []) for name in LISTS},
        "cities": ", ".join(audience.get("cities", [])),
        "answered": answered,
        "reachable_only_in_foreign": bool(audience.get("reachable_only_in_foreign")),
    }


def kept_of(spec: CampaignSpec) -> dict[str, Any]:
    """Return the part of the filter that only the command and the lists can set."""
    return {name: spec.audience[name] for name in ("customer_ids",) if spec.audience.get(name)}


def problems_show(form: CampaignForm, problems: tuple[SpecProblem, ...]) -> None:
    """Put each problem beside its field, in words."""
    for problem in problems:
        place = PLACE_OF.get(problem.field, problem.field)
        form.add_error(place if place in form.fields else None, str(problem_text(problem)))


class Offer(TypedDict):
    """What the editor lets choose."""

    segments: list[str]
    sources: list[str]
    messengers: list[tuple[str, str]]


def audience_offer(*, also: Mapping[str, Any]) -> Offer:
    """Return the words of the base, and those of the filter ``also`` that would otherwise be lost on saving."""
    messengers = messenger_words()
    known = {code for code, _name in messengers}
    return Offer(
        segments=_joined(segment_words(), also.get("segments", [])),
        sources=_joined(source_words(), also.get("sources", [])),
        messengers=messengers + [(code, code) for code in also.get("messengers", []) if code not in known],
    )


def _joined(found: list[str], also: list[str]) -> list[str]:
    return found + [word for word in also if word not in found]
