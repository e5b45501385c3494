"""Names of senders: what was asked for at which operator, and the templates approved for each name."""

from collections.abc import Mapping
from itertools import groupby
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from notify.enums import SenderNameState
from notify.errors import SenderNameRefused
from notify.sender_names.coverage import senders_unapproved, setup_senders
from notify.sender_names.registry import FIELDS, SenderNameView, sender_name_read, sender_names_listed
from portal.audit.permissions import Right, right_required
from portal.audit.request_actor import actor_of
from portal.flows.sending.sender_names import (
    add_template,
    approve_template,
    change_sender_name,
    create_sender_name,
    remove_template,
)
from portal.staff.navigation import crumb
from portal.staff.saving import guarded, saved_in_turn
from portal.staff.sending.forms import PROBLEMS, SenderNameForm, TemplateForm
from portal.staff.shown import asked

TONES: Final[Mapping[SenderNameState, str]] = {
    SenderNameState.REQUESTED: "info",
    SenderNameState.APPROVED: "ok",
    SenderNameState.REFUSED: "danger",
    SenderNameState.ENDED: "neutral",
}


@right_required(Right.READ_SETTINGS, "GET")
def sender_names(request: HttpRequest) -> HttpResponse:
    """List the names by set-up; say which set-ups send under a name that nobody has approved."""
    titles = {one.provider: one.title for one in setup_senders()}
    groups = [
        (titles.get(provider, provider), [(name, *state_words(name)) for name in names])
        for provider, names in groupby(sender_names_listed(), key=lambda name: name.provider)
    ]
    context = {
        "groups": groups,
        "unapproved": senders_unapproved(),
        "can_add": bool(titles),
        "crumbs": _crumbs(),
    }
    return render(request, "staff/sender_names/list.html", context)


@right_required(Right.MANAGE_CHANNELS, "GET", "POST")
def sender_name_new(request: HttpRequest) -> HttpResponse:
    """Write down a new name; the list of set-ups may name the one and the sender to begin with."""
    start = {name: request.GET.get(name, "") for name in ("provider", "name")}
    form = SenderNameForm(request.POST or None, initial=start)
    if form.is_bound and form.is_valid():
        try:
            sender_name_id = create_sender_name(actor=actor_of(request), fields=form.cleaned_data)
        except SenderNameRefused as refused:
            _explain(form, refused)
        else:
            messages.success(request, _("Имя отправителя внесено."))
            return redirect("staff:sender_name", sender_name_id)
    return render(request, "staff/sender_names/new.html", {"form": form, "crumbs": _crumbs(deep=True)})


@right_required(Right.MANAGE_CHANNELS, "GET", "POST")
@saved_in_turn
def sender_name(request: HttpRequest, sender_name_id: int) -> HttpResponse:
    """Change one name, and show its templates."""
    shown = sender_name_read(sender_name_id=sender_name_id)
    form = guarded(SenderNameForm(request.POST or None, initial={name: getattr(shown, name) for name in FIELDS}))
    if form.is_bound and form.is_valid():
        try:
            change_sender_name(actor=actor_of(request), sender_name_id=sender_name_id, fields=form.cleaned_data)
        except SenderNameRefused as refused:
            _explain(form, refused)
        else:
            messages.success(request, _("Имя отправителя сохранено."))
            return redirect("staff:sender_names")
    return _page(request, shown, form, TemplateForm())


@right_required(Right.MANAGE_CHANNELS, "POST")
def sender_templates(request: HttpRequest, sender_name_id: int) -> HttpResponse:
    """Add a template to a name."""
    shown = sender_name_read(sender_name_id=sender_name_id)
    form = TemplateForm(request.POST)
    if form.is_valid():
        try:
            add_template(actor=actor_of(request), sender_name_id=sender_name_id, **form.cleaned_data)
        except SenderNameRefused as refused:
            _explain(form, refused)
        else:
            messages.success(request, _("Шаблон добавлен."))
            return redirect("staff:sender_name", sender_name_id)
    start = guarded(SenderNameForm(initial={name: getattr(shown, name) for name in FIELDS}))
    return _page(request, shown, start, form)


@right_required(Right.MANAGE_CHANNELS, "POST")
def sender_template_approve(request: HttpRequest, sender_name_id: int, template_id: int) -> HttpResponse:
    """Write down what the operator has said of a template."""
    is_approved = request.POST.get("approved") == "yes"
    approve_template(
        actor=actor_of(request), sender_name_id=sender_name_id, template_id=template_id, is_approved=is_approved
    )
    messages.success(request, _("Шаблон согласован.") if is_approved else _("Согласование шаблона снято."))
    return redirect("staff:sender_name", sender_name_id)


@right_required(Right.MANAGE_CHANNELS, "GET", "POST")
def sender_template_remove(request: HttpRequest, sender_name_id: int, template_id: int) -> HttpResponse:
    """Ask once more, then remove a template. Whoever comes second finds it gone."""
    shown = sender_name_read(sender_name_id=sender_name_id)
    template = next((one for one in shown.templates if one.id == template_id), None)
    if template is None:
        messages.info(request, _("Этого шаблона уже нет."))
        return redirect("staff:sender_name", sender_name_id)
    context = {"name": shown, "template": template}
    facts = [template.text, template.is_approved]
    if page := asked(request, "staff/sender_names/template_remove.html", context, facts=facts):
        return page
    remove_template(actor=actor_of(request), sender_name_id=sender_name_id, template_id=template_id)
    messages.success(request, _("Шаблон удалён."))
    return redirect("staff:sender_name", sender_name_id)


def state_words(name: SenderNameView) -> tuple[str, str]:
    """Return the state of a name in words and its tone; an approval whose last day has passed is over."""
    if name.state == SenderNameState.APPROVED and name.is_over:
        return _("срок прошёл"), "warn"
    return str(name.state.label), TONES[name.state]


def _page(request: HttpRequest, shown: SenderNameView, form: forms.Form, template_form: forms.Form) -> HttpResponse:
    label, tone = state_words(shown)
    context = {
        "name": shown,
        "label": label,
        "tone": tone,
        "form": form,
        "template_form": template_form,
        "crumbs": _crumbs(deep=True),
    }
    return render(request, "staff/sender_names/name.html", context)


def _explain(form: forms.Form, refused: SenderNameRefused) -> None:
    field, words = PROBLEMS[str(refused.facts["problem"])]
    form.add_error(field, str(words))


def _crumbs(*, deep: bool = False) -> list[Any]:
    back = [crumb(_("Каналы"), "staff:channels")]
    return [*back, crumb(_("Имена отправителя"), "staff:sender_names")] if deep else back
