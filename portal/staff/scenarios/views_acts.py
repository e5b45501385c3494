"""Acts on scenarios: add the ready ones, publish, switch, move."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notify.errors import ScenarioMissing
from notify.scenarios.reading import scenario_view
from notify.scenarios.spec import spec_difference
from portal.audit.permissions import Right, right_required
from portal.audit.request_actor import actor_of
from portal.flows.scenarios.editing import add_ready_scenarios, move_scenario, publish_scenario, switch_scenario
from portal.staff.navigation import crumb
from portal.staff.scenarios.sentences import FIELD_WORDS, value_lines
from portal.staff.scenarios.views_edit import taken_words


class PublishForm(forms.Form):
    """What is published is the wording that was shown."""

    digest = forms.RegexField(r"[0-9a-f]{64}", widget=forms.HiddenInput)
    turn_on = forms.BooleanField(label=gettext_lazy("Сразу включить"), required=False)


@right_required(Right.EDIT_SCENARIOS, "GET", "POST")
def publish(request: HttpRequest, code: str) -> HttpResponse:
    """Look at what changes, then put the draft in force."""
    shown = scenario_view(code=code)
    if shown.draft is None:
        raise ScenarioMissing
    form = PublishForm(request.POST or None, initial={"digest": shown.draft.digest, "turn_on": not shown.in_force})
    if shown.is_on:
        del form.fields["turn_on"]
    if form.is_bound and form.is_valid():
        typed = form.cleaned_data
        turn_on = bool(typed.get("turn_on"))
        publish_scenario(actor=actor_of(request), code=code, digest=typed["digest"], turn_on=turn_on)
        is_heard = shown.is_on or turn_on
        messages.success(
            request,
            _("Опубликовано: бот уже отвечает так.") if is_heard else _("Опубликовано. Сценарий остался выключенным."),
        )
        return redirect("staff:scenario", code)
    before = shown.in_force.spec if shown.in_force else None
    context = {
        "form": form,
        "scenario": shown,
        "taken": taken_words(code, shown.draft.spec),
        "changes": [
            (FIELD_WORDS[name], value_lines(name, old), value_lines(name, new))
            for name, old, new in spec_difference(before, shown.draft.spec)
            if (old or new) and (name != "number" or shown.draft.spec.kind == "status")
        ],
        "crumbs": [crumb(_("Сценарии бота"), "staff:scenarios"), crumb(shown.title, "staff:scenario", code)],
    }
    return render(request, "staff/scenarios/publish.html", context)


@right_required(Right.EDIT_SCENARIOS, "POST")
def switch(request: HttpRequest, code: str) -> HttpResponse:
    """Switch a scenario on or off."""
    is_on = request.POST.get("is_on") == "yes"
    if switch_scenario(actor=actor_of(request), code=code, is_on=is_on):
        messages.success(request, _("Сценарий включён.") if is_on else _("Сценарий выключен."))
    return redirect("staff:scenarios")


@right_required(Right.EDIT_SCENARIOS, "POST")
def move(request: HttpRequest, code: str) -> HttpResponse:
    """Try a scenario one place earlier or later."""
    move_scenario(actor=actor_of(request), code=code, is_up=request.POST.get("to") == "up")
    return redirect("staff:scenarios")


@right_required(Right.EDIT_SCENARIOS, "POST")
def ready(request: HttpRequest) -> HttpResponse:
    """Add the ready scenarios that are missing, as drafts."""
    count = len(add_ready_scenarios(actor=actor_of(request)))
    messages.success(
        request,
        _("Добавлено сценариев: %(count)s. Прочитайте каждый и опубликуйте: до этого бот ими не отвечает.")
        % {"count": count},
    )
    return redirect("staff:scenarios")
