"""A sentence tried against a draft: what would be answered, by which scenario and why. Nothing is sent or kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings

from consents.database.clock import database_now
from consents.documents.company_reading import CompanyView, company_current
from consents.enums import Channel
from notify.messages.composing import SAMPLE_NAME, sample_link
from notify.models import Scenario
from notify.scenarios.engine import WITH_BUTTONS, Live, State, TextName, Why, decide
from notify.scenarios.matching import fitting_phrase, stems_fit, stems_of
from notify.scenarios.reading import scenarios_in_force
from notify.scenarios.spec import NUMBER, STATUS, ScenarioSpec, values_named
from notify.scenarios.wording import Addressee, addressee, text_filled

SAMPLE_NUMBER: Final = "A-1001"
SAMPLE_STATUS: Final = "в пути"
SAMPLE_VALUE: Final = "пример"
TEXTS: Final[tuple[TextName, ...]] = ("answer", "hours", "question", "not_found", "failed")


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedText:
    """One text as a customer would read it; ``name`` says in which case."""

    name: TextName
    text: str
    buttons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What would become of a sentence. ``scenario`` is empty where a person would read it."""

    scenario: str
    is_own: bool
    phrase: str
    is_open: bool
    why: Why
    said: TriedText | None = None
    otherwise: tuple[TriedText, ...] = ()
    """The texts of the other cases: outside of the hours, a number that is not found, a look-up that fails."""
    also_fits: tuple[str, ...] = ()
    """Later scenarios that the sentence fits too."""


def sentence_try(*, code: str, spec: ScenarioSpec, text: str, moment: datetime | None = None) -> Trial:
    """Try a sentence as the first of a dialogue, with ``spec`` as if it were in force; ``code`` is empty for a new one.

    Values of a look-up are made up; the company is not asked.
    """
    scenarios = _with(code, spec)
    now = (moment or database_now()).astimezone(ZoneInfo(settings.DEFAULT_TIME_ZONE))
    decision = decide(text, moment=now, state=State(), scenarios=scenarios)
    if decision.spec is None:
        return Trial(scenario="", is_own=False, phrase="", is_open=True, why=decision.why)
    first: TextName = decision.text or "answer"
    others = [name for name in TEXTS if name in decision.spec.texts and name != first]
    number = decision.number or SAMPLE_NUMBER
    return Trial(
        scenario=decision.scenario,
        is_own=decision.scenario == code,
        phrase=decision.phrase,
        is_open=decision.is_open,
        why=decision.why,
        said=_tried(first, decision.spec, number),
        otherwise=tuple(_tried(name, decision.spec, number) for name in others),
        also_fits=tuple(
            live.code
            for live in scenarios
            if live.code != decision.scenario and fitting_phrase(live.spec.phrases, text)
        ),
    )


def texts_shown(spec: ScenarioSpec) -> list[TriedText]:
    """Return every text of a wording with made-up values."""
    return [_tried(name, spec, SAMPLE_NUMBER) for name in TEXTS if name in spec.texts]


def buttons_adrift(*, code: str, spec: ScenarioSpec) -> list[str]:
    """Return the captions that no scenario would answer when they are pressed."""
    scenarios = _with(code, spec)
    return [one for one in spec.buttons if not any(fitting_phrase(live.spec.phrases, one) for live in scenarios)]


def phrases_taken(*, code: str, spec: ScenarioSpec) -> list[tuple[str, str]]:
    """Return the phrases that an earlier scenario answers, each with the code of that scenario."""
    earlier = takewhile(lambda live: live.code != code, _with(code, spec))
    known = [(live.code, [stems_of(phrase) for phrase in live.spec.phrases]) for live in earlier]
    said = [(phrase, stems_of(phrase)) for phrase in spec.phrases]
    return [
        (phrase, winner)
        for phrase, stems in said
        if (winner := next((one for one, meant in known if any(stems_fit(each, stems) for each in meant)), ""))
    ]


def _with(code: str, spec: ScenarioSpec) -> Sequence[Live]:
    """Return what is in force, with ``spec`` at the place of its scenario."""
    places = dict(Scenario.objects.values_list("code", "place"))
    others = [live for live in scenarios_in_force() if live.code != code]
    place = places.get(code, len(places) + 1)
    before = [live for live in others if places[live.code] <= place]
    return [*before, Live(code=code, spec=spec), *others[len(before) :]]


def _tried(name: TextName, spec: ScenarioSpec, number: str) -> TriedText:
    text = spec.texts[name]
    values = dict.fromkeys(values_named(text), SAMPLE_VALUE) | {NUMBER: number, STATUS: SAMPLE_STATUS}
    filled = text_filled(name, text, is_status=spec.kind == "status", to=_sample(company_current()), values=values)
    return TriedText(name=name, text=filled, buttons=spec.buttons if name in WITH_BUTTONS else ())


def _sample(company: CompanyView | None) -> Addressee:
    return addressee(name=SAMPLE_NAME, company=company, page=sample_link(Channel.MAX).url)
