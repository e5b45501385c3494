"""Campaigns: the list, the editor, the page of one campaign."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from consents.enums import Channel
from consents.reach.coverage import foreign_messengers
from notify.campaigns.drafts import steps_drafted
from notify.campaigns.funnel import entrance_funnel, funnels
from notify.campaigns.reading import (
    campaign_read,
    campaign_spec,
    campaigns_listed,
)
from notify.channel_settings import channels_in_use
from notify.enums import CampaignState, MessageState
from notify.outbox.brake import brakes_on
from notify.outbox.watching.reading import campaign_tests
from notify.types import CampaignSpec, StepSpec
from portal.accounts.own_contacts import own_contacts_of
from portal.audit.permissions import Right, right_required
from portal.audit.request_actor import acting_user, actor_of
from portal.client import number_asked
from portal.flows.campaigns import change_campaign, create_campaign
from portal.staff.campaigns.acts import act_required
from portal.staff.campaigns.barred import barred_facts, instead_spec
from portal.staff.campaigns.forms import CampaignForm
from portal.staff.campaigns.images import ImageForm
from portal.staff.campaigns.spec import EDITOR, HIDDEN, campaign_form, copy_of, spec_typed
from portal.staff.campaigns.view import FOLLOWED, check_view, launch_facts, live_facts, signature_facts, step_facts
from portal.staff.lists.paging import slice_of
from portal.staff.lists.sorting import sorting_of
from portal.staff.navigation import crumb
from portal.staff.saving import guarded, saved_in_turn
from portal.ui.sending.message_words import why_text

NEW = CampaignSpec(
    name="",
    steps=(
        StepSpec(
            channel="email",
            subject="Выберите, где вам писать",
            text="((приветствие))\n\nПроверьте ваши контакты и выберите, где вам удобно получать сообщения: ((ссылка))",
        ),
    ),
)
"""A text to begin with; customers read it in Russian, whatever the author's own language."""
FOREIGN_WAITING = "foreign_waiting"
SORTED = {"name": "name", "planned": "-planned_count", "launched": "-launched_at"}
LISTED = ("sent", "visited", "consented")


@right_required(Right.READ_CAMPAIGNS, "GET")
def campaigns(request: HttpRequest) -> HttpResponse:
    """List campaigns, newest first, each with how far it has got."""
    state = request.GET.get("state", "")
    state = state if state in CampaignState.values else ""
    sorting = sorting_of(request, SORTED, own=("-id",))
    page = slice_of(request, campaigns_listed(state=state).order_by(*sorting.order), size=25)
    reached: dict[int, dict[str, int]] = {}
    for row in funnels(campaign_ids=[campaign.pk for campaign in page.rows]):
        figures = reached.setdefault(row.campaign_id or 0, dict.fromkeys(LISTED, 0))
        for name in LISTED:
            figures[name] += getattr(row, name)
    braked = brakes_on(campaign_ids=[campaign.pk for campaign in page.rows])
    rows = [
        (campaign, reached.get(campaign.pk, dict.fromkeys(LISTED)), campaign.pk in braked) for campaign in page.rows
    ]
    context = {
        "rows": rows,
        "page": page,
        "sorting": sorting,
        "state": state,
        "states": CampaignState.choices,
        "entrance": entrance_funnel(),
        "has_max": Channel.MAX in channels_in_use(),
    }
    return render(request, "staff/campaigns/list.html", context)


@right_required(Right.DRAFT_CAMPAIGN, "GET", "POST")
def campaign_new(request: HttpRequest) -> HttpResponse:
    """Write a campaign, from nothing, for a list of the overview, or as a copy of another."""
    start = _start(request)
    form = campaign_form(request.POST, start)
    spec = spec_typed(form, start)
    if spec is not None:
        copied = request.GET.get("copy", "")
        campaign_id = create_campaign(actor=actor_of(request), spec=spec, image_of=number_asked(copied))
        messages.success(request, _("Черновик сохранён."))
        return redirect("staff:campaign", campaign_id)
    return _editor(request, form, start, title=_("Новая кампания"))


@act_required("edit", "GET", "POST")
@saved_in_turn
def campaign_edit(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Rewrite one's own draft; one under review goes back to being a draft."""
    start = campaign_spec(campaign_read(campaign_id=campaign_id))
    form = guarded(campaign_form(request.POST, start))
    spec = spec_typed(form, start)
    if spec is not None:
        change_campaign(actor=actor_of(request), campaign_id=campaign_id, spec=spec)
        messages.success(request, _("Изменения сохранены."))
        return redirect("staff:campaign", campaign_id)
    return _editor(request, form, start, title=start.name, campaign_id=campaign_id)


@right_required(Right.DRAFT_CAMPAIGN, "POST")
def campaign_check(request: HttpRequest) -> HttpResponse:
    """Answer the editor while somebody types: how many would get it, what is in the way. Nothing is stored.

    The address says what was begun with, as that of the editor itself: so the people that no field shows are counted.
    """
    start = _start(request)
    typed = request.POST.copy()
    typed["name"] = typed.get("name") or _("без названия")
    form = campaign_form(typed, start)
    spec = spec_typed(form, start)
    return render(
        request,
        "staff/campaigns/check.html",
        {"form": form, "check": check_view(steps_drafted(spec)[0]) if spec else None},
    )


@right_required(Right.READ_CAMPAIGNS, "GET")
def campaign(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Show one campaign: before the launch what it would do, after it what it does."""
    return campaign_page(request, campaign_id)


def campaign_page(
    request: HttpRequest,
    campaign_id: int,
    *,
    image_form: ImageForm | None = None,
    position: int = 1,
    status: int = 200,
) -> HttpResponse:
    """Return the page of one campaign; ``image_form`` is of a picture that the step at ``position`` could not take."""
    shown = campaign_read(campaign_id=campaign_id)
    signature = signature_facts(shown, user=acting_user(request))
    may_change = signature["acts"]["edit"]
    steps = [
        step_facts(step, image_form=image_form if step.position == position else None, may_change=may_change)
        for step in shown.steps.all()
    ]
    context: dict[str, Any] = {
        "campaign": shown,
        "steps": steps,
        **signature,
        "crumbs": [crumb(_("Кампании"), "staff:campaigns")],
    }
    if shown.state in {CampaignState.DRAFT, CampaignState.REVIEW}:
        own = own_contacts_of(user_id=acting_user(request).pk)
        for facts in steps:
            facts["own_contact"] = own.get(Channel(facts["step"].channel).kind)
        context |= launch_facts(steps) | {"tests": _tests(campaign_id)}
        return render(request, "staff/campaigns/draft.html", context, status=status)
    context |= live_facts(campaign_id, user=acting_user(request)) | {"is_followed": shown.state in FOLLOWED}
    context |= barred_facts(shown, user=acting_user(request), is_live=context["is_live"])
    return render(request, "staff/campaigns/live.html", context)


def _tests(campaign_id: int) -> list[tuple[Any, str, str]]:
    """Return what became of the latest tests: when, the state, why not."""
    return [
        (
            row["created_at"],
            str(MessageState(row["state"]).label),
            why_text(skip_reason=row["skip_reason"], error_code=row["error_code"]),
        )
        for row in campaign_tests(campaign_id=campaign_id)
    ]


def _start(request: HttpRequest) -> CampaignSpec:
    """Return what a new campaign begins with."""
    copied = number_asked(request.GET.get("copy", ""))
    if copied is not None:
        return copy_of(campaign_spec(campaign_read(campaign_id=copied)))
    if request.GET.get("for") == FOREIGN_WAITING:
        asked = {"messengers": list(foreign_messengers()), "answered": False}
        return replace(NEW, audience=asked)
    return instead_spec(request) or NEW


def _editor(
    request: HttpRequest, form: CampaignForm, start: CampaignSpec, *, title: str, campaign_id: int | None = None
) -> HttpResponse:
    context = {
        **EDITOR,
        "form": form,
        "title": title,
        "campaign_id": campaign_id,
        "only": {name: start.audience[name] for name in HIDDEN if start.audience.get(name)},
        "begun_with": urlencode({"copy": campaign_id}) if campaign_id else request.GET.urlencode(),
        "crumbs": [crumb(_("Кампании"), "staff:campaigns")],
    }
    return render(request, "staff/campaigns/editor.html", context)
