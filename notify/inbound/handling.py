"""Stored calls of providers, understood and acted upon: in sets where they are plain, harmless when told twice."""

import datetime
import functools
import itertools
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from celery.exceptions import SoftTimeLimitExceeded
from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from consents.apart import CONNECTION_ERRORS, database_answers
from notify.channels.base import ChannelError
from notify.channels.events import CabinetText, Complaint, DeliveryReport, DialogueEvent, Event, InboundText, PhoneProof
from notify.channels.setup import Provider
from notify.conf import LOOP_SECONDS
from notify.dialogues.cabinets import cabinet_text_keep
from notify.dialogues.keeping import inbound_keep
from notify.errors import SetupMissing
from notify.inbound.account_dialogues import dialogue_apply, phone_proof_apply
from notify.inbound.complaints import complaint_apply
from notify.inbound.texts import is_only_kept, text_apply
from notify.models import InboundPayload
from notify.outbox.reports import reports_record
from notify.provider_setups import provider_named

logger = logging.getLogger("notify.inbound")

SET: Final = 100
"""How many calls are handled in one transaction."""
BACKLOG_SECONDS: Final = 20
"""A payload that nobody has handled for so long has lost its nudge."""
EARLY: Final = datetime.timedelta(seconds=60)
"""A report may come before the outcome of the very call that it is about is stored."""
NOTHING_FOR_US: Final = "nothing_for_us"
"""A call that holds no event of a kind that we know: counted under this word."""
NOT_FOUND: Final = "message_not_found"
CUT_OFF: Final = (*CONNECTION_ERRORS, SoftTimeLimitExceeded)
"""Says nothing about a call: it is tried again."""

_DONE: Final = """
UPDATE notify_inboundpayload p SET handled_at = statement_timestamp(), error_code = t.code
FROM unnest(%(ids)s::bigint[], %(codes)s::text[]) t(id, code)
WHERE p.id = t.id AND NOT (t.code = %(not_found)s AND p.received_at > statement_timestamp() - %(early)s)
"""


@dataclass(frozen=True, slots=True)
class Call:
    """One stored call as it was understood; ``trouble`` says why it was not."""

    id: int
    provider: str
    events: tuple[Event, ...]
    trouble: str = ""
    has_cabinet: bool = False
    """People write to customers at the provider itself; it reports of their messages as of ours."""

    is_plain: bool = True
    """All that it asks for is done in sets: messages to keep, reports without a fault."""


def payloads_handle(*, seconds: float = LOOP_SECONDS) -> int:
    """Act upon stored calls, oldest first, until none waits or the time is up; return how many are done.

    Any number of workers may do so at once. One that cannot be understood, or breaks what it meets, is marked with
    the reason and leaves nothing half done: it does not hold up those behind it. A report that is faster than the
    commit of its message waits for a later round (`EARLY`).
    """
    ends, done, after, most = time.monotonic() + seconds, 0, 0, SET
    while time.monotonic() < ends:
        try:
            found = _set_handle(after, most)
        except CUT_OFF as error:
            if not database_answers():
                raise
            logger.error("inbound payloads after %s: cut off with %s", after, type(error).__name__)
            # The one that takes too long, and the time that it took, hold up none behind it: each is tried alone.
            after, most, ends = _next(after) if most == 1 else after, 1, time.monotonic() + seconds
            continue
        if found is None:
            break
        count, after = found
        done += count
    return done


@transaction.atomic
def payload_handle(*, payload_id: int) -> bool:
    """Act upon one stored call, as `payloads_handle` does. False when it has been, or is being, handled elsewhere."""
    return _handle(list(_calls(_waiting().filter(pk=payload_id)))) > 0


def payloads_backlog() -> int:
    """Handle payloads whose nudge was lost; return how many are done."""
    old = Now() - datetime.timedelta(seconds=BACKLOG_SECONDS)
    return payloads_handle() if _waiting().filter(received_at__lt=old).exists() else 0


@transaction.atomic
def _set_handle(after: int, most: int) -> tuple[int, int] | None:
    """Handle the next calls: all plain ones before the first that is not, or that one alone.

    Return how many are done and the number of the last that was looked at; None where none waits.
    """
    calls = _calls(_waiting().filter(pk__gt=after).order_by("pk")[:most])
    first = next(calls, None)
    if first is None:
        return None
    plain = itertools.takewhile(lambda call: call.is_plain, calls) if first.is_plain else ()
    chosen = [first, *plain]
    return _handle(chosen), chosen[-1].id


def _handle(calls: Sequence[Call]) -> int:
    """Act upon those of the calls that nobody else handles; return how many are done."""
    ours = _waiting().select_for_update(skip_locked=True).filter(pk__in=[call.id for call in calls]).order_by("pk")
    numbers = set(ours.values_list("pk", flat=True))
    found = [call for call in calls if call.id in numbers]
    return _done(_codes(found)) if found else 0


def _next(after: int) -> int:
    return _waiting().filter(pk__gt=after).order_by("pk").values_list("pk", flat=True).first() or after


def _waiting() -> QuerySet[InboundPayload]:
    return InboundPayload.objects.filter(handled_at__isnull=True)


def _calls(rows: QuerySet[InboundPayload]) -> Iterator[Call]:
    """Understand stored calls, one when it is asked for."""
    named = functools.cache(provider_named)
    return (_call(row, named) for row in rows)


def _call(row: InboundPayload, named: Callable[[str], Provider]) -> Call:
    try:
        provider = named(row.provider)
        webhook = provider.webhook
        events = tuple(webhook.read(row.body.encode())) if webhook else ()
    except Exception as error:
        return Call(row.pk, row.provider, (), _trouble(row.pk, error))
    has_cabinet = provider.cabinet is not None
    return Call(row.pk, row.provider, events, has_cabinet=has_cabinet, is_plain=all(map(_is_plain, events)))


def _is_plain(event: Event) -> bool:
    if isinstance(event, InboundText):
        return is_only_kept(event)
    return isinstance(event, DeliveryReport) and not event.address_fault


def _codes(calls: Sequence[Call]) -> dict[int, str]:
    """Act upon calls; return the error code of each by its number. Where a set breaks, each is tried alone."""
    read = [call for call in calls if not call.trouble]
    try:
        with transaction.atomic():
            codes = _applied(read)
    except Exception as error:
        if len(read) > 1:
            codes = {number: code for call in read for number, code in _codes([call]).items()}
        else:
            codes = {read[0].id: _trouble(read[0].id, error)}
    return {call.id: call.trouble for call in calls} | codes


def _trouble(payload_id: int, error: Exception) -> str:
    """Return what marks a call that failed so. What says nothing about the call is raised."""
    if isinstance(error, CUT_OFF):
        raise error
    if isinstance(error, ChannelError | SetupMissing):
        return (error.reason if isinstance(error, ChannelError) else error.code)[:60]
    logger.error("inbound payload %s: not understood, %s", payload_id, type(error).__name__)
    return f"broke_{type(error).__name__}"[:60]


def _applied(calls: Sequence[Call]) -> dict[int, str]:
    known = _plain_apply(calls) if all(call.is_plain for call in calls) else [_call_apply(call) for call in calls]
    return {
        call.id: "" if call.events and is_known else NOT_FOUND if call.events else NOTHING_FOR_US
        for call, is_known in zip(calls, known, strict=True)
    }


def _plain_apply(calls: Sequence[Call]) -> list[bool]:
    """Act upon plain calls in two sets; return for each whether all its messages are known."""
    told = [(call.provider, event) for call in calls for event in call.events]
    texts = [(provider, event) for provider, event in told if isinstance(event, InboundText)]
    reports = [(provider, event) for provider, event in told if isinstance(event, DeliveryReport)]
    if texts:
        inbound_keep(texts)
    marks = iter(reports_record(reports) if reports else ())
    return [
        False not in [_is_known(call, event, next(marks)) for event in call.events if isinstance(event, DeliveryReport)]
        for call in calls
    ]


def _call_apply(call: Call) -> bool:
    return False not in [_event_apply(call, event) for event in call.events]


def _event_apply(call: Call, event: Event) -> bool:
    """Act upon one event, harmlessly if once more. False for one that tells of a message which we do not have (yet)."""
    match event:
        case DeliveryReport():
            return _is_known(call, event, reports_record([(call.provider, event)])[0])
        case DialogueEvent():
            dialogue_apply(event=event)
        case PhoneProof():
            phone_proof_apply(proof=event)
        case InboundText():
            text_apply(provider=call.provider, event=event)
        case CabinetText():
            return cabinet_text_keep(provider=call.provider, event=event)
        case Complaint():
            complaint_apply(provider=call.provider, complaint=event)
    return True


def _is_known(call: Call, report: DeliveryReport, mark: bool | None) -> bool:
    """Return whether a report is about a message of ours, or of people in a cabinet: ours carry a reference."""
    return mark is not None or (call.has_cabinet and not report.reference)


def _done(codes: dict[int, str]) -> int:
    """Mark calls as handled and return how many; a report that may only be early is left as it is."""
    values: dict[str, Any] = {"ids": list(codes), "codes": list(codes.values()), "not_found": NOT_FOUND, "early": EARLY}
    with connection.cursor() as cursor:
        cursor.execute(_DONE, values)
        return int(cursor.rowcount)
