"""Between the editor's fields and the specification of a campaign, both ways; and the lists that the editor offers."""

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from itertools import count
from typing import Any, Final

from django.http import QueryDict
from django.utils.translation import gettext as _

from consents.customers.messengers import messenger_words
from consents.enums import Channel, LegalBasis
from consents.reach.audience_words import city_words, segment_words, source_words
from notify.campaigns.drafts import STEP_FIELDS
from notify.campaigns.ground import offers_of
from notify.campaigns.people import BARRED_IN, FAILED_IN
from notify.campaigns.reading import campaign_names
from notify.campaigns.spec import NAME_LIMIT, spec_check
from notify.channel_settings import channels_connected
from notify.enums import TextKind
from notify.errors import SpecRefused
from notify.types import CampaignSpec, SpecProblem, StepSpec
from portal.staff.campaigns.cities import OFFERED, cities_typed
from portal.staff.campaigns.forms import CampaignForm, LaterStepForm, StepForm
from portal.staff.campaigns.sentences import PLACEHOLDERS, problem_text

OWN: Final = ("name", "send_from", "send_until")
LATER: Final = ("condition", "wait_days")
PLAIN: Final = tuple(name for name in STEP_FIELDS if name not in LATER)
HIDDEN: Final = ("customer_ids", BARRED_IN, FAILED_IN)
"""What only a link, a list or the command sets; saving the editor keeps it."""
COPIED: Final = re.compile(r" \((?:копия|copy)(?: \d+)?\)$")
COPY_ROOM: Final = 14
LISTS: Final = ("segments", "sources", "messengers")
ANSWERED: Final = {"yes": True, "no": False}
EDITOR: Final[Mapping[str, Any]] = {
    "sms_channels": [channel.value for channel in Channel if channel.spec.needs_subscriber_consent],
    "letter_channels": [channel.value for channel in Channel if channel.spec.is_letter],
    "button_channels": [channel.value for channel in Channel if channel.spec.prints_button],
    "placeholders": PLACEHOLDERS,
}
"""What each page of the editor needs besides its form."""
PLACE_OF: Final = {"window": "send_from", "audience": None, "offer_reason": "offer_choice"}


def campaign_form(typed: QueryDict, start: CampaignSpec) -> CampaignForm:
    """Return the editor, filled from a specification.

    It offers the connected channels, the words of the base, and those of the filter that saving would otherwise lose.
    """
    form = CampaignForm(typed or None, initial=_fields(start))
    offered: dict[str, list[tuple[str, str]]] = {
        "channel": _channels(),
        "segments": [(word, word) for word in segment_words()],
        "sources": [(word, word) for word in source_words()],
        "messengers": messenger_words(),
        "city_choices": [(city, city) for city in city_words()[:OFFERED]],
    }
    for name in LISTS:
        offered[name] += [(word, word) for word in start.audience.get(name, []) if word not in dict(offered[name])]
    for name, choices in offered.items():
        form.fields[name].choices = choices  # type: ignore[attr-defined]  # choice fields
    boxes = dict(offered["city_choices"])
    chosen = start.audience.get("cities") or []
    form.initial["city_choices"] = [city for city in chosen if city in boxes]
    form.initial["cities"] = ", ".join(city for city in chosen if city not in boxes)
    return form


def later_form(typed: QueryDict, start: StepSpec) -> LaterStepForm:
    """Return the editor of a step after the first one."""
    form = LaterStepForm(typed or None, initial=_step_fields(start, (*PLAIN, *LATER)))
    form.fields["channel"].choices = _channels()  # type: ignore[attr-defined]  # a choice field
    return form


def _channels() -> list[tuple[str, str]]:
    connected = channels_connected()
    return [(channel.value, str(channel.label)) for channel in Channel if channel in connected]


def spec_typed(form: CampaignForm, start: CampaignSpec) -> CampaignSpec | None:
    """Return the specification of a form that can be saved; else put each problem beside its field, in words.

    Steps after the first one stay as they are.
    """
    if not form.is_valid():
        return None
    typed = form.cleaned_data
    own = {name: typed[name] for name in OWN}
    first = _step_typed(typed, start.steps[0], PLAIN)
    spec = CampaignSpec(**own, audience=_audience(typed, start), steps=(first, *start.steps[1:]))
    return _checked(form, spec, position=1)


def later_typed(form: LaterStepForm, start: StepSpec, campaign: CampaignSpec, *, position: int) -> CampaignSpec | None:
    """Return the specification of a campaign with the typed step in its place; else as `spec_typed` does."""
    if not form.is_valid():
        return None
    step = _step_typed(form.cleaned_data, start, (*PLAIN, *LATER))
    steps = (*campaign.steps[: position - 1], step, *campaign.steps[position:])
    return _checked(form, replace(campaign, steps=steps), position=position)


def _checked(form: StepForm, spec: CampaignSpec, *, position: int) -> CampaignSpec | None:
    try:
        return spec_check(spec)
    except SpecRefused as refused:
        problems: tuple[SpecProblem, ...] = refused.facts["problems"]  # type: ignore[assignment]  # as it promises
        for problem in problems:
            is_here = problem.step in (0, position)
            place = PLACE_OF.get(problem.field, problem.field) if is_here else None
            words = problem_text(replace(problem, step=0) if is_here else problem)
            form.add_error(place if place in form.fields else None, words)
        return None


def _step_typed(typed: Mapping[str, Any], start: StepSpec, names: Collection[str]) -> StepSpec:
    """Return the typed step without what its channel does not print: the editor hides these fields."""
    step = StepSpec(**{name: typed[name] for name in names})
    channel = Channel(step.channel).spec
    step = replace(
        step,
        subject=step.subject if channel.is_letter else "",
        button=step.button if channel.prints_button else "",
    )
    return _chosen_again(step, start, choice=typed["offer_choice"])


def copy_of(spec: CampaignSpec) -> CampaignSpec:
    """Return the specification of a copy, with a name that no campaign has yet: «Весна (копия 2)»."""
    base = COPIED.sub("", spec.name)
    taken = campaign_names(beginning=base[: NAME_LIMIT - COPY_ROOM])
    numbers = (_(" (копия)") if at == 1 else _(" (копия %(number)s)") % {"number": at} for at in count(1))
    names = (base[: NAME_LIMIT - COPY_ROOM] + number for number in numbers)
    return replace(spec, name=next(name for name in names if name not in taken))


def _chosen_again(spec: StepSpec, start: StepSpec, *, choice: str) -> StepSpec:
    """Return what the author has typed with their second choice: words of offers are advertising, or why they are not.

    A reason that was given for other words does not count for these.
    """
    offers = offers_of(spec)
    if offers and choice == TextKind.ADVERTISING:
        return replace(spec, text_kind=TextKind.ADVERTISING, legal_basis=LegalBasis.CONSENT, offer_reason="")
    is_old = spec.offer_reason == start.offer_reason and not set(offers) <= set(offers_of(start))
    is_given = bool(offers) and choice == TextKind.SERVICE and not is_old
    return spec if is_given else replace(spec, offer_reason="")


def _step_fields(step: StepSpec, names: Collection[str]) -> dict[str, Any]:
    chosen = TextKind.SERVICE.value if step.offer_reason else ""
    return {**{name: getattr(step, name) for name in names}, "offer_choice": chosen}


def _fields(spec: CampaignSpec) -> dict[str, Any]:
    """Return the fields of the editor for a specification."""
    audience = spec.audience
    answered = {True: "yes", False: "no"}.get(audience.get("answered"), "")  # type: ignore[arg-type]  # None has no key
    return {
        **{name: getattr(spec, name) for name in OWN},
        **_step_fields(spec.steps[0], PLAIN),
        **{name: audience.get(name, []) for name in LISTS},
        "answered": answered,
        "reachable_only_in_foreign": bool(audience.get("reachable_only_in_foreign")),
    }


def _audience(typed: Mapping[str, Any], start: CampaignSpec) -> dict[str, Any]:
    """Return the filter of the cleaned fields, with the part that only the command and the lists can set."""
    audience: dict[str, Any] = {name: start.audience[name] for name in HIDDEN if start.audience.get(name)}
    audience |= {name: list(typed[name]) for name in LISTS if typed[name]}
    if cities := [*typed["city_choices"], *cities_typed(typed["cities"], city_words() if typed["cities"] else ())]:
        audience["cities"] = list(dict.fromkeys(cities))
    if typed["answered"] in ANSWERED:
        audience["answered"] = ANSWERED[typed["answered"]]
    if typed["reachable_only_in_foreign"]:
        audience["reachable_only_in_foreign"] = True
    return audience
