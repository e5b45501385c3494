"""What providers report about messages: each event once, and a final state never moves back."""

import uuid
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from notify.channels.events import DeliveryReport
from notify.enums import MessageState
from notify.models import Message
from notify.outbox import state
from notify.outbox.address_faults import address_fault_apply, addresses_delivered
from notify.outbox.brake import reports_count

_KEEP: Final = """
INSERT INTO notify_deliveryreport (message_id, provider, event_key, state, detail, occurred_at, received_at)
SELECT t.message, t.provider, t.key, t.state, t.detail, t.at, statement_timestamp()
FROM unnest(%(messages)s::bigint[], %(providers)s::text[], %(keys)s::text[], %(states)s::text[], %(details)s::text[],
    %(moments)s::timestamptz[]) t(message, provider, key, state, detail, at)
ON CONFLICT (provider, event_key) DO NOTHING
RETURNING provider, event_key
"""

# Only from a state that the table allows: a late or repeated event finds no row.
_MOVE: Final = """
UPDATE notify_message m
SET state = t.state, lease = NULL, leased_until = NULL,
    accepted_at = CASE WHEN t.state = 'failed' THEN m.accepted_at ELSE COALESCE(m.accepted_at, t.at) END,
    delivered_at = CASE WHEN t.state = 'delivered' THEN COALESCE(m.delivered_at, t.at) ELSE m.delivered_at END,
    finished_at = CASE WHEN t.state = 'accepted' THEN m.finished_at ELSE COALESCE(m.finished_at, t.at) END,
    error_code = CASE WHEN t.state = 'failed' THEN t.error ELSE m.error_code END
FROM unnest(%(ids)s::bigint[], %(states)s::text[], %(moments)s::timestamptz[], %(errors)s::text[])
    t(id, state, at, error)
WHERE m.id = t.id AND m.state = ANY(
    CASE t.state WHEN 'accepted' THEN %(accepted)s::text[] WHEN 'delivered' THEN %(delivered)s::text[]
    ELSE %(failed)s::text[] END)
"""
_MOVES: Final = (MessageState.ACCEPTED, MessageState.DELIVERED, MessageState.FAILED)


class Told(NamedTuple):
    """A message of ours, and what a provider told about it."""

    message_id: int
    provider: str
    report: DeliveryReport


def report_record(*, provider: str, report: DeliveryReport) -> bool:
    """Keep one event, as `reports_record` does. False for an unknown message and for an event that is there already."""
    return bool(reports_record([(provider, report)])[0])


@transaction.atomic
def reports_record(reports: Sequence[tuple[str, DeliveryReport]]) -> list[bool | None]:
    """Keep events about messages, each with its provider, and move the messages forward in the order of the events.

    A final state never moves back. Return for each event whether it is new; None for one about an unknown message.
    """
    names = [(provider, report.reference, report.provider_id) for provider, report in reports]
    messages = _messages(names, Message.objects.select_for_update(no_key=True))
    known = [Told(number, *told) for number, told in zip(messages, reports, strict=True) if number is not None]
    kept = _kept(known) if known else set()
    # Of two events of one name only the first is new.
    marks = [None if number is None else _taken(kept, *told) for number, told in zip(messages, reports, strict=True)]
    new = [told for told, mark in zip(known, (one for one in marks if one is not None), strict=True) if mark]
    for turn in _turns([told for told in new if told.report.state in _MOVES]):
        _move(turn)
    if delivered := [told.message_id for told in new if told.report.state == "delivered"]:
        addresses_delivered(message_ids=delivered)
    _brake(new)
    for told in new:
        if told.report.state == "failed" and told.report.address_fault:
            address_fault_apply(message_id=told.message_id, fault=told.report.address_fault, detail=told.report.detail)
    return marks


def _brake(new: Sequence[Told]) -> None:
    """Count what arrived and what did not, by provider."""
    for provider in {told.provider for told in new}:
        reports = [told for told in new if told.provider == provider]
        failed = {
            told.message_id: told.report.detail
            for told in reports
            if told.report.state == "failed" and not told.report.address_fault
        }
        delivered = [told.message_id for told in reports if told.report.state == "delivered"]
        if failed or delivered:
            reports_count(provider=provider, failed=failed, delivered=delivered)


def message_of(*, provider: str, reference: str, provider_id: str) -> int | None:
    """Return the message that an event is about: by our own reference, else by the provider's name for it."""
    return _messages([(provider, reference, provider_id)], Message.objects.all())[0]


def _messages(names: Sequence[tuple[str, str, str]], rows: QuerySet[Message]) -> list[int | None]:
    """Return, for each provider, reference and provider's id, the message among ``rows``, read by their numbers."""
    named = [(provider, _as_uuid(reference), provider_id) for provider, reference, provider_id in names]
    references = {reference for _, reference, _ in named if reference is not None}
    ids = {provider_id for _, reference, provider_id in named if provider_id and reference is None}
    found = list(
        rows.filter(Q(reference__in=references) | Q(provider_id__in=ids))
        .order_by("pk")
        .values_list("pk", "reference", "provider", "provider_id")
    )
    by_reference = {reference: number for number, reference, *_ in found}
    by_id = {(provider, provider_id): number for number, _, provider, provider_id in reversed(found) if provider_id}
    return [
        by_reference.get(reference)
        if reference is not None
        # Rows from before providers were recorded have none.
        else by_id.get((provider, provider_id), by_id.get(("", provider_id)))
        for provider, reference, provider_id in named
    ]


def _kept(told: Sequence[Told]) -> set[tuple[str, str]]:
    """Store events; return provider and key of those that are new."""
    columns: dict[str, Any] = {
        "messages": [one.message_id for one in told],
        "providers": [one.provider for one in told],
        "keys": [one.report.event_key for one in told],
        "states": [str(one.report.state) for one in told],
        "details": [one.report.detail for one in told],
        "moments": [one.report.occurred_at for one in told],
    }
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, columns)
        return set(cursor.fetchall())


def _taken(kept: set[tuple[str, str]], provider: str, report: DeliveryReport) -> bool:
    is_new = (provider, report.event_key) in kept
    kept.discard((provider, report.event_key))
    return is_new


def _turns(told: Sequence[Told]) -> list[list[Told]]:
    """Return the events in rounds, each with one event of a message at most."""
    turns: list[list[Told]] = []
    count: Counter[int] = Counter()
    for one in told:
        if count[one.message_id] == len(turns):
            turns.append([])
        turns[count[one.message_id]].append(one)
        count[one.message_id] += 1
    return turns


def _move(told: Sequence[Told]) -> None:
    columns: dict[str, Any] = {
        "ids": [one.message_id for one in told],
        "states": [str(one.report.state) for one in told],
        "moments": [one.report.occurred_at for one in told],
        "errors": [(one.report.detail or "reported")[:60] for one in told],
    }
    sources = {str(new): [str(old) for old in state.message_sources(new)] for new in _MOVES}
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, {**columns, **sources})


def _as_uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
