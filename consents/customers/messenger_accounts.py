"""The tie between a customer and a MAX account: made by a single-use token, ended by them or by stopping the bot."""

from uuid import UUID

from django.db import transaction

from consents.enums import Channel, ContactKind, ContactOrigin, EventKind, ProofLevel
from consents.errors import EventInvalid, ProofTooWeak
from consents.ledger import append as ledger
from consents.ledger.grants import customer_lock, grants_withdraw, request_part
from consents.models import ContactPoint
from consents.types import AppendedEvent, Circumstances


@transaction.atomic
def max_link(*, customer_id: int, max_user_id: int, max_chat_id: int, circumstances: Circumstances) -> AppendedEvent:
    """Make a MAX account the customer's current one; one that was linked before is closed.

    Pressing Start with the customer's own token proves the account, as a code proves a phone. Needs level 1: the token
    is only given to those who proved a contact on file. A repeat with the same key adds nothing. Consents do not move
    to the new account. Raises ProofTooWeak.
    """
    if circumstances.level < ProofLevel.KNOWN_CONTACT:
        raise ProofTooWeak("a link alone cannot tie an account")
    customer_lock(customer_id)
    account, _ = ContactPoint.objects.get_or_create(
        customer_id=customer_id,
        kind=ContactKind.MAX,
        value=str(max_user_id),
        defaults={"origin": ContactOrigin.MAX, "is_current": False},
    )
    event = ledger.append(
        customer_id=customer_id,
        kind=EventKind.MAX_LINKED,
        circumstances=circumstances,
        channel=Channel.MAX,
        contact_uuid=account.uuid,
    )
    if event.is_new:
        others = ContactPoint.objects.filter(customer_id=customer_id, kind=ContactKind.MAX, is_current=True)
        others.exclude(pk=account.pk).update(is_current=False, closed_at=event.occurred_at, replaced_by=account)
        ContactPoint.objects.filter(pk=account.pk).update(
            is_current=True,
            closed_at=None,
            replaced_by=None,
            confirmed_at=event.occurred_at,
            max_chat_id=max_chat_id,
        )
    return event


@transaction.atomic
def max_unlink(
    *, circumstances: Circumstances, customer_id: int | None = None, max_user_id: int | None = None
) -> dict[int, tuple[AppendedEvent, ...]]:
    """Close MAX accounts: the customer's own, or an account wherever it is linked (its owner stopped the bot).

    Consents for a closed account are withdrawn: who comes back is asked again. Return the events by customer; a repeat
    adds nothing and returns none. Never refused.
    """
    if customer_id is None and max_user_id is None:
        raise EventInvalid("neither a customer nor an account is named")
    current = ContactPoint.objects.filter(kind=ContactKind.MAX, is_current=True)
    if customer_id is not None:
        current = current.filter(customer_id=customer_id)
    if max_user_id is not None:
        current = current.filter(value=str(max_user_id))
    closed: dict[int, tuple[AppendedEvent, ...]] = {}
    for owner_id, point_id, point_uuid in current.order_by("customer_id").values_list("customer_id", "id", "uuid"):
        if events := _close(owner_id, point_id, point_uuid, circumstances):
            closed[owner_id] = (*closed.get(owner_id, ()), *events)
    return closed


def _close(customer_id: int, point_id: int, point_uuid: UUID, circumstances: Circumstances) -> list[AppendedEvent]:
    customer_lock(customer_id)
    own = ContactPoint.objects.filter(pk=point_id, is_current=True)
    account = own.first()
    if account is None:
        return []
    event = ledger.append(
        customer_id=customer_id,
        kind=EventKind.MAX_UNLINKED,
        # The same request after the account was linked anew ends that tie too.
        circumstances=request_part(circumstances, account.confirmed_at),
        channel=Channel.MAX,
        contact_uuid=point_uuid,
    )
    own.update(is_current=False, closed_at=event.occurred_at)
    withdrawn = grants_withdraw(
        customer_id=customer_id, circumstances=request_part(circumstances, "max"), channels=[Channel.MAX]
    )
    return [event, *withdrawn]


def dialogue_opened(*, account: str, chat_id: int) -> int:
    """Record that whoever holds a MAX account has the dialogue open; return how many contacts can be written to again.

    No event: it is no act upon consents. Whether a message may leave is asked of the gate all the same.
    """
    current = ContactPoint.objects.filter(kind=ContactKind.MAX, value=account, is_current=True)
    return current.exclude(max_chat_id=chat_id).update(max_chat_id=chat_id)


def dialogue_lost(*, account: str) -> int:
    """Record that MAX lets nothing through to an account any more; return how many contacts that made unreachable.

    What a person pressed comes as an update of its own (`max_unlink`); this is what a refused message tells us.
    """
    current = ContactPoint.objects.filter(kind=ContactKind.MAX, value=account, is_current=True)
    return current.filter(max_chat_id__isnull=False).update(max_chat_id=None)
