"""Doubtful messages, settled by a person: one, a list, all that a list shows. Nothing is ever sent again from here."""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from notify.enums import MessageKind, MessageState
from notify.errors import MessageNotFound
from notify.models import Message
from notify.outbox.state import RESTORED_FROM, message_move_check

Resolved = Literal["accepted", "failed"]

SETTLED: Final = "settled"
_MOMENTS: Final[Mapping[Resolved, str]] = {"accepted": "accepted_at", "failed": "finished_at"}
_AT_ONCE: Final = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """What a list did. ``repeated`` stand so already, ``certain`` are not in doubt, ``missing`` are nowhere here."""

    resolved: int
    repeated: int
    certain: tuple[UUID, ...]
    missing: tuple[UUID, ...]
    sha256: str
    """Of the list, as `outcomes_sha256` makes it."""


@transaction.atomic
def message_resolve(*, campaign_id: int, message_id: int, outcome: Resolved) -> bool:
    """Record what became of an ``unknown`` message of a campaign, as a person found out elsewhere.

    Who it was is for the caller to record. False when it already stands so. Raises `MoveRefused` for a message that is
    not in doubt, `MessageNotFound` for one of another campaign.
    """
    message = Message.objects.select_for_update().filter(pk=message_id, campaign_id=campaign_id).first()
    if message is None:
        raise MessageNotFound
    if message.state == outcome:
        return False
    message_move_check(message.state, outcome)
    _store([message_id], outcome)
    return True


@transaction.atomic
def messages_resolve(
    *,
    outcomes: Mapping[UUID, Resolved],
    campaign_id: int | None = None,
    sources: Collection[MessageState] = (MessageState.UNKNOWN,),
) -> Resolution:
    """Record what became of many messages, named by our references, as a log of the provider has it.

    Only messages in one of ``sources`` move; with ``campaign_id`` only those of one campaign are found. Who it was
    is for the caller to record. A repeat moves nothing. Raises `MoveRefused` for a source from which no message becomes
    so; after a restore `RESTORED_FROM` may be named.
    """
    for source in sources:
        for outcome in _MOMENTS if source not in RESTORED_FROM else ():
            message_move_check(source, outcome)
    resolved = repeated = 0
    found: set[UUID] = set()
    certain: list[UUID] = []
    for references in _batches(sorted(outcomes)):
        moves: dict[Resolved, list[int]] = {outcome: [] for outcome in _MOMENTS}
        for number, reference, state in _locked(references, campaign_id):
            found.add(reference)
            outcome = outcomes[reference]
            if state in sources:
                moves[outcome].append(number)
            elif _stands(state, outcome):
                repeated += 1
            else:
                certain.append(reference)
        for outcome, numbers in moves.items():
            _store(numbers, outcome)
            resolved += len(numbers)
    return Resolution(
        resolved=resolved,
        repeated=repeated,
        certain=tuple(certain),
        missing=tuple(sorted(set(outcomes) - found)),
        sha256=outcomes_sha256(outcomes),
    )


def messages_resolution(*, outcomes: Mapping[UUID, Resolved], campaign_id: int | None = None) -> Resolution:
    """Return what `messages_resolve` would do with a list; nothing is stored."""
    with transaction.atomic():
        trial = messages_resolve(outcomes=outcomes, campaign_id=campaign_id)
        transaction.set_rollback(True)
    return trial


def outcomes_sha256(outcomes: Mapping[UUID, Resolved]) -> str:
    """Return the hash of a list: what the journal keeps of it, and what a person's second look is bound to."""
    lines = "".join(f"{reference} {outcomes[reference]}\n" for reference in sorted(outcomes))
    return hashlib.sha256(lines.encode()).hexdigest()


def references_in_doubt(*, campaign_id: int, error_code: str | None = None) -> tuple[UUID, ...]:
    """Return the references of the doubtful messages of a campaign, of one reason where that is given."""
    reason = Q() if error_code is None else Q(error_code=error_code)
    rows: QuerySet[Message] = Message.objects.filter(
        reason, campaign_id=campaign_id, kind=MessageKind.CAMPAIGN, state=MessageState.UNKNOWN
    )
    return tuple(rows.order_by("reference").values_list("reference", flat=True))


def messages_in_doubt() -> int:
    """Count the messages of campaigns whose outcome nobody knows."""
    return Message.objects.filter(state=MessageState.UNKNOWN, kind=MessageKind.CAMPAIGN).count()


def _batches(references: Sequence[UUID]) -> Iterator[tuple[UUID, ...]]:
    for start in range(0, len(references), _AT_ONCE):
        yield tuple(references[start : start + _AT_ONCE])


def _locked(references: Sequence[UUID], campaign_id: int | None) -> list[tuple[int, UUID, str]]:
    rows = Message.objects.select_for_update().filter(reference__in=references)
    if campaign_id is not None:
        rows = rows.filter(campaign_id=campaign_id)
    return list(rows.order_by("id").values_list("id", "reference", "state"))


def _stands(state: str, outcome: Resolved) -> bool:
    """Return whether a message stands as the list says: one that was delivered was accepted too."""
    return state == outcome or (state == MessageState.DELIVERED and outcome == "accepted")


def _store(numbers: Sequence[int], outcome: Resolved) -> None:
    moment = _MOMENTS[outcome]
    Message.objects.filter(pk__in=numbers).update(
        state=outcome, error_code=SETTLED, lease=None, leased_until=None, **{moment: Now()}
    )
