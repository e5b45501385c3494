"""Saying no. Never refused: not for an old text, not for a closed campaign, not without a code."""

from collections.abc import Collection, Mapping
from typing import Any, Literal
from uuid import UUID

from django.db import transaction

from consents.answers.signature_rules import rules_leave
from consents.enums import (
    ActorKind,
    Channel,
    ContactKind,
    DocumentKind,
    EventKind,
    ProofMethod,
    Purpose,
    StateValue,
    StopReason,
    StopScope,
)
from consents.ledger import append as ledger
from consents.ledger.grants import customer_lock, grants_withdraw, no_record, request_part
from consents.models import ConsentState, ContactPoint, Stop
from consents.reach.channels_used import channels_used
from consents.reach.stopping import address_stop, customer_stop, is_denied_by
from consents.types import AppendedEvent, Circumstances

RefusedScope = StopScope | Channel | Purpose | Literal[DocumentKind.PEP_RULES]
"""What a demand refuses."""

_PURPOSES = {
    StopScope.ALL: tuple(Purpose),
    StopScope.ADVERTISING: (Purpose.PROMOTION, Purpose.ADVERTISING),
}


@transaction.atomic
def consent_withdraw(
    *, customer_id: int, purpose: Purpose | str, channel: Channel | str, circumstances: Circumstances
) -> AppendedEvent:
    """Record a no for one purpose on one channel; the gate obeys at once.

    A repeat of the same request returns the first event. Where nothing is granted the no is recorded all the same.
    """
    customer_lock(customer_id)
    return no_record(
        customer_id=customer_id,
        purpose=purpose,
        channel=channel,
        circumstances=circumstances,
        contact_uuid=_contacts_by_channel(customer_id).get(Channel(channel)),
    )


@transaction.atomic
def consent_withdraw_all(
    *,
    customer_id: int,
    circumstances: Circumstances,
    scope: StopScope | str = StopScope.ALL,
    channels: Collection[Channel] | None = None,
) -> tuple[AppendedEvent, ...]:
    """Stop everything that a person can stop, or all advertising, on every channel; return what was recorded.

    Withdraws each consent in force within the scope, refuses every other purpose of it on each channel the person can
    be reached on, and stops the person. Whoever has no contact refuses it on all ``channels``, those that the company
    has in use; None: those that it has used. Each request is a no of its own, also where all was refused before; a
    repeat of it adds nothing and returns nothing; after a new yes it stops that too.
    """
    scope = StopScope(scope)
    customer_lock(customer_id)
    events = [
        *grants_withdraw(customer_id=customer_id, circumstances=circumstances, purposes=_PURPOSES[scope]),
        *_refuse(customer_id, _PURPOSES[scope], _reachable_by(customer_id, channels), circumstances),
    ]
    stop = customer_stop(
        customer_id=customer_id, scope=scope, reason=_reason(circumstances), circumstances=circumstances
    )
    return (*events, *filter(None, [stop]))


@transaction.atomic
def contact_unsubscribe(
    *, customer_id: int, contact_point_id: int, circumstances: Circumstances, scope: StopScope | str
) -> tuple[AppendedEvent, ...]:
    """Stop all messages to one contact of the customer, or all advertising; other channels go on.

    Withdraws what is in force on the contact's channels within the scope, refuses every other purpose of it there, and
    stops the address for this customer: messages under the contract stop there too. Also taken for a contact that is no
    longer current. Each request is a no of its own; a repeat of it adds nothing and returns nothing; after a new yes it
    stops that too.
    """
    scope = StopScope(scope)
    customer_lock(customer_id)
    contact = ContactPoint.objects.get(pk=contact_point_id, customer_id=customer_id)
    channels = ContactKind(contact.kind).channels
    events = [
        *grants_withdraw(
            customer_id=customer_id, circumstances=circumstances, purposes=_PURPOSES[scope], channels=channels
        ),
        *_refuse(customer_id, _PURPOSES[scope], dict.fromkeys(channels, contact.uuid), circumstances),
    ]
    stop = address_stop(
        customer_id=customer_id,
        kind=ContactKind(contact.kind),
        value=contact.value,
        scope=scope,
        reason=_reason(circumstances),
        circumstances=circumstances,
    )
    return (*events, *filter(None, [stop]))


@transaction.atomic
def account_unsubscribe(
    *, kind: ContactKind, value: str, circumstances: Circumstances
) -> dict[int, tuple[AppendedEvent, ...]]:
    """Stop all messages to a contact for every customer whose current one it is, as its holder demands there.

    Return what was recorded for each of them, which is nothing for a repeat. Empty where nobody has the contact.
    """
    points = ContactPoint.objects.filter(kind=kind, value=value, is_current=True).order_by("customer_id")
    return {
        customer_id: contact_unsubscribe(
            customer_id=customer_id, contact_point_id=point_id, circumstances=circumstances, scope=StopScope.ALL
        )
        for customer_id, point_id in points.values_list("customer_id", "id")
    }


@transaction.atomic
def demand_obey(
    *,
    customer_id: int,
    scope: RefusedScope,
    circumstances: Circumstances,
    channels: Collection[Channel] | None = None,
) -> tuple[AppendedEvent, ...]:
    """Record a no that reached the company outside our pages.

    To everything, all advertising, one channel, one purpose, or the rules of the signature.

    It acts as the same no on a page does. A channel is stopped on each contact of it; a purpose is refused on every
    channel the person can be reached on, ``channels`` as in `consent_withdraw_all`. Each demand is recorded, also where
    the same was refused before; a repeat of the request adds nothing.
    """
    match scope:
        case Channel():
            return _channel_refuse(customer_id, scope, circumstances)
        case Purpose():
            customer_lock(customer_id)
            withdrawn = grants_withdraw(customer_id=customer_id, circumstances=circumstances, purposes=[scope])
            reached = _reachable_by(customer_id, channels)
            return (*withdrawn, *_refuse(customer_id, [scope], reached, circumstances, is_said_anew=not withdrawn))
        case StopScope():
            return consent_withdraw_all(
                customer_id=customer_id, circumstances=circumstances, scope=scope, channels=channels
            )
        case DocumentKind.PEP_RULES:
            return rules_leave(customer_id=customer_id, circumstances=circumstances)


def _channel_refuse(customer_id: int, channel: Channel, circumstances: Circumstances) -> tuple[AppendedEvent, ...]:
    """Stop every contact of the channel; where there is none, the no of each purpose stands without one."""
    customer_lock(customer_id)
    points = ContactPoint.objects.filter(customer_id=customer_id, kind=channel.kind, is_current=True)
    events: list[AppendedEvent] = []
    for point_id in points.order_by("id").values_list("id", flat=True):
        events += contact_unsubscribe(
            customer_id=customer_id, contact_point_id=point_id, circumstances=circumstances, scope=StopScope.ALL
        )
    events += grants_withdraw(customer_id=customer_id, circumstances=circumstances, channels=[channel])
    events += _refuse(customer_id, tuple(Purpose), {channel: None}, circumstances, is_said_anew=not events)
    return tuple(events)


@transaction.atomic
def contacts_deny(
    *, customer_id: int, contact_uuids: Collection[UUID], circumstances: Circumstances
) -> tuple[AppendedEvent, ...]:
    """Close contacts that belong to somebody else («Это не я»): messages of this customer go there no more.

    A contact that something else has replaced by now can be denied too: no file brings it back. Consents given for
    them are withdrawn. Each request is a denial of its own; a repeat of it within a minute adds nothing and returns
    nothing. Only staff can lift it (`lifting.stop_lift`).
    """
    customer_lock(customer_id)
    named = ContactPoint.objects.filter(customer_id=customer_id, uuid__in=contact_uuids)
    events: list[AppendedEvent] = []
    for contact in named.order_by("kind"):
        denials = Stop.objects.filter(
            customer_id=customer_id, kind=contact.kind, value=contact.value, reason=StopReason.NOT_MINE
        )
        address: dict[str, Any] = {
            "customer_id": customer_id,
            "kind": ContactKind(contact.kind),
            "value": contact.value,
            "circumstances": circumstances,
        }
        if contact.is_current or not is_denied_by(**address):
            events += _deny(contact, circumstances, before=denials.exclude(lifted_at=None).count())
            events += filter(None, [address_stop(**address, reason=StopReason.NOT_MINE)])
    return tuple(events)


def _deny(contact: ContactPoint, circumstances: Circumstances, *, before: int) -> tuple[AppendedEvent, ...]:
    """Close one contact. After denials ``before`` it the same request is a further no with its own event."""
    event = ledger.append(
        customer_id=contact.customer_id,
        kind=EventKind.CONTACT_DENIED,
        circumstances=request_part(circumstances, contact.uuid, *([before] if before else [])),
        channel=ContactKind(contact.kind).channel,
        contact_uuid=contact.uuid,
    )
    withdrawn = grants_withdraw(
        customer_id=contact.customer_id, circumstances=circumstances, contact_point_ids=[contact.pk]
    )
    if contact.is_current:
        ContactPoint.objects.filter(pk=contact.pk).update(is_current=False, closed_at=event.occurred_at)
    return (event, *withdrawn)


def _reachable_by(customer_id: int, otherwise: Collection[Channel] | None) -> dict[Channel, UUID | None]:
    """Return the channels of the person's contacts with the contact; where there is none, those in use without one."""
    reached: dict[Channel, UUID | None] = {**_contacts_by_channel(customer_id)}
    return reached or dict.fromkeys(channels_used() if otherwise is None else otherwise)


def _contacts_by_channel(customer_id: int) -> dict[Channel, UUID]:
    points = ContactPoint.objects.filter(customer_id=customer_id, is_current=True).values_list("kind", "uuid")
    return {channel: uuid for kind, uuid in points for channel in ContactKind(kind).channels}


def _refuse(
    customer_id: int,
    purposes: Collection[Purpose],
    contacts: Mapping[Channel, UUID | None],
    circumstances: Circumstances,
    *,
    is_said_anew: bool = False,
) -> list[AppendedEvent]:
    """Record the no for each purpose on each channel where none is on record, after what was given is withdrawn.

    Where no stop keeps that it ``is_said_anew``, each no is recorded once more.
    """
    answered = ConsentState.objects.filter(customer_id=customer_id).exclude(value=StateValue.GRANTED)
    stands = set(answered.values_list("purpose", "channel"))
    return [
        no_record(
            customer_id=customer_id,
            purpose=purpose,
            channel=channel,
            circumstances=circumstances,
            contact_uuid=contacts[channel],
        )
        for purpose in purposes
        for channel in sorted(contacts)
        if is_said_anew or (purpose, channel) not in stands
    ]


def _reason(circumstances: Circumstances) -> StopReason:
    if circumstances.actor.kind == ActorKind.STAFF:
        return StopReason.STAFF
    if circumstances.method == ProofMethod.ONE_CLICK:
        return StopReason.UNSUBSCRIBED
    return StopReason.REFUSED_ALL
