"""The journal of what staff did."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from consents.words import choice_words
from portal.audit.acts import OBJECTS, AuditedAction
from portal.audit.permissions import Right, right_required
from portal.audit.request_actor import acting_user
from portal.models import StaffAction, User
from portal.staff.journal.objects import object_names, object_url
from portal.staff.journal.words import details_words, object_words
from portal.staff.lists.paging import slice_of
from portal.staff.widgets import DayField, period_of


class JournalFilter(forms.Form):
    """Filter of the journal of staff; every field may be empty."""

    person = forms.ModelChoiceField(
        User.objects.order_by("name"), label=_("Сотрудник"), required=False, empty_label=_("все")
    )
    action = forms.ChoiceField(label=_("Действие"), required=False, choices=[("", _("все")), *AuditedAction.choices])
    since = DayField(label=_("С"), required=False)
    until = DayField(label=_("По"), required=False)
    object_kind = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    object_id = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)


@right_required(Right.READ_JOURNAL, "GET")
def journal(request: HttpRequest) -> HttpResponse:
    """List acts, newest first, by person, kind of act, object and days."""
    form = JournalFilter(request.GET or None)
    chosen = form.cleaned_data if form.is_bound and form.is_valid() else {}
    page = slice_of(request, _actions(chosen))
    names, user = object_names(page.rows), acting_user(request)
    rows = [
        {
            "act": row,
            "label": choice_words(AuditedAction, row.action),
            "about": _about(row, names),
            "url": object_url(row.object_kind, row.object_id, user=user),
            "details": details_words(row.details),
        }
        for row in page.rows
    ]
    about = object_words(chosen["object_kind"], chosen["object_id"]) if chosen.get("object_id") else ""
    context = {"form": form, "page": page, "rows": rows, "chosen": chosen, "about": about}
    return render(request, "staff/journal/list.html", context)


def _about(row: StaffAction, names: Mapping[tuple[str, str], str]) -> str:
    """Return what an act was about: by its name where it has one."""
    name = names.get((row.object_kind, row.object_id))
    return f"{OBJECTS[row.object_kind]} «{name}»" if name else object_words(row.object_kind, row.object_id)


def _actions(chosen: dict[str, Any]) -> QuerySet[StaffAction]:
    since, until = period_of(chosen)
    wanted = {
        "user": chosen.get("person"),
        "action": chosen.get("action"),
        "occurred_at__gte": since,
        "occurred_at__lt": until,
    }
    if chosen.get("object_kind") and chosen.get("object_id"):
        wanted |= {"object_kind": chosen["object_kind"], "object_id": chosen["object_id"]}
    actions = StaffAction.objects.select_related("user").order_by("-occurred_at", "-id")
    return actions.filter(**{name: value for name, value in wanted.items() if value})
