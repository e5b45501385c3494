"""The lists behind the figures of the coverage board: who is in each group, masked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from consents.enums import Channel
from consents.models import Customer
from consents.selectors import coverage
from consents.selectors.contacts import contacts_array, masked_contacts
from consents.types import MaskedContact


@dataclass(frozen=True, slots=True)
class Group:
    """One part of the customer base."""

    label: str | Promise
    people: Callable[[], QuerySet[Customer]]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRow:
    """One customer of a list, without a name and with masked contacts."""

    customer_id: int
    external_id: str
    city: str
    segment: str
    messenger: str
    contacts: tuple[MaskedContact, ...]


GROUPS: Final[Mapping[str, Group]] = {
    "max": Group(_("Достижимы в MAX"), lambda: coverage.reached_by(Channel.MAX)),
    "sms": Group(_("Достижимы по СМС"), lambda: coverage.reached_by(Channel.SMS)),
    "email": Group(_("Достижимы по электронной почте"), lambda: coverage.reached_by(Channel.EMAIL)),
    "on_file": Group(_("Контакт есть, но не подтверждён"), coverage.on_file),
    "unreachable": Group(_("Нет контакта, на который можно писать"), coverage.unreachable),
    "not_answered": Group(_("Ещё не ответили"), coverage.not_answered),
    "only_foreign": Group(_("Только в иностранном мессенджере"), coverage.only_in_foreign),
}


def group_rows(*, group: str, start: int, size: int) -> list[GroupRow]:
    """Return a stretch of a group in a steady order. Raises KeyError for an unknown one."""
    people = GROUPS[group].people().order_by("id").annotate(masked=contacts_array("id"))
    columns = ("id", "external_id", "city", "segment", "messenger", "masked")
    return [
        GroupRow(
            customer_id=row["id"],
            external_id=row["external_id"],
            city=row["city"],
            segment=row["segment"],
            messenger=row["messenger"],
            contacts=masked_contacts(row["masked"]),
        )
        for row in people.values(*columns)[start : start + size]
    ]
