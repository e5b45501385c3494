"""The editor of a scenario, with a sentence to try on what is typed; nothing of a try is kept or sent."""

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from notify.errors import ScenarioMissing, SpecRefused
from notify.inbound.stop_words import is_stop
from notify.scenarios.lookups import lookup_name
from notify.scenarios.reading import ScenarioView, VersionView, scenario_view, scenarios_listed
from notify.scenarios.spec import ScenarioSpec, spec_check
from notify.scenarios.trying import Trial, buttons_adrift, phrases_taken, sentence_try
from notify.types import SpecProblem
from portal.audit.permissions import Right, right_required
from portal.audit.request_actor import actor_of
from portal.client import number_asked
from portal.flows.scenarios.editing import change_scenario, create_scenario
from portal.staff.navigation import crumb
from portal.staff.saving import guarded, saved_in_turn
from portal.staff.scenarios.forms import ScenarioForm, fields_of
from portal.staff.scenarios.sentences import CASES, PLACEHOLDERS, problem_place, problem_text
from portal.ui.brand import brand_current

NEW: Final = ScenarioSpec(kind="answer", phrases=(), answer="")
TRY: Final = "try"


@right_required(Right.EDIT_SCENARIOS, "GET", "POST")
def scenario_new(request: HttpRequest) -> HttpResponse:
    """Write a new scenario, from nothing."""
    form = ScenarioForm(request.POST or None, initial=fields_of("", NEW))
    spec = _typed(form)
    if spec is not None and request.POST.get("act") != TRY:
        code = create_scenario(actor=actor_of(request), title=form.cleaned_data["title"], spec=spec)
        messages.success(request, _("Черновик сохранён. Бот отвечает им только после публикации."))
        return redirect("staff:scenario", code)
    return _editor(request, form, spec, code="", title=_("Новый сценарий"))


@right_required(Right.EDIT_SCENARIOS, "GET", "POST")
@saved_in_turn
def scenario_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Rewrite the draft; without one begin with what is in force, or with the version that ``from`` names."""
    shown = scenario_view(code=code)
    start = _start(shown, request.GET.get("from", ""))
    is_save = request.POST.get("act") != TRY
    form = ScenarioForm(request.POST or None, initial=fields_of(shown.title, start.spec))
    stored = fields_of(shown.title, shown.latest.spec)
    spec = _typed(guarded(form, stored=stored, is_save=is_save, but=("sentence",)))
    if spec is not None and is_save:
        change_scenario(actor=actor_of(request), code=code, title=form.cleaned_data["title"], spec=spec)
        messages.success(request, _("Черновик сохранён. Бот отвечает по-прежнему, пока вы его не опубликуете."))
        return redirect("staff:scenario_version", code, scenario_view(code=code).latest.number)
    return _editor(request, form, spec, code=code, title=shown.title)


@right_required(Right.EDIT_SCENARIOS, "POST")
def scenario_try(request: HttpRequest) -> HttpResponse:
    """Answer the editor while somebody types: what the bot would say. Nothing is stored."""
    typed = request.POST.copy()
    typed["title"] = typed.get("title") or _("без названия")
    form = ScenarioForm(typed)
    spec = _typed(form)
    context = _trial(form, spec, code=request.POST.get("code", ""))
    return render(request, "staff/scenarios/try.html", {"form": form, **context})


def _typed(form: ScenarioForm) -> ScenarioSpec | None:
    """Return the wording of a form that can be saved; else put each problem beside its field, in words."""
    if not form.is_bound or not form.is_valid():
        return None
    try:
        return spec_check(form.spec())
    except SpecRefused as refused:
        problems: tuple[SpecProblem, ...] = refused.facts["problems"]  # type: ignore[assignment]  # as it promises
        for problem in problems:
            place = problem_place(problem)
            form.add_error(place if place in form.fields else None, problem_text(problem))
        return None


def _start(shown: ScenarioView, asked: str) -> VersionView:
    """Return the version that the editor begins with."""
    if not asked.isdecimal():
        return shown.latest
    found = next((one for one in shown.versions if one.number == number_asked(asked)), None)
    if found is None:
        raise ScenarioMissing
    return found


def _editor(
    request: HttpRequest, form: ScenarioForm, spec: ScenarioSpec | None, *, code: str, title: str
) -> HttpResponse:
    context = {
        "form": form,
        "code": code,
        "title": title,
        "placeholders": PLACEHOLDERS,
        "crumbs": [crumb(_("Сценарии бота"), "staff:scenarios")]
        + ([crumb(title, "staff:scenario", code)] if code else []),
        **_trial(form, spec, code=code),
    }
    return render(request, "staff/scenarios/editor.html", context)


def _trial(form: ScenarioForm, spec: ScenarioSpec | None, *, code: str) -> dict[str, Any]:
    """Return what a try shows: the trial, or why there is none."""
    sentence = str(form["sentence"].value() or "").strip()
    context: dict[str, Any] = {"sentence": sentence, "company": brand_current()}
    if spec is None:
        return context
    context |= {
        "adrift": [caption for caption in buttons_adrift(code=code, spec=spec) if not is_stop(caption)],
        "lookup_missing": spec.kind == "status" and not lookup_name(),
        "taken": taken_words(code, spec),
    }
    if not sentence:
        return context
    if is_stop(sentence):
        return context | {"is_stop": True}
    return context | _trial_words(sentence_try(code=code, spec=spec, text=sentence))


def taken_words(code: str, spec: ScenarioSpec) -> list[str]:
    """Return a sentence for each phrase that an earlier scenario answers."""
    titles = {row.code: row.title for row in scenarios_listed()}
    sentence = _("Фразу «%(phrase)s» раньше поймает сценарий «%(title)s».")
    taken = phrases_taken(code=code, spec=spec)
    return [sentence % {"phrase": phrase, "title": titles[winner]} for phrase, winner in taken]


def _trial_words(trial: Trial) -> dict[str, Any]:
    titles = {row.code: row.title for row in scenarios_listed()}
    return {
        "trial": trial,
        "winner": titles.get(trial.scenario, ""),
        "others": [titles[code] for code in trial.also_fits if code in titles],
        "case": CASES[trial.said.name] if trial.said else "",
        "otherwise": [(CASES[one.name], one) for one in trial.otherwise],
    }
