"""Scenarios of the bot to look at: the list with figures, one scenario, one version of it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from notify.errors import ScenarioMissing
from notify.scenarios.lookups import lookup_name
from notify.scenarios.reading import FIGURES_DAYS, ScenarioView, VersionView, scenario_view, scenarios_listed
from notify.scenarios.ready import READY
from notify.scenarios.trying import texts_shown
from portal.audit.permissions import Right, right_required
from portal.models import User
from portal.staff.navigation import crumb
from portal.staff.scenarios.forms import KINDS
from portal.staff.scenarios.sentences import CASES, hours_words, number_words
from portal.ui.brand import brand_current


@right_required(Right.READ_SCENARIOS, "GET")
def scenarios(request: HttpRequest) -> HttpResponse:
    """List the scenarios in the order in which they are tried, each with its figures."""
    rows = scenarios_listed()
    known = {row.code for row in rows}
    context = {
        "rows": [(row, dict(KINDS)[row.latest.spec.kind]) for row in rows],
        "has_ready": any(ready.code not in known for ready in READY),
        "lookup_missing": _asks_in_vain(rows),
        "days": FIGURES_DAYS,
    }
    return render(request, "staff/scenarios/list.html", context)


@right_required(Right.READ_SCENARIOS, "GET")
def scenario(request: HttpRequest, code: str) -> HttpResponse:
    """Show one scenario as it answers now, or its draft while nothing is published."""
    shown = scenario_view(code=code)
    return _page(request, shown, shown.in_force or shown.latest)


@right_required(Right.READ_SCENARIOS, "GET")
def version(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Show one version: an older one, or the draft beside what is in force."""
    shown = scenario_view(code=code)
    found = next((one for one in shown.versions if one.number == number), None)
    if found is None:
        raise ScenarioMissing
    return _page(request, shown, found)


def _page(request: HttpRequest, shown: ScenarioView, chosen: VersionView) -> HttpResponse:
    spec = chosen.spec
    context: dict[str, Any] = {
        "scenario": shown,
        "version": chosen,
        "is_in_force": chosen == shown.in_force,
        "kind": dict(KINDS)[spec.kind],
        "texts": [(CASES[one.name], one) for one in texts_shown(spec)],
        "hours": hours_words(spec.hours) if spec.hours else "",
        "number": number_words(spec.number) if spec.kind == "status" else "",
        "authors": dict(User.objects.filter(pk__in=_author_ids(shown)).values_list("pk", "name")),
        "lookup_missing": spec.kind == "status" and not lookup_name(),
        "days": FIGURES_DAYS,
        "company": brand_current(),
        "crumbs": [crumb(_("Сценарии бота"), "staff:scenarios")],
    }
    context["versions"] = [(one, context["authors"].get(one.author_id, "")) for one in shown.versions]
    return render(request, "staff/scenarios/scenario.html", context)


def _author_ids(shown: ScenarioView) -> set[int]:
    return {one.author_id for one in shown.versions if one.author_id}


def _asks_in_vain(rows: list[ScenarioView]) -> bool:
    """Return whether a scenario looks numbers up while there is nobody to ask."""
    return any(row.latest.spec.kind == "status" for row in rows) and not lookup_name()
