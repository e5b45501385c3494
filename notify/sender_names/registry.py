"""The registry of senders' names: what was asked for at which operator, and what became of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from consents.database.clock import database_now
from notify.channels.sms_phones import SENDER_PATTERN
from notify.enums import Operator, SenderNameState, Traffic
from notify.errors import SenderNameMissing, SenderNameRefused
from notify.models import ProviderSetup, SenderName, SenderTemplate
from notify.sender_names.wildcards import template_problem

FIELDS: Final = ("provider", "name", "operator", "traffic", "state", "valid_until", "note")


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateView:
    """One template of a name."""

    id: int
    text: str
    is_approved: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderNameView:
    """One name with its templates, the approved ones first."""

    id: int
    provider: str
    name: str
    operator: Operator
    traffic: Traffic
    state: SenderNameState
    valid_until: date | None
    note: str
    templates: tuple[TemplateView, ...] = ()

    @property
    def is_in_force(self) -> bool:
        """Return whether an operator takes the name today."""
        return self.state == SenderNameState.APPROVED and not self.is_over

    @property
    def is_over(self) -> bool:
        """Return whether the last day has passed."""
        return self.valid_until is not None and self.valid_until < timezone.localdate(database_now())

    @property
    def approved_templates(self) -> tuple[str, ...]:
        """Return the texts of the approved templates."""
        return tuple(template.text for template in self.templates if template.is_approved)


def sender_names_listed(*, provider: str = "") -> list[SenderNameView]:
    """Return the names, those of one set-up or all, by set-up, name, operator and traffic."""
    rows = SenderName.objects.filter(**({"provider": provider} if provider else {}))
    order = {code: place for place, code in enumerate(Operator.values)}
    views = [_view(row) for row in rows.prefetch_related("templates")]
    return sorted(views, key=lambda view: (view.provider, view.name.lower(), order[view.operator], view.traffic))


def sender_name_read(*, sender_name_id: int) -> SenderNameView:
    """Return one name. Raises `SenderNameMissing`."""
    return _view(_row(sender_name_id))


@transaction.atomic
def sender_name_create(*, fields: Mapping[str, Any]) -> int:
    """Store a new name and return its number. ``fields`` are those of `FIELDS`. Raises `SenderNameRefused`."""
    return _saved(SenderName(), fields)


@transaction.atomic
def sender_name_change(*, sender_name_id: int, fields: Mapping[str, Any]) -> None:
    """Store the fields of one name. Raises `SenderNameMissing` and `SenderNameRefused`."""
    _saved(_row(sender_name_id, locked=True), fields)


@transaction.atomic
def template_add(*, sender_name_id: int, text: str, is_approved: bool) -> int:
    """Store a template of a name and return its number; one that is there already only changes its approval.

    Raises `SenderNameMissing` and `SenderNameRefused`.
    """
    row = _row(sender_name_id, locked=True)
    text = text.replace("\r\n", "\n").strip()
    if problem := template_problem(text):
        raise SenderNameRefused(problem=problem)
    found, _ = SenderTemplate.objects.update_or_create(
        sender_name=row, text=text, defaults={"is_approved": is_approved}
    )
    return found.pk


def template_approve(*, sender_name_id: int, template_id: int, is_approved: bool) -> None:
    """Write down whether the operator has approved a template. Raises `SenderNameMissing`."""
    rows = SenderTemplate.objects.filter(pk=template_id, sender_name_id=sender_name_id)
    if not rows.update(is_approved=is_approved):
        raise SenderNameMissing


def template_remove(*, sender_name_id: int, template_id: int) -> None:
    """Remove a template of a name; a repeat changes nothing."""
    SenderTemplate.objects.filter(pk=template_id, sender_name_id=sender_name_id).delete()


def _row(sender_name_id: int, *, locked: bool = False) -> SenderName:
    rows = SenderName.objects.select_for_update() if locked else SenderName.objects.all()
    row = rows.filter(pk=sender_name_id).first()
    if row is None:
        raise SenderNameMissing
    return row


def _saved(row: SenderName, fields: Mapping[str, Any]) -> int:
    if not re.fullmatch(SENDER_PATTERN, fields["name"]) or fields["name"].isdigit():
        raise SenderNameRefused(problem="name_shape")
    if not ProviderSetup.objects.filter(name=fields["provider"]).exists() and fields["provider"] != row.provider:
        raise SenderNameRefused(problem="provider_unknown")
    for name in FIELDS:
        setattr(row, name, fields[name])
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise SenderNameRefused(problem="name_twice") from error
    return row.pk


def _view(row: SenderName) -> SenderNameView:
    templates = sorted(row.templates.all(), key=lambda template: (not template.is_approved, template.pk))
    return SenderNameView(
        id=row.pk,
        provider=row.provider,
        name=row.name,
        operator=Operator(row.operator),
        traffic=Traffic(row.traffic),
        state=SenderNameState(row.state),
        valid_until=row.valid_until,
        note=row.note,
        templates=tuple(TemplateView(id=one.pk, text=one.text, is_approved=one.is_approved) for one in templates),
    )
