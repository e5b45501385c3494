"""Who has linked an account and then ended its dialogue: a mark on each link by which they had been reached before.

It follows from rows alone, so turns may come late, twice and in any order, and a start takes it away again.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Q

from consents.customers.accounts_held import HeldAccount, account_holders, accounts_held
from consents.enums import ContactKind
from notify.enums import MessageState
from notify.models import AccountDialogue, Link

REACHED: Final = (MessageState.SENDING, MessageState.ACCEPTED, MessageState.DELIVERED)
"""A person ends a dialogue as soon as a message is there, sometimes before the provider's answer is here."""


@transaction.atomic
def dialogue_end_mark(*, kind: ContactKind, account: str) -> None:
    """Mark the links of everybody who has, or had, an account by where their dialogues stand now.

    Whoever has another current account of the kind has ended none. A repeat changes nothing.
    """
    holders = account_holders(kind=kind, account=account)
    held = accounts_held(customer_ids=holders)
    for customer_id in holders:
        _mark(customer_id, _ended_at([one for one in held if one.customer_id == customer_id]))


def _ended_at(accounts: Sequence[HeldAccount]) -> datetime | None:
    """Return when a customer ended the dialogue that they ended last; None where they have ended none for good."""
    current = {one.kind for one in accounts if one.is_current}
    asked = Q(pk__in=[])
    for one in accounts:
        if one.kind not in current:
            asked |= Q(channel__in=one.kind.channels, account=one.value)
    ended = AccountDialogue.objects.filter(asked, is_open=False).order_by("-changed_at")
    return ended.values_list("changed_at", flat=True).first()


def _mark(customer_id: int, ended_at: datetime | None) -> None:
    links = Link.objects.filter(customer_id=customer_id, touchpoint__isnull=False)
    reached = links.none()
    if ended_at is not None:
        is_reached = Q(message=None) | Q(message__state__in=REACHED)
        reached = links.filter(is_reached, created_at__lte=ended_at)
    ids = list(reached.values_list("pk", flat=True))
    links.filter(dialogue_ended_at__isnull=False).exclude(pk__in=ids).update(dialogue_ended_at=None)
    if ids:
        Link.objects.filter(pk__in=ids).update(dialogue_ended_at=ended_at)
