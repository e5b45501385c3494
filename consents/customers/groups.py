"""The lists behind the figures of the coverage board: who is in each group, masked."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import F
from django.db.models.expressions import OrderBy
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from consents.customers.contacts_read import contacts_array, masked_contacts
from consents.customers.messengers import messenger_names
from consents.enums import Channel
from consents.reach.coverage import people_of
from consents.types import MaskedContact


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRow:
    """One customer of a list, without a name and with masked contacts."""

    customer_id: int
    external_id: str
    city: str
    segment: str
    messenger: str
    """By its name."""
    contacts: tuple[MaskedContact, ...]


GROUPS: Final[Mapping[str, str | Promise]] = {
    **{channel: channel.spec.group for channel in Channel},
    "confirmed": _("Контакт подтверждён"),
    "on_file": _("Контакт есть, но не подтверждён"),
    "unreachable": _("Нет контакта или есть отказ"),
    "not_answered": _("Ещё не ответили"),
    "only_foreign": _("Только в иностранном мессенджере"),
    "foreign_waiting": _("В иностранном мессенджере, контакт есть, ответа ещё нет"),
}


def group_rows(
    *, group: str, channels: Collection[Channel], start: int, size: int, order: Sequence[OrderBy | str] = ("id",)
) -> list[GroupRow]:
    """Return a stretch of a group in a steady order. Only ``channels`` may be written on.

    Raises KeyError for an unknown group.
    """
    people = people_of(group, channels=channels).order_by(*order).annotate(masked=contacts_array("id"))
    columns = ("external_id", "city", "segment", "messenger", "masked")
    rows = list(people.values(*columns, customer_id=F("id"))[start : start + size])
    names = messenger_names([row["messenger"] for row in rows])
    return [
        GroupRow(contacts=masked_contacts(row.pop("masked")), **(row | {"messenger": name}))
        for row, name in zip(rows, names, strict=True)
    ]
