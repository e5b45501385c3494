"""How far the move has got: who of the active customers can be reached on an allowed channel, and who has said so.

*Reachable* on a channel are those to whom the gate lets a service message under a contract go: a current contact of
the channel's kind (mobile for SMS, an open dialogue for MAX), no to service messages on that channel neither said nor
standing as a stop. It is what technically arrives, no opinion of law: whether a message has a ground is asked of each
campaign (for SMS the contract must hold the subscriber's consent besides). Each person counts once, on the first of
the channels in their order. *Confirmed* are the reachable with such a contact that its owner has proven, or for which
the service consent is in force; the others are *on file*: the company has a phone or an address from its own records
and nobody has answered from it yet. *Only foreign* are people of a foreign messenger with no contact of an allowed
kind at all; a person with such a contact and a stop is not among them.

Which channels may be written on at all (open, and for MAX with a contract) is not known here: whoever asks names them,
and contacts of the others reach nobody.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone

from consents.database.clock import database_now
from consents.enums import Channel
from consents.models import Customer, Messenger

# One pass over contacts, joined as sets: a service message under a contract. The conditions of `consents_verdict` that
# matter to it are asked one by one, for the whole verdict costs a third of the time again.
_FLAGS: Final = """
WITH stopped_people AS (
    SELECT customer_id, max(since) AS since, bool_or(is_final) AS is_final
    FROM consents_stops('service') WHERE value = '' AND customer_id IS NOT NULL GROUP BY customer_id
), stopped_addresses AS (
    SELECT kind, value, customer_id, max(since) AS since, bool_or(is_final) AS is_final
    FROM consents_stops('service') WHERE value <> '' GROUP BY kind, value, customer_id
), granted AS (
    SELECT contact_point_id, since FROM consents_consentstate
    WHERE purpose = 'service' AND value = 'granted' AND (valid_until IS NULL OR valid_until > statement_timestamp())
), noes AS (
    SELECT customer_id, channel FROM consents_noes('service')
), points AS (
    SELECT p.customer_id, ch.place, p.confirmed_at IS NOT NULL OR g.since IS NOT NULL AS is_proven,
        n.customer_id IS NULL AND sp.customer_id IS NULL AND sa.kind IS NULL AND so.kind IS NULL AS is_open,
        COALESCE(sa.is_final, false) OR COALESCE(so.is_final, false) AS is_dead
    FROM consents_contactpoint p
    JOIN consents_channelfacts ch ON ch.contact_kind = p.kind AND ch.code = ANY(%s)
        AND consents_line_is_taken(ch.lines_taken, p.line_type)
        AND (NOT ch.needs_dialogue OR p.max_chat_id IS NOT NULL)
    LEFT JOIN granted g ON g.contact_point_id = p.id
    LEFT JOIN noes n ON n.customer_id = p.customer_id AND n.channel = ch.code
    LEFT JOIN stopped_people sp ON sp.customer_id = p.customer_id
        AND consents_stop_holds(sp.is_final, sp.since, g.since)
    LEFT JOIN stopped_addresses sa ON sa.kind = p.kind AND sa.value = p.value AND sa.customer_id IS NULL
        AND consents_stop_holds(sa.is_final, sa.since, g.since)
    LEFT JOIN stopped_addresses so ON so.kind = p.kind AND so.value = p.value AND so.customer_id = p.customer_id
        AND consents_stop_holds(so.is_final, so.since, g.since)
    WHERE p.is_current AND p.closed_at IS NULL
), people AS (
    SELECT customer_id, min(place) FILTER (WHERE is_open) AS place,
        bool_or(is_open AND is_proven) AS is_proven, NOT bool_and(is_dead) AS has_contact
    FROM points GROUP BY customer_id
), answered AS (
    SELECT DISTINCT customer_id FROM consents_consentstate
), foreign_now AS (
    SELECT code FROM consents_messenger
    WHERE foreign_since <= %s AND (foreign_until IS NULL OR foreign_until >= %s)
)
SELECT c.id, first.code AS channel, COALESCE(p.is_proven, false) AS is_proven,
    COALESCE(p.has_contact, false) AS has_contact, a.customer_id IS NOT NULL AS has_answered,
    f.code IS NOT NULL AS is_foreign
FROM consents_customer c
LEFT JOIN people p ON p.customer_id = c.id
LEFT JOIN consents_channelfacts first ON first.place = p.place
LEFT JOIN answered a ON a.customer_id = c.id
LEFT JOIN foreign_now f ON f.code = c.messenger
WHERE c.is_active AND c.erased_at IS NULL
"""

FIGURES: Final[Mapping[str, str]] = {
    "unreachable": "channel IS NULL",
    "confirmed": "is_proven",
    "on_file": "channel IS NOT NULL AND NOT is_proven",
    "not_answered": "NOT has_answered",
    "only_foreign": "is_foreign AND NOT has_contact",
    "foreign_waiting": "is_foreign AND channel IS NOT NULL AND NOT has_answered",
}
"""What each figure asks of a person, but for those of the channels (`figures`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Counts of active customers.

    ``by_channel`` + ``unreachable`` = ``active``, and ``confirmed`` + ``on_file`` = ``reachable``.
    """

    active: int
    by_channel: Mapping[Channel, int]
    """May be written to, each person on their first channel."""
    unreachable: int
    """No contact that may be written to: there is none, or they have asked for silence."""
    confirmed: int
    """Of the reachable, those who have confirmed a contact or agreed to service messages."""
    on_file: int
    """Of the reachable, those who have not: their contact is known from the company's records only."""
    not_answered: int
    """Have answered no text yet."""
    only_foreign: int
    """Use a foreign messenger and have no contact of an allowed channel: only a public post can find them."""
    foreign_waiting: int
    """Use a foreign messenger, may be written to elsewhere, and have answered no text yet: the next to be asked."""

    @property
    def reachable(self) -> int:
        """Return how many can be reached on any allowed channel."""
        return sum(self.by_channel.values())

    @property
    def share(self) -> float:
        """Return the share of the reachable, 0 to 1; 0 where there is nobody."""
        return self.reachable / self.active if self.active else 0.0


def figures() -> dict[str, str]:
    """Return each figure with what it asks of a person, channels first; counts and lists both come from here."""
    return {**{channel.value: f"channel = '{channel.value}'" for channel in Channel}, **FIGURES}


def coverage(*, channels: Collection[Channel]) -> Coverage:
    """Count everybody once, in one query. Only ``channels`` may be written on."""
    counts = ", ".join(f"count(*) FILTER (WHERE {condition})" for condition in figures().values())
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*), {counts} FROM ({_FLAGS}) person", _values(channels))  # noqa: S608 - our own words
        row: tuple[int, ...] = cursor.fetchone() or ()
    active, numbers = row[0], row[1:]
    found = dict(zip(figures(), numbers, strict=True))
    by_channel = {channel: found.pop(channel) for channel in Channel}
    return Coverage(active=active, by_channel=by_channel, **found)


def people_of(figure: str, *, channels: Collection[Channel]) -> QuerySet[Customer]:
    """Return the people that one of `figures` counts when only ``channels`` may be written on.

    Raises KeyError for another word.
    """
    condition = figures()[figure]
    ids = RawSQL(f"SELECT person.id FROM ({_FLAGS}) person WHERE {condition}", _values(channels))  # noqa: S608, S611 - our own words
    return Customer.objects.filter(id__in=ids)


def foreign_messengers() -> QuerySet[Messenger, str]:
    """Return the codes of messengers that the law's list names today."""
    today = timezone.localdate(database_now())
    return Messenger.objects.filter(
        Q(foreign_until__isnull=True) | Q(foreign_until__gte=today), foreign_since__lte=today
    ).values_list("code", flat=True)


def _values(channels: Collection[Channel]) -> list[Any]:
    """Return the parameters of `_FLAGS`."""
    today = timezone.localdate(database_now())
    return [[channel.value for channel in channels], today, today]
