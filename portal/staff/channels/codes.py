"""One-time codes over a channel whose platform asks for a contract: the DPO decides."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.audit.permissions import Right, right_required
from portal.audit.request_actor import actor_of
from portal.flows.channels import switch_codes
from portal.staff.channels.views import channel_or_404
from portal.staff.navigation import crumb
from portal.staff.shown import is_as_shown, question
from portal.staff.widgets import ReasonField


class CodesForm(forms.Form):
    """Why the DPO lets codes go there, or no longer."""

    reason = ReasonField(
        label=gettext_lazy("Основание"),
        help_text=gettext_lazy("Например: закон № … обязывает дублировать коды в MAX. Попадёт в журнал действий."),
    )


@right_required(Right.SIGN_AS_DPO, "GET", "POST")
def channel_codes(request: HttpRequest, name: str) -> HttpResponse:
    """Switch one-time codes over a channel on or off; ``is_on`` of the form is what the button says."""
    shown = channel_or_404(name)
    if not shown.channel.spec.asks_before_codes:
        raise Http404
    form = CodesForm(request.POST or None)
    facts = [shown.carries_codes, shown.takes_authorization]
    is_changed = request.method == "POST" and not is_as_shown(request, facts)
    if form.is_bound and form.is_valid() and not is_changed:
        is_on = request.POST.get("is_on") == "yes"
        switch_codes(actor=actor_of(request), channel=name, is_on=is_on, reason=form.cleaned_data["reason"])
        messages.success(request, _("Коды включены.") if is_on else _("Коды выключены."))
        return redirect("staff:channels")
    context = {
        "form": form,
        "channel": shown,
        "crumbs": [crumb(_("Каналы"), "staff:channels")],
    }
    return question(request, "staff/channels/codes.html", context, facts=facts, is_changed=is_changed)
