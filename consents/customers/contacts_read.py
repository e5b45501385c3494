"""Contacts of customers: masked for anyone with the link, whole for the person who has proven one of them."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from consents.enums import ContactKind
from consents.models import ContactPoint
from consents.normalise import contact_mask
from consents.types import MaskedContact


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnContact:
    """A contact as its owner sees it. `value` never goes to a log, an address or a page below level 1."""

    id: int
    contact_uuid: uuid.UUID
    kind: ContactKind
    value: str
    mask: str
    confirmed: bool
    line_type: str
    has_dialogue: bool
    takes_messages: bool
    """Say whether anything can arrive there: no SMS at a fixed line, nothing in MAX without a dialogue."""
    customer_id: int
    external_id: str
    customer_name: str
    zone: str


def contacts_of(*, customer_id: int) -> list[OwnContact]:
    """Return the current contacts of a customer in the order of their kinds."""
    rows = _current().filter(customer_id=customer_id)
    return sorted((_own(row) for row in rows), key=lambda contact: list(ContactKind).index(contact.kind))


def contact_of(*, customer_id: int, contact_uuid: uuid.UUID) -> OwnContact | None:
    """Return one current contact of this customer."""
    row = _current().filter(customer_id=customer_id, uuid=contact_uuid).first()
    return None if row is None else _own(row)


def contacts_to_tell(*, customer_id: int, replaced_id: int, new_id: int) -> list[OwnContact]:
    """Return who gets the notice of a replaced contact: the old one, or where it takes none all other current ones.

    The new contact is not among them: its owner made the change.
    """
    old = _own(ContactPoint.objects.select_related("customer").get(pk=replaced_id, customer_id=customer_id))
    if old.takes_messages:
        return [old]
    current = contacts_of(customer_id=customer_id)
    return [contact for contact in current if contact.takes_messages and contact.id != new_id]


def contact_on_file(*, customer_id: int, contact_point_id: int) -> OwnContact | None:
    """Return one contact of this customer, also a closed one."""
    row = ContactPoint.objects.select_related("customer").filter(customer_id=customer_id, pk=contact_point_id).first()
    return None if row is None else _own(row)


def contacts_by_value(*, kind: str, value: str, limit: int = 10) -> list[OwnContact]:
    """Return whose current contact this is, oldest customer first. Several people may share one."""
    rows = _current().filter(kind=kind, value=value, customer__is_active=True, customer__erased_at__isnull=True)
    return [_own(row) for row in rows.order_by("customer_id")[:limit]]


def owners_by_value(*, kind: str, values: Sequence[str]) -> dict[str, set[int]]:
    """Return whose current contacts these are: numbers of customers by value, without the values that nobody has."""
    rows = _current().filter(kind=kind, value__in=values, customer__is_active=True, customer__erased_at__isnull=True)
    found: dict[str, set[int]] = {}
    for value, customer_id in rows.values_list("value", "customer_id"):
        found.setdefault(value, set()).add(customer_id)
    return found


def contacts_array(customer: str, *, with_accounts: bool = False) -> ArraySubquery:
    """Return an expression for another query: the current contacts of the customer that `customer` names.

    Accounts of messengers are left out unless asked for. Read the result with `masked_contacts`; the values must not
    leave the selector that asked.
    """
    rows = ContactPoint.objects.filter(customer_id=OuterRef(customer), is_current=True)
    if not with_accounts:
        rows = rows.exclude(kind__in=ContactKind.accounts())
    return ArraySubquery(
        rows.order_by("-kind").values(
            contact=JSONObject(
                kind="kind",
                value="value",
                uuid="uuid",
                confirmed_at="confirmed_at",
                line_type="line_type",
                chat="max_chat_id",
            )
        )
    )


def masked_contacts(rows: Sequence[Mapping[str, Any]]) -> tuple[MaskedContact, ...]:
    """Mask what `contacts_array` has read."""
    return tuple(
        MaskedContact(
            kind=ContactKind(row["kind"]),
            mask=contact_mask(row["kind"], row["value"]),
            contact_uuid=uuid.UUID(row["uuid"]),
            confirmed=row["confirmed_at"] is not None,
            line_type=row["line_type"],
            has_dialogue=row["chat"] is not None,
        )
        for row in rows
    )


def _current() -> Any:
    return ContactPoint.objects.filter(is_current=True).select_related("customer")


def _own(row: ContactPoint) -> OwnContact:
    kind = ContactKind(row.kind)
    return OwnContact(
        id=row.pk,
        contact_uuid=row.uuid,
        kind=kind,
        value=row.value,
        mask=contact_mask(row.kind, row.value),
        confirmed=row.confirmed_at is not None,
        line_type=row.line_type,
        has_dialogue=row.max_chat_id is not None,
        takes_messages=kind.takes_messages(line_type=row.line_type, has_dialogue=row.max_chat_id is not None),
        customer_id=row.customer_id,
        external_id=row.customer.external_id,
        customer_name=row.customer.name,
        zone=row.customer.time_zone,
    )
