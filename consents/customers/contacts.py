"""New contacts of a person who has proven both an old one and the new one, and the way back for the old one's owner."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from consents.conf import CANCEL_WINDOW
from consents.customers.code_proof import code_facts, verification_proven
from consents.customers.messenger_accounts import account_unlink
from consents.database.clock import database_now
from consents.enums import ContactKind, ContactOrigin, EventKind, ProofLevel
from consents.errors import ChangeClosed, CodeNotForContact, ProofTooWeak
from consents.ledger import append as ledger
from consents.ledger.grants import customer_lock, grants_withdraw, request_part
from consents.ledger.history import events_of
from consents.models import ContactPoint
from consents.normalise import phone_normalise
from consents.reach.stopping import bounce_lift
from consents.types import AppendedEvent, Circumstances

_PLACED: Final = (
    EventKind.CONTACT_ADDED,
    EventKind.CONTACT_CHANGED,
    EventKind.MAX_LINKED,
    EventKind.ACCOUNT_LINKED,
)
"""Events that make a contact the current one of its kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactChange:
    """The result of a new contact. The caller sends a notice of a replaced one, which can come back for a day."""

    contact_id: int
    contact_uuid: UUID
    replaced_id: int | None
    """Id of the contact point that was current before; None when there was none, or the value is the same."""
    is_same: bool
    """It was current before."""
    events: tuple[AppendedEvent, ...]


@transaction.atomic
def contact_add_or_change(
    *, customer_id: int, verification_uuid: UUID | str, circumstances: Circumstances
) -> ContactChange:
    """Make the contact that a code has just proven the current one of its kind; the old one is kept as replaced.

    Needs level 2. Consents do not move to the new value: they are asked for again. The caller tells
    `contacts_to_tell`. A repeat adds no event. Raises ProofTooWeak, CodeNotForContact.
    """
    if circumstances.level < ProofLevel.NEW_CONTACT:
        raise ProofTooWeak("a contact is changed at level 2")
    customer_lock(customer_id)
    proof = verification_proven(verification_uuid=verification_uuid)
    if proof.customer_id != customer_id or not proof.is_new_contact:
        raise CodeNotForContact("the code was not asked for a new contact of this customer")
    kind = ContactKind(proof.kind)
    old = ContactPoint.objects.filter(customer_id=customer_id, kind=kind, is_current=True).first()
    new = _point(customer_id, kind, proof.target)
    is_same = old is not None and old.pk == new.pk
    replaced = None if is_same else old
    events = _events(customer_id, new, replaced, circumstances, code_facts(proof), is_same=is_same)
    moment = events[0].occurred_at
    if replaced is not None:
        ContactPoint.objects.filter(pk=replaced.pk).update(is_current=False, closed_at=moment, replaced_by=new)
    ContactPoint.objects.filter(pk=new.pk).update(
        is_current=True, closed_at=None, replaced_by=None, confirmed_at=moment
    )
    bounce_lift(customer_id=customer_id, kind=kind, value=proof.target, circumstances=circumstances)
    return ContactChange(
        contact_id=new.pk,
        contact_uuid=new.uuid,
        replaced_id=replaced.pk if replaced else None,
        is_same=is_same,
        events=events,
    )


@transaction.atomic
def contact_change_cancel(
    *,
    customer_id: int,
    circumstances: Circumstances,
    contact_point_id: int | None = None,
    visit_age: timedelta = timedelta(),
) -> AppendedEvent:
    """Bring a replaced contact back within 24 hours; whatever took its place is closed, its consents are withdrawn.

    ``contact_point_id`` is the old contact, whose owner asks; without it the last change of the day is meant. The link
    of the notice of the change is proof enough. A repeat with the same key returns the first event.
    Raises ChangeClosed.

    Whoever made the change is taken for a stranger from the beginning of their visit on, which was ``visit_age`` before
    it: contacts that were added and accounts that were linked since are closed, other contacts that were replaced since
    come back too. Nothing that was closed comes back by a notice of its own.

    When the named contact was replaced once more since, the same request takes that back too, with its own event.
    """
    customer_lock(customer_id)
    done = _restored_before(customer_id, circumstances.request_key)
    old = _replaced(customer_id, contact_point_id)
    if done is not None:
        if old is None or contact_point_id is None:
            return done
        circumstances = request_part(circumstances, old.closed_at)
    if old is None or old.closed_at is None:
        raise ChangeClosed("no change of the last day to take back")
    since = old.closed_at - visit_age
    placed = _placed_since(old, since)
    others = _replaced_too(old, since, placed)
    kept = {old.kind, *(other.kind for other in others)}
    current = ContactPoint.objects.filter(customer_id=customer_id, is_current=True)
    added = [point for point in current.filter(uuid__in=placed).order_by("id") if point.kind not in kept]
    event = _bring_back(old, circumstances, [one for one in added if not ContactKind(one.kind).spec.is_account])
    for other in others:
        _bring_back(other, request_part(circumstances, other.uuid))
    for point in added:
        if ContactKind(point.kind).is_linked:
            account_unlink(
                kind=ContactKind(point.kind),
                customer_id=customer_id,
                account=point.value,
                circumstances=request_part(circumstances, point.uuid),
            )
    return event


def _point(customer_id: int, kind: ContactKind, value: str) -> ContactPoint:
    defaults: dict[str, object] = {"origin": ContactOrigin.PERSON, "is_current": False}
    if kind == ContactKind.PHONE:
        phone = phone_normalise(value)
        defaults |= {"line_type": phone.line_type, "country": phone.country}
    return ContactPoint.objects.get_or_create(customer_id=customer_id, kind=kind, value=value, defaults=defaults)[0]


def _events(
    customer_id: int,
    new: ContactPoint,
    replaced: ContactPoint | None,
    circumstances: Circumstances,
    facts: dict[str, str],
    *,
    is_same: bool,
) -> tuple[AppendedEvent, ...]:
    """Write down the new place (unless the value is the same) and, as a fact of its own, that it was proven."""
    channel = ContactKind(new.kind).channel
    confirmed = ledger.append(
        customer_id=customer_id,
        kind=EventKind.CONTACT_CONFIRMED,
        circumstances=request_part(circumstances, "confirmed"),
        channel=channel,
        contact_uuid=new.uuid,
        personal=facts,
    )
    if is_same:
        return (confirmed,)
    placed = ledger.append(
        customer_id=customer_id,
        kind=EventKind.CONTACT_CHANGED if replaced else EventKind.CONTACT_ADDED,
        circumstances=circumstances,
        channel=channel,
        contact_uuid=new.uuid,
        personal={"replaced_contact": replaced.value if replaced else ""},
    )
    return confirmed, placed


def _restored_before(customer_id: int, request_key: str) -> AppendedEvent | None:
    event = events_of(customer_id).filter(request_key=request_key, kind=EventKind.CONTACT_RESTORED).first()
    if event is None:
        return None
    return AppendedEvent(id=event.pk, uuid=event.uuid, occurred_at=event.occurred_at, is_new=False)


def _replaced(customer_id: int, contact_point_id: int | None) -> ContactPoint | None:
    """Find the contact that was replaced last within the day, or this very one if it was; None where none was."""
    since = database_now() - CANCEL_WINDOW
    replaced = ContactPoint.objects.filter(
        customer_id=customer_id, is_current=False, replaced_by__isnull=False, closed_at__gt=since
    ).exclude(kind__in=ContactKind.accounts())
    if contact_point_id is not None:
        replaced = replaced.filter(pk=contact_point_id)
    return replaced.order_by("-closed_at").first()


def _placed_since(old: ContactPoint, since: datetime) -> set[UUID]:
    """Return which contacts of the customer were made current since, the old one left out."""
    events = events_of(old.customer_id).filter(kind__in=_PLACED, occurred_at__gte=since)
    return {uuid for uuid in events.values_list("contact", flat=True) if uuid is not None} - {old.uuid}


def _replaced_too(old: ContactPoint, since: datetime, placed: Collection[UUID]) -> list[ContactPoint]:
    """Return the contacts of other kinds that stood there and were replaced since, one of each kind."""
    replaced = ContactPoint.objects.filter(
        customer_id=old.customer_id, is_current=False, replaced_by__isnull=False, closed_at__gte=since
    ).exclude(kind__in=[old.kind, *ContactKind.accounts()])
    first: dict[str, ContactPoint] = {}
    for point in replaced.exclude(uuid__in=placed).order_by("closed_at"):
        first.setdefault(point.kind, point)
    return list(first.values())


def _bring_back(old: ContactPoint, circumstances: Circumstances, added: Collection[ContactPoint] = ()) -> AppendedEvent:
    """Make a replaced contact current again; close what took its place, and what was ``added`` with it."""
    closed = [*_chain(old), *added]
    ids = [point.pk for point in closed]
    event = ledger.append(
        customer_id=old.customer_id,
        kind=EventKind.CONTACT_RESTORED,
        circumstances=circumstances,
        channel=ContactKind(old.kind).channel,
        contact_uuid=old.uuid,
        personal={"closed_contacts": ", ".join(point.value for point in closed)},
    )
    grants_withdraw(customer_id=old.customer_id, circumstances=circumstances, contact_point_ids=ids)
    # Replaced by nothing: the notices that went to these contacts bring none of them back.
    ContactPoint.objects.filter(pk__in=ids).update(is_current=False, closed_at=event.occurred_at, replaced_by=None)
    ContactPoint.objects.filter(pk=old.pk).update(is_current=True, closed_at=None, replaced_by=None)
    return event


def _chain(old: ContactPoint) -> list[ContactPoint]:
    """Return every contact that took the old one's place, one after the other, and the current one of its kind."""
    chain: dict[int, ContactPoint] = {}
    point = old.replaced_by
    while point is not None and point.pk not in chain and point.pk != old.pk:
        chain[point.pk] = point
        point = point.replaced_by
    current = ContactPoint.objects.filter(customer_id=old.customer_id, kind=old.kind, is_current=True).first()
    if current is not None:
        chain[current.pk] = current
    return list(chain.values())
