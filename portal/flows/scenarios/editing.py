"""What staff do with scenarios of the bot: the act and its row in the journal. No text goes there."""

from django.db import transaction

from notify.scenarios import editing
from notify.scenarios.spec import ScenarioSpec
from portal.audit.actor import StaffActor
from portal.audit.acts import AuditedAction
from portal.audit.record import action_record, recorded

SCENARIO = "scenario"


def create_scenario(*, actor: StaffActor, title: str, spec: ScenarioSpec) -> str:
    """Save the draft of a new scenario and return its code. Raises SpecRefused."""
    with recorded(actor, AuditedAction.SCENARIO_CHANGED, SCENARIO, details={"number": 1}) as note:
        note.object_id = code = editing.scenario_create(title=title, spec=spec, author_id=actor.user_id)
    return code


def change_scenario(*, actor: StaffActor, code: str, title: str, spec: ScenarioSpec) -> None:
    """Rewrite the draft, or begin the next one. Raises ScenarioMissing, SpecRefused."""
    with recorded(actor, AuditedAction.SCENARIO_CHANGED, SCENARIO, code) as note:
        note.details["number"] = editing.scenario_change(code=code, title=title, spec=spec, author_id=actor.user_id)


@transaction.atomic
def publish_scenario(*, actor: StaffActor, code: str, digest: str, turn_on: bool) -> int:
    """Put the draft in force and return its number. Raises ScenarioMissing, ScenarioChanged."""
    with recorded(actor, AuditedAction.SCENARIO_PUBLISHED, SCENARIO, code) as note:
        number = editing.scenario_publish(code=code, digest=digest)
        note.details["number"] = number
    if turn_on:
        switch_scenario(actor=actor, code=code, is_on=True)
    return number


@transaction.atomic
def switch_scenario(*, actor: StaffActor, code: str, is_on: bool) -> bool:
    """Switch a scenario on or off; False, without a record, when it was so. Raises as `scenario_switch`."""
    is_new = editing.scenario_switch(code=code, is_on=is_on)
    if is_new:
        action_record(actor, AuditedAction.SCENARIO_SWITCHED, SCENARIO, code, details={"is_on": is_on})
    return is_new


def move_scenario(*, actor: StaffActor, code: str, is_up: bool) -> None:
    """Try a scenario earlier or later by one place. Raises ScenarioMissing."""
    with recorded(actor, AuditedAction.SCENARIO_CHANGED, SCENARIO, code) as note:
        note.details["place"] = editing.scenario_move(code=code, is_up=is_up)


@transaction.atomic
def add_ready_scenarios(*, actor: StaffActor) -> list[str]:
    """Save the ready scenarios that are missing, as drafts; return their codes."""
    codes = editing.ready_add(author_id=actor.user_id)
    for code in codes:
        action_record(actor, AuditedAction.SCENARIO_CHANGED, SCENARIO, code, details={"number": 1})
    return codes
