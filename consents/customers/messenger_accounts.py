"""The tie between a customer and an account: of a messenger by a single-use token, of the company's own application.

It is ended by the customer, or by ending the dialogue there.
"""

from typing import Final
from uuid import UUID

from django.db import transaction

from consents.enums import ContactKind, ContactOrigin, EventKind, ProofLevel
from consents.errors import EventInvalid, ProofTooWeak
from consents.ledger import append as ledger
from consents.ledger.grants import customer_lock, grants_withdraw, request_part
from consents.models import ContactPoint, Customer
from consents.types import AppendedEvent, Circumstances

NO_NUMBER: Final = 0
"""Of an open dialogue that has no number of its own, or whose name is none."""
LARGEST_NUMBER: Final = 2**63 - 1


@transaction.atomic
def account_link(
    *, customer_id: int, kind: ContactKind, account: str, chat: str, circumstances: Circumstances
) -> AppendedEvent:
    """Make an account the customer's current one of its kind; one that was linked before is closed.

    Opening the dialogue with the customer's own token proves the account, as a code proves a phone. Needs level 1: the
    token is only given to those who have proven a contact on file. An account that is the customer's number needs
    none: the company's own backend names its customer, and the event says no more than that. A repeat with the same
    key adds nothing. Consents do not move to the new account. Raises ProofTooWeak.
    """
    _proof_check(customer_id, kind, account, circumstances)
    customer_lock(customer_id)
    point, _ = ContactPoint.objects.get_or_create(
        customer_id=customer_id,
        kind=kind,
        value=account,
        defaults={"origin": _origin(kind), "is_current": False},
    )
    event = ledger.append(
        customer_id=customer_id,
        kind=_words(kind)[0],
        circumstances=circumstances,
        channel=kind.channel,
        contact_uuid=point.uuid,
    )
    if event.is_new:
        others = ContactPoint.objects.filter(customer_id=customer_id, kind=kind, is_current=True)
        others.exclude(pk=point.pk).update(is_current=False, closed_at=event.occurred_at, replaced_by=point)
        ContactPoint.objects.filter(pk=point.pk).update(
            is_current=True,
            closed_at=None,
            replaced_by=None,
            confirmed_at=event.occurred_at,
            max_chat_id=dialogue_number(chat),
        )
    return event


@transaction.atomic
def account_unlink(
    *, kind: ContactKind, circumstances: Circumstances, customer_id: int | None = None, account: str | None = None
) -> dict[int, tuple[AppendedEvent, ...]]:
    """Close accounts of a kind: the customer's own, or one wherever it is linked (its owner ended the dialogue).

    Consents for a closed account are withdrawn: who comes back is asked again. Return the events by customer; a repeat
    adds nothing and returns none. Never refused.
    """
    if customer_id is None and account is None:
        raise EventInvalid("neither a customer nor an account is named")
    current = ContactPoint.objects.filter(kind=kind, is_current=True)
    if customer_id is not None:
        current = current.filter(customer_id=customer_id)
    if account is not None:
        current = current.filter(value=account)
    closed: dict[int, tuple[AppendedEvent, ...]] = {}
    for owner_id, point_id, point_uuid in current.order_by("customer_id").values_list("customer_id", "id", "uuid"):
        if events := _close(kind, owner_id, point_id, point_uuid, circumstances):
            closed[owner_id] = (*closed.get(owner_id, ()), *events)
    return closed


def dialogue_opened(*, kind: ContactKind, account: str, chat: str) -> int:
    """Record that whoever holds an account has the dialogue open; return how many contacts can be written to again.

    No event: it is no act upon consents. Whether a message may leave is asked of the gate all the same.
    """
    number = dialogue_number(chat)
    current = ContactPoint.objects.filter(kind=kind, value=account, is_current=True)
    return current.exclude(max_chat_id=number).update(max_chat_id=number)


def dialogue_lost(*, kind: ContactKind, account: str) -> int:
    """Record that nothing comes through to an account any more; return how many contacts that made unreachable.

    What a person pressed comes as a turn of its own (`account_unlink`); this is what a refused message tells us.
    """
    current = ContactPoint.objects.filter(kind=kind, value=account, is_current=True)
    return current.filter(max_chat_id__isnull=False).update(max_chat_id=None)


def dialogue_number(chat: str) -> int:
    """Return what the column of an open dialogue holds: its number, or `NO_NUMBER` for a name that is no number."""
    digits = chat.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()) or int(digits) > LARGEST_NUMBER:
        return NO_NUMBER
    return int(chat)


def _proof_check(customer_id: int, kind: ContactKind, account: str, circumstances: Circumstances) -> None:
    if kind.spec.is_customer_number:
        if not Customer.objects.filter(pk=customer_id, external_id=account).exists():
            raise ProofTooWeak("the account is not the customer's number")
    elif circumstances.level < ProofLevel.KNOWN_CONTACT:
        raise ProofTooWeak("a link alone cannot tie an account")


def _close(
    kind: ContactKind, customer_id: int, point_id: int, point_uuid: UUID, circumstances: Circumstances
) -> list[AppendedEvent]:
    customer_lock(customer_id)
    own = ContactPoint.objects.filter(pk=point_id, is_current=True)
    account = own.first()
    if account is None:
        return []
    event = ledger.append(
        customer_id=customer_id,
        kind=_words(kind)[1],
        # The same request after the account was linked anew ends that tie too.
        circumstances=request_part(circumstances, account.confirmed_at),
        channel=kind.channel,
        contact_uuid=point_uuid,
    )
    own.update(is_current=False, closed_at=event.occurred_at)
    withdrawn = grants_withdraw(
        customer_id=customer_id, circumstances=request_part(circumstances, kind), channels=kind.channels
    )
    return [event, *withdrawn]


def _words(kind: ContactKind) -> tuple[EventKind, EventKind]:
    """Return the words of a tie made and ended: MAX has its own, and they are never changed."""
    if kind == ContactKind.MAX:
        return EventKind.MAX_LINKED, EventKind.MAX_UNLINKED
    return EventKind.ACCOUNT_LINKED, EventKind.ACCOUNT_UNLINKED


def _origin(kind: ContactKind) -> ContactOrigin:
    if kind == ContactKind.MAX:
        return ContactOrigin.MAX
    return ContactOrigin.COMPANY if kind.spec.is_customer_number else ContactOrigin.LINKED
