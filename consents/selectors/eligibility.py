"""Who may be written to, over which channel and on what ground. Whatever is not known is refused.

The rules, in one place (`consents_may_send` in the database is the same for one message, and tests compare the two):

- the contact is a current one of an active customer, of the channel's kind; SMS needs a mobile line, MAX a dialogue;
- advertising needs two consents in force for this very contact, whatever basis is named: promotion and advertising;
- a service message needs nothing on the basis of a contract, and the service consent on the basis of consent;
- nobody is written to against a stop. A stop of «all» stops contract messages of campaigns too: who asked for silence
  gets only what they ask for themselves (codes), and what the law demands goes by other ways;
- a yes that the person gave later than a stop overrules it for that contact, but not the news that the address does not
  exist or is somebody else's.
"""

from datetime import UTC, datetime
from typing import Final

from django.db import connection
from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Least, Now

from consents.enums import (
    Channel,
    ContactKind,
    LegalBasis,
    LineType,
    Purpose,
    StateValue,
    SuppressionReason,
    SuppressionScope,
)
from consents.models import ConsentState, Customer, Suppression
from consents.words import KIND_OF

GATE_FUNCTION: Final = "consents_may_send"
"""``consents_may_send(customer id, contact point id, channel, purpose, legal basis)``: '' or why not."""

OF_THE_ADDRESS: Final = (SuppressionReason.BOUNCED, SuppressionReason.NOT_MINE)
"""Stops that no consent overrules."""

_NEVER: Final = Value(datetime(1970, 1, 1, tzinfo=UTC))


def gate_reason(*, customer_id: int, contact_point_id: int | None, channel: str, purpose: str, legal_basis: str) -> str:
    """Ask the gate for one message: '' when it may leave, else a stable reason."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {GATE_FUNCTION}(%s, %s, %s, %s, %s)",
            [customer_id, contact_point_id, channel, purpose, legal_basis],
        )
        reason: str = cursor.fetchone()[0]
    return reason


def reachable_customers(
    *, channel: Channel | str, purpose: Purpose | str, legal_basis: LegalBasis | str, text_kind: str = ""
) -> QuerySet[Customer]:
    """Return everyone who may be written to now, with ``contact_point_id``; ready for INSERT ... SELECT.

    ``text_kind`` "advertising" makes any message advertising, whatever its purpose says.
    """
    needed = purposes_needed(purpose=purpose, legal_basis=legal_basis, text_kind=text_kind)
    counted = needed or (Purpose.SERVICE,)
    since = {f"since_{word}": _granted_since(channel, word) for word in counted}
    people = with_contact(Channel(channel)).annotate(**since)
    if needed:
        people = people.filter(**{f"{name}__isnull": False for name in since})
    people = people.annotate(granted_since=Coalesce(Least(*since) if len(since) > 1 else F(*since), _NEVER))
    of_person, of_address = _stops(Channel(channel), is_advertising=Purpose.ADVERTISING in needed)
    return people.filter(~Exists(of_person), ~Exists(of_address))


def purposes_needed(
    *, purpose: Purpose | str, legal_basis: LegalBasis | str, text_kind: str = ""
) -> tuple[Purpose, ...]:
    """Return the purposes whose consents a message needs, none for service messages under a contract."""
    if text_kind == Purpose.ADVERTISING or purpose in (Purpose.ADVERTISING, Purpose.PROMOTION):
        return Purpose.PROMOTION, Purpose.ADVERTISING
    if legal_basis == LegalBasis.CONTRACT:
        return ()
    return (Purpose(purpose),)


def with_contact(channel: Channel) -> QuerySet[Customer]:
    """Return active customers who have a contact that the channel can use, with ``contact_point_id``."""
    kind = KIND_OF[channel]
    fits = Q(point__isnull=False)
    if kind == ContactKind.PHONE:
        fits &= Q(point__line_type=LineType.MOBILE)
    if kind == ContactKind.MAX:
        fits &= Q(point__max_chat_id__isnull=False)
    current = Q(contact_points__kind=kind, contact_points__is_current=True, contact_points__closed_at__isnull=True)
    return (
        Customer.objects.filter(is_active=True, erased_at__isnull=True)
        .annotate(point=FilteredRelation("contact_points", condition=current))
        .filter(fits)
        .annotate(contact_point_id=F("point__id"), contact_value=F("point__value"))
    )


def _granted_since(channel: Channel | str, purpose: Purpose) -> Subquery:
    """Since when the consent is in force for this contact; NULL when it is not."""
    granted = ConsentState.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=Now()),
        customer_id=OuterRef("id"),
        contact_point_id=OuterRef("contact_point_id"),
        channel=channel,
        purpose=purpose,
        value=StateValue.GRANTED,
    )
    return Subquery(granted.values("since")[:1])


def _stops(channel: Channel, *, is_advertising: bool) -> tuple[QuerySet[Suppression], QuerySet[Suppression]]:
    """Return the stops that hold for the person and for the address, apart so that each can use its index."""
    stops = Suppression.objects.filter(lifted_at__isnull=True)
    if not is_advertising:
        stops = stops.filter(scope=SuppressionScope.ALL)
    stops = stops.filter(Q(reason__in=OF_THE_ADDRESS) | Q(created_at__gt=OuterRef("granted_since")))
    of_person = stops.filter(customer_id=OuterRef("id"), value="")
    of_address = stops.filter(
        Q(customer_id__isnull=True) | Q(customer_id=OuterRef("id")),
        kind=KIND_OF[channel],
        value=OuterRef("contact_value"),
    )
    return of_person, of_address
