"""Accounts of messengers as customers have or had them, for whoever counts dialogues that were opened and ended."""

from collections.abc import Collection
from dataclasses import dataclass

from consents.enums import ContactKind
from consents.models import ContactPoint


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldAccount:
    """One account of one customer; one that is not current was linked before."""

    customer_id: int
    kind: ContactKind
    value: str
    is_current: bool


def account_holders(*, kind: ContactKind, account: str) -> tuple[int, ...]:
    """Return the ids of the customers to whom an account is, or was, linked."""
    held = ContactPoint.objects.filter(kind=kind, value=account)
    return tuple(held.order_by("customer_id").values_list("customer_id", flat=True))


def accounts_held(*, customer_ids: Collection[int]) -> tuple[HeldAccount, ...]:
    """Return the accounts of every kind that are, or were, linked to some customers."""
    held = ContactPoint.objects.filter(customer_id__in=customer_ids, kind__in=ContactKind.accounts())
    return tuple(
        HeldAccount(customer_id=customer_id, kind=ContactKind(kind), value=value, is_current=is_current)
        for customer_id, kind, value, is_current in held.order_by("id").values_list(
            "customer_id", "kind", "value", "is_current"
        )
    )
