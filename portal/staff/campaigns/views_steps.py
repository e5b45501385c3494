"""Steps of a campaign after the first one, which is written with the campaign: added, rewritten, removed."""

from dataclasses import replace
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from notify.campaigns.drafts import steps_drafted
from notify.campaigns.reading import campaign_read, campaign_spec
from notify.campaigns.spec import MOST_STEPS
from notify.enums import StepCondition
from notify.types import CampaignSpec, StepSpec
from portal.audit.request_actor import actor_of
from portal.flows.campaigns import change_campaign, remove_step
from portal.staff.campaigns.acts import act_required
from portal.staff.campaigns.spec import EDITOR, later_form, later_typed
from portal.staff.campaigns.view import campaign_crumbs, check_view
from portal.staff.saving import guarded, saved_in_turn
from portal.staff.shown import asked

REMINDER_DAYS: Final = 3
"""So long a reminder waits, unless its author says otherwise."""


@act_required("edit", "GET", "POST")
@saved_in_turn
def step_new(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Write one more step. It begins as a reminder with the words of the last one."""
    shown = campaign_read(campaign_id=campaign_id)
    count = len(shown.steps.all())
    if count >= MOST_STEPS:
        messages.info(request, _("В кампании может быть не больше %(most)s шагов.") % {"most": MOST_STEPS})
        return redirect("staff:campaign", campaign_id)
    return _editor(request, shown, position=count + 1)


@act_required("edit", "GET", "POST")
@saved_in_turn
def step_edit(request: HttpRequest, campaign_id: int, position: int) -> HttpResponse:
    """Rewrite one step."""
    shown = campaign_read(campaign_id=campaign_id)
    if position > len(shown.steps.all()):
        raise Http404
    return _editor(request, shown, position=position)


@act_required("edit", "POST")
def step_check(request: HttpRequest, campaign_id: int, position: int) -> HttpResponse:
    """Answer the editor while somebody types: how many would get it at most, what is in the way. Nothing is stored."""
    spec, start = _start(campaign_read(campaign_id=campaign_id), position)
    form = later_form(request.POST, start)
    typed = later_typed(form, start, spec, position=position)
    check = check_view(steps_drafted(typed)[position - 1]) if typed else None
    return render(request, "staff/campaigns/check.html", {"form": form, "check": check})


@act_required("edit", "GET", "POST")
def step_remove(request: HttpRequest, campaign_id: int, position: int) -> HttpResponse:
    """Ask, and delete one step with its picture; those after it move up."""
    shown = campaign_read(campaign_id=campaign_id)
    steps = {step.position: step for step in shown.steps.all()}
    if position not in steps or len(steps) == 1:
        raise Http404
    context = {"campaign": shown, "step": steps[position]}
    if page := asked(request, "staff/campaigns/step_remove.html", context, facts=[shown.revision, position]):
        return page
    remove_step(actor=actor_of(request), campaign_id=campaign_id, position=position)
    messages.success(request, _("Шаг удалён."))
    return redirect("staff:campaign", campaign_id)


def _editor(request: HttpRequest, shown: Any, *, position: int) -> HttpResponse:
    spec, start = _start(shown, position)
    form = guarded(later_form(request.POST, start))
    typed = later_typed(form, start, spec, position=position)
    if typed is not None:
        change_campaign(actor=actor_of(request), campaign_id=shown.pk, spec=typed)
        messages.success(request, _("Шаг сохранён."))
        return redirect("staff:campaign", shown.pk)
    context = {
        **EDITOR,
        "form": form,
        "title": _("Шаг %(number)s") % {"number": position},
        "campaign_id": shown.pk,
        "position": position,
        "crumbs": campaign_crumbs(shown),
    }
    return render(request, "staff/campaigns/step_editor.html", context)


def _start(shown: Any, position: int) -> tuple[CampaignSpec, StepSpec]:
    """Return the campaign and what the form of a step begins with: the step as it is stored, or a reminder.

    Raises `Http404` for the first step, which is written with the campaign, and beyond the next one.
    """
    spec = campaign_spec(shown)
    if not 1 < position <= len(spec.steps) + 1:
        raise Http404
    if position <= len(spec.steps):
        return spec, spec.steps[position - 1]
    return spec, replace(
        spec.steps[-1],
        condition=StepCondition.NOT_ANSWERED.value,
        wait_days=REMINDER_DAYS,
        starts_on=None,
        offer_reason="",
    )
