"""What people wrote is kept, a set of messages at a time, each in the dialogue with its writer."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from psycopg.types.json import Jsonb

from consents.customers.contacts_read import owners_by_value
from consents.database.clock import database_now
from consents.enums import Channel
from notify.channels.columns import LONGEST_SUBJECT, LONGEST_TEXT
from notify.channels.events import InboundText
from notify.models import Dialogue, Message

_KEEP: Final = """
INSERT INTO notify_inboundmessage (dialogue_id, provider, event_key, channel, account, chat, text, subject, attachments,
    in_reply_to_id, occurred_at, received_at, outcome, handled_by)
SELECT t.dialogue, t.provider, t.key, t.channel, t.account, t.chat, t.text, t.subject, t.attachments, t.answered, t.at,
    %(now)s, 'new', ''
FROM unnest(%(dialogues)s::bigint[], %(providers)s::text[], %(keys)s::text[], %(channels)s::text[],
    %(accounts)s::text[], %(chats)s::text[], %(texts)s::text[], %(subjects)s::text[], %(attachments)s::jsonb[],
    %(answered)s::bigint[], %(moments)s::timestamptz[])
    WITH ORDINALITY t(dialogue, provider, key, channel, account, chat, text, subject, attachments, answered, at, n)
ORDER BY t.n
ON CONFLICT (provider, event_key) DO NOTHING
RETURNING id, provider, event_key
"""

# Answers go where the person wrote from last.
_TURN: Final = """
UPDATE notify_dialogue d
SET channel = t.channel, account = t.account, chat = t.chat, subject = COALESCE(NULLIF(t.subject, ''), d.subject),
    last_at = GREATEST(d.last_at, %(now)s)
FROM unnest(%(ids)s::bigint[], %(channels)s::text[], %(accounts)s::text[], %(chats)s::text[], %(subjects)s::text[])
    t(id, channel, account, chat, subject)
WHERE d.id = t.id
"""


class Place(NamedTuple):
    """Whose dialogue it is: that with a customer, or with a contact that is not one customer's alone."""

    customer_id: int | None
    channel: str
    account: str


@transaction.atomic
def inbound_keep(texts: Sequence[tuple[str, InboundText]]) -> list[int | None]:
    """Keep messages as new in their order, each given with its provider; return their numbers, None for a repeat.

    Each goes into the dialogue with the only customer who has the contact, else into the one with the contact itself.
    """
    dialogues = _dialogues_locked([event for _, event in texts])
    keys = [event.event_key or _key(event) for _, event in texts]
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, _columns(texts, keys, dialogues))
        new = {(provider, key): number for number, provider, key in cursor.fetchall()}
        numbers = [new.pop((provider, key), None) for (provider, _), key in zip(texts, keys, strict=True)]
        kept = zip(dialogues, texts, numbers, strict=True)
        last = {dialogue: event for dialogue, (_, event), number in kept if number is not None}
        if last:
            cursor.execute(_TURN, _turns(last))
    return numbers


def dialogue_of(*, channel: str, account: str, chat: str) -> int:
    """Return the number of the dialogue of a contact, locked; it is made where there is none.

    Runs in the caller's transaction.
    """
    event = InboundText(channel=channel, account=account, chat=chat, occurred_at=database_now(), text="")
    return _dialogues_locked([event])[0]


def _columns(texts: Sequence[tuple[str, InboundText]], keys: Sequence[str], dialogues: Sequence[int]) -> dict[str, Any]:
    events = [event for _, event in texts]
    return {
        "dialogues": list(dialogues),
        "providers": [provider for provider, _ in texts],
        "keys": list(keys),
        "channels": [event.channel for event in events],
        "accounts": [event.account for event in events],
        "chats": [event.chat for event in events],
        "texts": [event.text[:LONGEST_TEXT] for event in events],
        "subjects": [event.subject[:LONGEST_SUBJECT] for event in events],
        "attachments": [Jsonb(list(event.attachments)) for event in events],
        "answered": [_answered(event.in_reply_to) for event in events],
        "moments": [event.occurred_at for event in events],
        "now": database_now(),
    }


def _turns(last: Mapping[int, InboundText]) -> dict[str, Any]:
    return {
        "ids": list(last),
        "channels": [event.channel for event in last.values()],
        "accounts": [event.account for event in last.values()],
        "chats": [event.chat for event in last.values()],
        "subjects": [event.subject[:LONGEST_SUBJECT] for event in last.values()],
        "now": database_now(),
    }


def _dialogues_locked(events: Sequence[InboundText]) -> list[int]:
    """Return the dialogue of each event, locked in the order of their numbers; missing ones are made.

    One that is tied to a customer meanwhile, and gone, is looked for anew.
    """
    while True:
        places = _places(events)
        found = _dialogues(set(places))
        missing = {place: event for place, event in zip(places, events, strict=True) if place not in found}
        if missing:
            new = [_new(place, missing[place]) for place in sorted(missing, key=str)]
            Dialogue.objects.bulk_create(new, ignore_conflicts=True)
            found |= _dialogues(set(missing))
        numbers = sorted(found.values())
        rows = Dialogue.objects.select_for_update(no_key=True).filter(pk__in=numbers).order_by("pk")
        if set(rows.values_list("pk", flat=True)) == set(numbers) and all(place in found for place in places):
            return [found[place] for place in places]


def _places(events: Sequence[InboundText]) -> list[Place]:
    owners: dict[tuple[str, str], set[int]] = {}
    for channel in {event.channel for event in events}:
        values = {event.account for event in events if event.channel == channel}
        for value, customers in owners_by_value(kind=Channel(channel).kind, values=sorted(values)).items():
            owners[channel, value] = customers
    return [_place(event, owners.get((event.channel, event.account), set())) for event in events]


def _place(event: InboundText, owners: set[int]) -> Place:
    if len(owners) == 1:
        return Place(next(iter(owners)), "", "")
    return Place(None, event.channel, event.account)


def _dialogues(places: Iterable[Place]) -> dict[Place, int]:
    """Return the dialogues that there are."""
    customers = {place.customer_id for place in places if place.customer_id is not None}
    owned = Dialogue.objects.filter(customer_id__in=customers).values_list("customer_id", "pk")
    found = {Place(customer, "", ""): number for customer, number in owned}
    for channel in {place.channel for place in places if place.customer_id is None}:
        accounts = {place.account for place in places if place.channel == channel}
        strangers = Dialogue.objects.filter(customer=None, channel=channel, account__in=accounts)
        found |= {Place(None, channel, account): number for account, number in strangers.values_list("account", "pk")}
    return found


def _new(place: Place, event: InboundText) -> Dialogue:
    return Dialogue(
        customer_id=place.customer_id,
        channel=event.channel,
        account=event.account,
        chat=event.chat,
        last_at=database_now(),
    )


def _key(event: InboundText) -> str:
    """Name a message that its provider gave no name."""
    facts = f"{event.channel}|{event.account}|{event.occurred_at.isoformat()}|{event.text}"
    return hashlib.sha256(facts.encode()).hexdigest()


def _answered(reference: str) -> int | None:
    """Return the message of ours that is answered, found by our reference or by the provider's id."""
    if not reference:
        return None
    try:
        rows = Message.objects.filter(reference=UUID(reference))
    except ValueError:
        rows = Message.objects.filter(provider_id=reference)
    return rows.values_list("id", flat=True).first()
