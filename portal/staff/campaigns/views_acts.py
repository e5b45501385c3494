"""Acts on a campaign and what people decide them by: previews, a test, the launch, pause, stop, revoked links."""

from collections.abc import Callable
from typing import Any, Final

from csp.constants import NONE, SELF
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.clickjacking import xframe_options_sameorigin

from notify.campaigns.content import campaign_content
from notify.campaigns.images import image_shown
from notify.campaigns.reading import (
    SAMPLE,
    campaign_read,
    campaign_status,
    step_previews,
)
from notify.campaigns.recipients import step_forecast
from notify.errors import CampaignChanged
from notify.messages.invented_names import invented_name
from notify.types import MessagePreview
from portal.audit.acts import AuditedAction
from portal.audit.permissions import Right, has_right, right_required
from portal.audit.record import recorded
from portal.audit.request_actor import acting_user, actor_of
from portal.client import number_asked
from portal.flows.campaigns import (
    continue_campaign,
    launch_campaign,
    pause_campaign,
    return_campaign,
    revoke_links,
    send_sample,
    stop_campaign,
    submit_campaign,
)
from portal.staff.campaigns.acts import DRAFTED, View, act_required, step_asked
from portal.staff.campaigns.forms import ReasonForm, TestForm
from portal.staff.campaigns.sms import is_in_parts, price_facts
from portal.staff.campaigns.view import campaign_crumbs, launch_facts, live_facts, signature_facts, step_facts
from portal.staff.decorators import login_confirmed, policy_instead, policy_with
from portal.staff.shown import asked
from portal.ui.brand import brand_current

LETTER_POLICY = {
    "default-src": [NONE],
    "style-src": ["'unsafe-inline'"],
    "img-src": [SELF, "data:"],
    "frame-ancestors": [SELF],
    "sandbox": ["allow-same-origin"],
}
"""A letter carries its styles inside, as mail programs want it; it runs no script and sends no form."""


@right_required(Right.READ_CAMPAIGNS, "GET")
@policy_with({"frame-src": [SELF]})
def preview(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Show one of a few recipients' own copies."""
    step = step_asked(request, campaign_id)
    shown = step.campaign
    previews, number = _samples_looked_at(request, step, number=_number(request))
    context = {
        "campaign": shown,
        "step": step,
        "steps": shown.steps.all(),
        "previews": previews,
        "preview": previews[number],
        "number": number,
        "is_invented": _is_invented(request),
        "image": image_shown(step),
        "company": brand_current(),
        "crumbs": campaign_crumbs(shown),
    }
    if shown.state in DRAFTED and is_in_parts(step.channel):
        people = step_forecast(step).will_send
        context |= {"people": people, "parts": previews[number].segments * people, **price_facts(step, people=people)}
    return render(request, "staff/campaigns/preview.html", context)


@right_required(Right.READ_CAMPAIGNS, "GET")
@xframe_options_sameorigin
@policy_instead(LETTER_POLICY)
def letter(request: HttpRequest, campaign_id: int, number: int) -> HttpResponse:
    """Return the letter of one sample as it is sent, for the frame of the preview page."""
    previews, number = _samples_looked_at(request, step_asked(request, campaign_id), number=number)
    return HttpResponse(previews[number].html)


@act_required("test", "POST")
def sample(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Queue one copy with made-up values for the person who asks; the page shows what becomes of it."""
    form = TestForm(request.POST)
    address = form.cleaned_data["address"] if form.is_valid() else ""
    is_own = request.POST.get("to") == "own"
    send_sample(
        actor=actor_of(request),
        campaign_id=campaign_id,
        position=step_asked(request, campaign_id).position,
        address=address,
        to_own=is_own,
    )
    messages.success(
        request,
        _("Тестовое сообщение поставлено в очередь. Получатель в нём вымышленный, ссылка открывает пример страницы."),
    )
    return redirect("staff:campaign", campaign_id)


@act_required("give_back", "POST")
@policy_with({"frame-src": [SELF]})
def give_back(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Send it back to the author with a reason."""
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(
            request, _("Напишите автору, что исправить: хотя бы пять знаков. Кампания осталась на проверке.")
        )
        return _launch_page(request, campaign_id, reason_form=form)
    return_campaign(actor=actor_of(request), campaign_id=campaign_id, reason=form.cleaned_data["reason"])
    messages.success(request, _("Кампания возвращена автору."))
    return redirect("staff:campaign", campaign_id)


@act_required("launch", "GET", "POST")
@login_confirmed(reading_is_free=True)
@policy_with({"frame-src": [SELF]})
def launch(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Show the second person everything that will happen; launch exactly that when they say so."""
    if request.method == "GET":
        return _launch_page(request, campaign_id)
    try:
        launch_campaign(
            actor=actor_of(request),
            campaign_id=campaign_id,
            approved_sha256=request.POST.get("content_sha256", ""),
            is_dpo=has_right(acting_user(request), Right.SIGN_AS_DPO),
        )
    except CampaignChanged:
        return _launch_page(request, campaign_id, is_refused=True)
    messages.success(request, _("Кампания запущена."))
    return redirect("staff:campaign", campaign_id)


def _launch_page(
    request: HttpRequest, campaign_id: int, *, is_refused: bool = False, reason_form: ReasonForm | None = None
) -> HttpResponse:
    shown = campaign_read(campaign_id=campaign_id)
    # Before the figures: what changes after this refuses the launch, what changes before it is shown.
    content = campaign_content(campaign_id=campaign_id)
    steps = [step_facts(step) | {"preview": _first_sample(request, step)} for step in shown.steps.all()]
    before_launch = launch_facts(steps)
    context: dict[str, Any] = {
        "campaign": shown,
        "content": content,
        "reason_form": reason_form or ReasonForm(),
        "is_refused": is_refused,
        "is_changed": shown.content_sha256 not in ("", content.sha256),
        **before_launch,
        "is_ready": all(facts["check"]["is_ready"] for facts in steps),
        "will_send": steps[0]["check"]["will_send"],
        "is_invented": _is_invented(request),
        "company": brand_current(),
        "crumbs": campaign_crumbs(shown),
        **signature_facts(shown, user=acting_user(request)),
    }
    return render(request, "staff/campaigns/launch.html", context, status=409 if is_refused else 200)


def _first_sample(request: HttpRequest, step: Any) -> MessagePreview:
    previews, number = _samples_looked_at(request, step, number=0, limit=1)
    return previews[number]


def _number(request: HttpRequest) -> int:
    return number_asked(request.GET.get("n", "")) or 0


def _samples_looked_at(
    request: HttpRequest, step: Any, *, number: int, limit: int = SAMPLE
) -> tuple[list[MessagePreview], int]:
    """Return the samples of a step and the number of the one looked at, which is recorded in the same transaction.

    A number beyond the samples is the last one. Who may not see customers whole sees invented people of the same look.
    """
    name_shown = invented_name if _is_invented(request) else str
    with recorded(actor_of(request), AuditedAction.CAMPAIGN_PREVIEWED, "campaign", step.campaign_id) as note:
        previews = step_previews(step, limit=limit, name_shown=name_shown)
        number = min(number, len(previews) - 1)
        note.details["customer_id"] = previews[number].customer_id
    return previews, number


def _is_invented(request: HttpRequest) -> bool:
    return not has_right(acting_user(request), Right.SEE_CUSTOMER_FULL)


@right_required(Right.READ_CAMPAIGNS, "GET")
def progress(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Return the moving part of the page.

    It has the page load anew once the campaign is not in the state that the page was drawn for: then its head and its
    buttons are other ones, and in the last states there is nothing more to wait for.
    """
    facts = live_facts(campaign_id, user=acting_user(request))
    is_moved = facts["status"].state != request.GET.get("state", "")
    return render(request, "staff/campaigns/progress.html", {"is_moved": is_moved, "campaign_id": campaign_id} | facts)


def _button(act: str, flow: Callable[..., object], done: Promise, *, asks: bool = False) -> View:
    """Return the view of one act. With ``asks`` a page says first what an act that cannot be taken back would do."""

    @act_required(act, *(("GET", "POST") if asks else ("POST",)))
    def view(request: HttpRequest, campaign_id: int) -> HttpResponse:
        if asks:
            shown, status = campaign_read(campaign_id=campaign_id), campaign_status(campaign_id=campaign_id)
            # Not the figures of a campaign that runs: they move with each second.
            facts = [shown.name, shown.state, bool(status.open)]
            context = {"campaign": shown, "status": status}
            if page := asked(request, f"staff/campaigns/{act}.html", context, facts=facts):
                return page
        flow(actor=actor_of(request), campaign_id=campaign_id)
        messages.success(request, str(done))
        return redirect("staff:campaign", campaign_id)

    return view


submit: Final = _button(
    "submit",
    submit_campaign,
    gettext_lazy("Кампания ждёт проверки. Передайте ссылку на эту страницу тому, кто её запустит."),
)
pause: Final = _button(
    "pause",
    pause_campaign,
    gettext_lazy("Кампания приостановлена. Новые сообщения не уходят; уже принятые почтой или оператором не вернуть."),
)
go_on: Final = _button("go_on", continue_campaign, gettext_lazy("Кампания продолжается."))
stop: Final = _button(
    "stop",
    stop_campaign,
    gettext_lazy("Кампания остановлена. Неотправленные сообщения исключены: причина — «кампания остановлена»."),
    asks=True,
)
revoke: Final = _button(
    "revoke", revoke_links, gettext_lazy("Ссылки отозваны: ни одна из отправленных больше не открывается."), asks=True
)
