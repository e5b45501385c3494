"""Drafts, publishing, order and figures of scenarios; trying a sentence."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from notify.channels.events import InboundText
from notify.dialogues.keeping import inbound_keep
from notify.dialogues.receiving import inbound_settle
from notify.enums import InboundOutcome
from notify.errors import ScenarioChanged, ScenarioMissing, ScenarioUnpublished, SpecRefused
from notify.models import InboundMessage, Message, Reply, ScenarioVersion
from notify.scenarios.editing import (
    ready_add,
    scenario_change,
    scenario_create,
    scenario_move,
    scenario_publish,
    scenario_switch,
)
from notify.scenarios.reading import FIGURES_DAYS, Figures, scenario_view, scenarios_in_force, scenarios_listed
from notify.scenarios.ready import READY, STATUS
from notify.scenarios.spec import Hours, ScenarioSpec
from notify.scenarios.trying import buttons_adrift, phrases_taken, sentence_try, texts_shown
from tests.factories.consents import company_make
from tests.support.clock import Clock

pytestmark = pytest.mark.django_db

SPEC = ScenarioSpec(kind="answer", phrases=("где вы",), answer="Мы здесь.")
OTHER = replace(SPEC, answer="Мы там.")


def make(spec: ScenarioSpec = SPEC, *, is_on: bool = True) -> str:
    """Publish a scenario."""
    code = scenario_create(title=" Где мы ", spec=spec, author_id=None)
    publish(code)
    scenario_switch(code=code, is_on=is_on)
    return code


def publish(code: str) -> int:
    return scenario_publish(code=code, digest=scenario_view(code=code).latest.digest)


def answers() -> dict[str, str]:
    """What is in force, by code."""
    return {live.code: live.spec.answer for live in scenarios_in_force()}


def test_a_draft_answers_nobody_until_it_is_published_and_on() -> None:
    code = scenario_create(title="Где мы", spec=SPEC, author_id=None)
    assert answers() == {}
    with pytest.raises(ScenarioUnpublished):
        scenario_switch(code=code, is_on=True)

    publish(code)
    assert answers() == {}
    assert scenario_switch(code=code, is_on=True)
    assert not scenario_switch(code=code, is_on=True)
    assert answers() == {code: "Мы здесь."}


def test_a_change_begins_the_next_version_and_leaves_the_one_in_force() -> None:
    code = make()

    assert scenario_change(code=code, title="Где", spec=OTHER, author_id=None) == 2
    assert scenario_change(code=code, title="Где", spec=replace(OTHER, answer="Нигде."), author_id=None) == 2

    shown = scenario_view(code=code)
    assert answers() == {code: "Мы здесь."}
    assert (shown.title, [version.number for version in shown.versions]) == ("Где", [2, 1])
    assert publish(code) == 2
    assert answers() == {code: "Нигде."}
    assert ScenarioVersion.objects.get(number=1).spec["answer"] == "Мы здесь."


def test_what_is_published_is_what_was_looked_at() -> None:
    code = scenario_create(title="Где мы", spec=SPEC, author_id=None)
    seen = scenario_view(code=code).latest.digest
    scenario_change(code=code, title="Где мы", spec=OTHER, author_id=None)

    with pytest.raises(ScenarioChanged):
        scenario_publish(code=code, digest=seen)
    publish(code)
    with pytest.raises(ScenarioMissing):
        scenario_publish(code=code, digest=seen)


def test_a_wording_with_problems_is_not_saved() -> None:
    code = make()

    with pytest.raises(SpecRefused):
        scenario_create(title="Пусто", spec=replace(SPEC, answer=""), author_id=None)
    with pytest.raises(SpecRefused):
        scenario_change(code=code, title="Пусто", spec=replace(SPEC, phrases=()), author_id=None)
    assert scenario_view(code=code).draft is None


def test_a_scenario_that_is_not_there_is_said_so() -> None:
    for act in (
        lambda: scenario_view(code="gone"),
        lambda: scenario_switch(code="gone", is_on=True),
        lambda: scenario_move(code="gone", is_up=True),
        lambda: scenario_change(code="gone", title="", spec=SPEC, author_id=None),
        lambda: scenario_publish(code="gone", digest=""),
    ):
        with pytest.raises(ScenarioMissing):
            act()


def test_scenarios_are_moved_by_one_place_and_not_beyond_the_ends() -> None:
    first, second, third = make(), make(), make()

    assert scenario_move(code=third, is_up=True) == 2
    assert [row.code for row in scenarios_listed()] == [first, third, second]
    assert scenario_move(code=first, is_up=True) == 1
    assert scenario_move(code=second, is_up=False) == 3
    assert list(answers()) == [first, third, second]


def test_the_ready_scenarios_come_once_as_drafts_in_their_order() -> None:
    codes = [ready.code for ready in READY]

    assert ready_add(author_id=None) == codes
    assert ready_add(author_id=None) == []
    assert [(row.code, row.is_on, row.in_force) for row in scenarios_listed()] == [
        (code, False, None) for code in codes
    ]


def test_figures_count_the_messages_of_thirty_days(clock: Clock) -> None:
    code = make()
    for number, outcome in enumerate(["scenario", "scenario", "open", "answered", "closed", "rule"]):
        event = InboundText(
            channel="max", account="1", chat="", occurred_at=timezone.now(), text="?", event_key=str(number)
        )
        (message_id,) = inbound_keep([("p", event)])
        assert message_id is not None
        inbound_settle(message_id=message_id, outcome=InboundOutcome(outcome), handled_by=code)

    assert scenario_view(code=code).figures == Figures(asked=5, answered=2, handed_over=3)
    assert scenarios_listed()[0].figures == Figures(asked=5, answered=2, handed_over=3)
    clock.shift(timedelta(days=FIGURES_DAYS, minutes=1))
    assert scenario_view(code=code).figures == Figures()


def test_a_try_tells_the_answer_and_why_and_leaves_no_trace() -> None:
    company_make()

    trial = sentence_try(code="", spec=replace(SPEC, answer="((имя)), это ((компания))."), text="А где же вы?")

    assert (trial.is_own, trial.phrase, trial.is_open) == (True, "где вы", False)
    assert trial.said is not None
    assert trial.said.text.startswith("Анна Петровна, это ")
    assert not InboundMessage.objects.exists()
    assert not Reply.objects.exists()
    assert not Message.objects.exists()


def test_a_try_names_the_earlier_scenario_that_would_win() -> None:
    earlier, own, later = make(), make(OTHER), make()

    trial = sentence_try(code=own, spec=OTHER, text="где вы")
    assert (trial.scenario, trial.is_own, trial.also_fits) == (earlier, False, (own, later))

    scenario_switch(code=earlier, is_on=False)
    trial = sentence_try(code=own, spec=replace(OTHER, answer="Черновик."), text="где вы")
    assert (trial.is_own, trial.also_fits) == (True, (later,))
    assert trial.said is not None
    assert trial.said.text == "Черновик."


def test_a_try_of_what_fits_nothing_says_that_a_person_reads_it() -> None:
    trial = sentence_try(code="", spec=SPEC, text="привет")

    assert (trial.scenario, trial.is_own, trial.said, trial.is_open) == ("", False, None, True)


@pytest.mark.parametrize(("text", "first"), [("где заказ 77-А?", "answer"), ("где заказ?", "question")])
def test_a_try_of_a_status_asks_nobody_and_shows_every_case(text: str, first: str) -> None:
    trial = sentence_try(code="", spec=STATUS.spec, text=text)

    assert trial.said is not None
    names = [trial.said.name, *(one.name for one in trial.otherwise)]
    assert (names[0], sorted(names)) == (first, ["answer", "failed", "not_found", "question"])
    found = next(one for one in (trial.said, *trial.otherwise) if one.name == "answer")
    assert found.text == f"Номер {'77-А' if first == 'answer' else 'A-1001'}: в пути."


def test_a_try_shows_both_texts_of_a_scenario_with_hours() -> None:
    now = timezone.now()
    hours = Hours(
        since=(now + timedelta(hours=6)).time().replace(second=0, microsecond=0),
        until=(now + timedelta(hours=8)).time().replace(second=0, microsecond=0),
        days=(1, 2, 3, 4, 5, 6, 7),
        answer="Закрыто.",
    )

    trial = sentence_try(code="", spec=replace(SPEC, hours=hours), text="где вы")

    assert trial.said is not None
    assert [trial.said.text, *(one.text for one in trial.otherwise)] == ["Закрыто.", "Мы здесь."]


def test_a_button_that_nobody_answers_is_named() -> None:
    make(replace(SPEC, phrases=("почта",)))

    assert buttons_adrift(code="", spec=replace(SPEC, buttons=("Где вы", "Почта", "Самолёт"))) == ["Самолёт"]


def test_a_phrase_that_an_earlier_scenario_answers_is_named() -> None:
    first = make(replace(SPEC, phrases=("где", "почта")))
    second = make(replace(SPEC, phrases=("где вы", "самолёт")))

    assert phrases_taken(code="", spec=replace(SPEC, phrases=("Где  письмо", "самолёты", "поезд"))) == [
        ("Где  письмо", first),
        ("самолёты", second),
    ]
    assert phrases_taken(code=second, spec=replace(SPEC, phrases=("самолёт",))) == []
    assert phrases_taken(code=first, spec=replace(SPEC, phrases=("самолёт",))) == []


def test_a_scenario_that_is_off_takes_no_phrase() -> None:
    make(is_on=False)

    assert phrases_taken(code="", spec=SPEC) == []


def test_every_text_of_the_ready_scenarios_can_be_shown() -> None:
    company_make()

    for ready in READY:
        for one in texts_shown(ready.spec):
            assert one.text
            assert "((" not in one.text
