"""Writing, publishing and switching scenarios. A published version never changes: a new one takes its place."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Max

from consents.database.clock import database_now
from notify.errors import ScenarioChanged, ScenarioMissing, ScenarioUnpublished
from notify.models import Scenario, ScenarioVersion
from notify.scenarios.reading import spec_digest
from notify.scenarios.ready import READY
from notify.scenarios.spec import ScenarioSpec, spec_check
from notify.scenarios.spec_json import spec_to_json


@transaction.atomic
def scenario_create(*, title: str, spec: ScenarioSpec, author_id: int | None) -> str:
    """Save the draft of a new scenario at the end of the order, switched off; return its code. Raises `SpecRefused`."""
    taken = _codes_locked()
    code = next(name for number in range(1, 10_000) if (name := f"scenario-{number}") not in taken)
    return _added(code, title, spec, author_id)


@transaction.atomic
def scenario_change(*, code: str, title: str, spec: ScenarioSpec, author_id: int | None) -> int:
    """Rewrite the draft, or begin the next one, and return its number. What is in force stays as it is.

    Raises `ScenarioMissing` and `SpecRefused`.
    """
    scenario = _locked(code)
    written = spec_to_json(spec_check(spec))
    if scenario.title != title.strip():
        scenario.title = title.strip()
        scenario.save(update_fields=["title"])
    draft = scenario.versions.filter(published_at=None).first()
    if draft is None:
        number = (scenario.versions.aggregate(last=Max("number"))["last"] or 0) + 1
        draft = ScenarioVersion(scenario=scenario, number=number)
    draft.spec, draft.author_id, draft.created_at = written, author_id, database_now()
    draft.save()
    return draft.number


@transaction.atomic
def scenario_publish(*, code: str, digest: str) -> int:
    """Put the draft in force for good and return its number; ``digest`` is of the wording that was looked at.

    Raises `ScenarioMissing` without a draft, `ScenarioChanged` when it is another one by now.
    """
    scenario = _locked(code)
    draft = scenario.versions.filter(published_at=None).first()
    if draft is None:
        raise ScenarioMissing
    if spec_digest(draft.spec) != digest:
        raise ScenarioChanged
    draft.published_at = database_now()
    draft.save(update_fields=["published_at"])
    return draft.number


@transaction.atomic
def scenario_switch(*, code: str, is_on: bool) -> bool:
    """Switch a scenario on or off; False when it was so already. Raises `ScenarioMissing`, `ScenarioUnpublished`."""
    scenario = _locked(code)
    if is_on and not scenario.versions.filter(published_at__isnull=False).exists():
        raise ScenarioUnpublished
    return Scenario.objects.filter(pk=scenario.pk).exclude(is_on=is_on).update(is_on=is_on) > 0


@transaction.atomic
def scenario_move(*, code: str, is_up: bool) -> int:
    """Move a scenario by one in the order in which they are tried; return its new place. Raises `ScenarioMissing`."""
    codes = _codes_locked()
    if code not in codes:
        raise ScenarioMissing
    at = codes.index(code)
    to = max(at - 1, 0) if is_up else min(at + 1, len(codes) - 1)
    codes.insert(to, codes.pop(at))
    _renumber(codes)
    return to + 1


@transaction.atomic
def ready_add(*, author_id: int | None) -> list[str]:
    """Save those of the ready scenarios that are missing, as drafts that are off; return their codes."""
    taken = _codes_locked()
    missing = [ready for ready in READY if ready.code not in taken]
    return [_added(ready.code, str(ready.title), ready.spec, author_id) for ready in missing]


def _added(code: str, title: str, spec: ScenarioSpec, author_id: int | None) -> str:
    written = spec_to_json(spec_check(spec))
    last = Scenario.objects.aggregate(last=Max("place"))["last"] or 0
    scenario = Scenario.objects.create(code=code, title=title.strip(), place=last + 1)
    ScenarioVersion.objects.create(scenario=scenario, number=1, spec=written, author_id=author_id)
    return code


def _locked(code: str) -> Scenario:
    scenario = Scenario.objects.select_for_update().filter(code=code).first()
    if scenario is None:
        raise ScenarioMissing
    return scenario


def _codes_locked() -> list[str]:
    """Return the codes in their order, and keep others from changing it meanwhile."""
    return list(Scenario.objects.select_for_update().order_by("place", "id").values_list("code", flat=True))


def _renumber(codes: Iterable[str]) -> None:
    for place, code in enumerate(codes, start=1):
        Scenario.objects.filter(code=code).update(place=place)
