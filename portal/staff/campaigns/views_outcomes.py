"""Doubtful messages settled many at once: all that a campaign has, those of one reason, or those of a list."""

from collections.abc import Mapping
from typing import Any, Final, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notify.campaigns.reading import campaign_read
from notify.enums import MessageState
from notify.outbox.watching.outcome_files import OutcomesRead, outcomes_read
from notify.outbox.watching.resolution import Resolved, messages_resolution, outcomes_sha256, references_in_doubt
from portal.audit.permissions import Right, right_required
from portal.audit.request_actor import actor_of
from portal.flows.sending.outcomes import resolve_messages
from portal.staff.campaigns.view import campaign_crumbs
from portal.staff.shown import FIELD, is_as_shown, question
from portal.staff.widgets import ReasonField
from portal.ui.sending.message_words import error_text

MOST_CHARACTERS: Final = 900_000
"""About twenty thousand messages; longer lists are for the command."""
ASK: Final = "staff/campaigns/outcomes.html"
CONFIRM: Final = "staff/campaigns/outcomes_confirm.html"


class OutcomesForm(forms.Form):
    """What became of which messages, and how somebody knows."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("Исход"),
        choices=[("accepted", gettext_lazy("Ушли")), ("failed", gettext_lazy("Не ушли"))],
        widget=forms.RadioSelect,
    )
    listed = forms.CharField(
        label=gettext_lazy("Только эти сообщения"),
        required=False,
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "Наши номера сообщений или строки журнала почтового сервера. Если исход у них разный, пишите его через "
            "точку с запятой: «номер;ушло». Пусто: все, исход которых неизвестен."
        ),
    )
    reason = ReasonField(label=gettext_lazy("Откуда известно"))


@right_required(Right.RUN_CAMPAIGN, "GET", "POST")
def outcomes(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Ask, show how many it would be, and write their outcome down; nothing is sent again."""
    campaign, why = campaign_read(campaign_id=campaign_id), request.GET.get("why")
    form = OutcomesForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {
        "campaign": campaign,
        "form": form,
        "count": len(references_in_doubt(campaign_id=campaign_id, error_code=why)),
        "why": error_text(why) if why else "",
        "crumbs": campaign_crumbs(campaign),
    }
    if not form.is_valid():
        return render(request, ASK, context)
    read = _read(form.cleaned_data, campaign_id, why)
    trial = messages_resolution(outcomes=read.outcomes, campaign_id=campaign_id)
    if not trial.resolved:
        form.add_error("listed", _("Среди этих сообщений нет ни одного, исход которого неизвестен."))
        return render(request, ASK, context)
    facts = [outcomes_sha256(read.outcomes), trial.resolved]
    if not is_as_shown(request, facts):
        context |= {"read": read, "trial": trial, "sent": _count(read.outcomes, "accepted"), "facts": facts}
        return question(request, CONFIRM, context, facts=facts, is_changed=FIELD in request.POST)
    done = resolve_messages(
        actor=actor_of(request), outcomes=read.outcomes, reason=form.cleaned_data["reason"], campaign_id=campaign_id
    )
    said = _("Исход записан: %(count)s. Повторно сообщения не отправляются.")
    messages.success(request, said % {"count": done.resolved})
    return redirect("staff:campaign_messages", campaign_id, MessageState.UNKNOWN.value)


def _read(typed: Mapping[str, str], campaign_id: int, why: str | None) -> OutcomesRead:
    """Return the list that somebody has typed; without one, everything in doubt with one outcome."""
    outcome = cast("Resolved", typed["outcome"])
    if typed["listed"].strip():
        return outcomes_read(typed["listed"].splitlines(), default=outcome)
    everything: dict[UUID, Resolved] = dict.fromkeys(
        references_in_doubt(campaign_id=campaign_id, error_code=why), outcome
    )
    return OutcomesRead(outcomes=everything, without_reference=0, without_outcome=(), contradicting=())


def _count(outcomes: Mapping[UUID, Resolved], outcome: Resolved) -> int:
    return sum(one == outcome for one in outcomes.values())
