"""Between the editor's fields and the specification of a campaign, both ways; and the lists that the editor offers."""

import re
from collections.abc import Mapping
from dataclasses import fields, replace
from itertools import count
from typing import Any, Final

from django.http import QueryDict
from django.utils.translation import gettext as _

from consents.customers.messengers import messenger_words
from consents.enums import Channel, LegalBasis
from consents.reach.audience_words import city_words, segment_words, source_words
from notify.campaigns.ground import offers_of
from notify.campaigns.people import BARRED_IN, FAILED_IN
from notify.campaigns.reading import campaign_names
from notify.campaigns.spec import NAME_LIMIT, spec_check
from notify.channel_settings import channels_connected
from notify.enums import TextKind
from notify.errors import SpecRefused
from notify.types import CampaignSpec, SpecProblem
from portal.staff.campaigns.cities import OFFERED, cities_typed
from portal.staff.campaigns.forms import CampaignForm
from portal.staff.campaigns.sentences import problem_text

PLAIN: Final = tuple(field.name for field in fields(CampaignSpec) if field.name != "audience")
HIDDEN: Final = ("customer_ids", BARRED_IN, FAILED_IN)
"""What only a link, a list or the command sets; saving the editor keeps it."""
COPIED: Final = re.compile(r" \((?:копия|copy)(?: \d+)?\)$")
COPY_ROOM: Final = 14
LISTS: Final = ("segments", "sources", "messengers")
ANSWERED: Final = {"yes": True, "no": False}
PLACE_OF: Final = {"window": "send_from", "audience": None, "offer_reason": "offer_choice"}


def campaign_form(typed: QueryDict, start: CampaignSpec) -> CampaignForm:
    """Return the editor, filled from a specification.

    It offers the connected channels, the words of the base, and those of the filter that saving would otherwise lose.
    """
    form = CampaignForm(typed or None, initial=_fields(start))
    connected = channels_connected()
    offered: dict[str, list[tuple[str, str]]] = {
        "channel": [(channel.value, str(channel.label)) for channel in Channel if channel in connected],
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


def spec_typed(form: CampaignForm, start: CampaignSpec) -> CampaignSpec | None:
    """Return the specification of a form that can be saved; else put each problem beside its field, in words."""
    if not form.is_valid():
        return None
    typed = form.cleaned_data
    spec = _as_printed(CampaignSpec(**{name: typed[name] for name in PLAIN}, audience=_audience(typed, start)))
    try:
        return spec_check(_chosen_again(spec, start, choice=typed["offer_choice"]))
    except SpecRefused as refused:
        problems: tuple[SpecProblem, ...] = refused.facts["problems"]  # type: ignore[assignment]  # as it promises
        for problem in problems:
            place = PLACE_OF.get(problem.field, problem.field)
            form.add_error(place if place in form.fields else None, problem_text(problem))
        return None


def _as_printed(spec: CampaignSpec) -> CampaignSpec:
    """Return a specification without what its channel does not print: the editor hides these fields."""
    channel = Channel(spec.channel).spec
    return replace(
        spec,
        subject=spec.subject if channel.is_letter else "",
        button=spec.button if channel.prints_button else "",
    )


def copy_of(spec: CampaignSpec) -> CampaignSpec:
    """Return the specification of a copy, with a name that no campaign has yet: «Весна (копия 2)»."""
    base = COPIED.sub("", spec.name)
    taken = campaign_names(beginning=base[: NAME_LIMIT - COPY_ROOM])
    numbers = (_(" (копия)") if at == 1 else _(" (копия %(number)s)") % {"number": at} for at in count(1))
    names = (base[: NAME_LIMIT - COPY_ROOM] + number for number in numbers)
    return replace(spec, name=next(name for name in names if name not in taken))


def _chosen_again(spec: CampaignSpec, start: CampaignSpec, *, choice: str) -> CampaignSpec:
    """Return what the author has typed with their second choice: words of offers are advertising, or why they are not.

    A reason that was given for other words does not count for these.
    """
    offers = offers_of(spec)
    if offers and choice == TextKind.ADVERTISING:
        return replace(spec, text_kind=TextKind.ADVERTISING, legal_basis=LegalBasis.CONSENT, offer_reason="")
    is_old = spec.offer_reason == start.offer_reason and not set(offers) <= set(offers_of(start))
    is_given = bool(offers) and choice == TextKind.SERVICE and not is_old
    return spec if is_given else replace(spec, offer_reason="")


def _fields(spec: CampaignSpec) -> dict[str, Any]:
    """Return the fields of the editor for a specification."""
    audience = spec.audience
    answered = {True: "yes", False: "no"}.get(audience.get("answered"), "")  # type: ignore[arg-type]  # None has no key
    return {
        **{name: getattr(spec, name) for name in PLAIN},
        **{name: audience.get(name, []) for name in LISTS},
        "offer_choice": TextKind.SERVICE.value if spec.offer_reason else "",
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
