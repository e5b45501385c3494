"""Several SMS within the time of one call: handed over by as few calls as a provider allows, asked about in turn."""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from notify.channels import http
from notify.channels.base import (
    Misconfigured,
    OutboundMessage,
    Outcome,
    OutcomeUnknown,
    Rejected,
    SentMessage,
    TemporarilyUnavailable,
)
from notify.channels.deadline import Deadline
from notify.channels.events import DeliveryReport

Group = Sequence[OutboundMessage]
HandOver = Callable[[Group, float], Sequence[Outcome]]
"""Makes one call within so many seconds; raises `Rejected` where the provider has clearly refused all of it."""

ENOUGH: Final = 0.5
"""Of the time of a call: with less no further one begins, lest it end without an answer."""
MOST_REFUSALS: Final = 16
"""Of one batch: providers block an address that calls amiss too often. Enough to find one message of a thousand."""


def grouped(
    messages: Group, *, alike: Callable[[OutboundMessage], object], apart: Callable[[OutboundMessage], object]
) -> list[list[OutboundMessage]]:
    """Return groups for one call each: what ``alike`` says is the same within one, what ``apart`` says differs."""
    groups: list[tuple[object, set[object], list[OutboundMessage]]] = []
    for message in messages:
        kind, key = alike(message), apart(message)
        for same, keys, members in groups:
            if same == kind and key not in keys:
                keys.add(key)
                members.append(message)
                break
        else:
            groups.append((kind, {key}, [message]))
    return [members for _, _, members in groups]


def asked_in_turn(
    sent: Iterable[SentMessage], ask: Callable[[SentMessage], DeliveryReport | None]
) -> list[DeliveryReport]:
    """Ask about one message after another, as many as fit into the time of one call; return what was found."""
    clock, reports = Deadline(http.CALL_SECONDS), []
    for one in sent:
        if clock.is_over:
            break
        report = ask(one)
        if report is not None:
            reports.append(report)
    return reports


def sent_in_calls(messages: Group, groups: Iterable[Group], hand_over: HandOver) -> list[Outcome]:
    """Hand over all groups; return an outcome for each message, in their order.

    A group that is refused as a whole is cut in halves until it is known which message is meant. After an unknown
    outcome, after many refusals and when the time is over, the rest is left for a later batch. Raises as
    `BatchAdapter.send_batch`.
    """
    clock = Deadline(http.CALL_SECONDS)
    outcomes: dict[str, Outcome] = {}
    waiting = deque(groups)
    is_first, refusals = True, 0
    while waiting and (is_first or (refusals < MOST_REFUSALS and _may_go_on(clock, outcomes))):
        is_first, group = False, waiting.popleft()
        try:
            found = hand_over(group, clock.left())
        except Rejected as refusal:
            refusals += 1
            if len(group) > 1:
                waiting.extendleft((group[len(group) // 2 :], group[: len(group) // 2]))
                continue
            found = [refusal]
        except (TemporarilyUnavailable, Misconfigured) as error:
            if not outcomes:
                raise
            found = [TemporarilyUnavailable(error.reason, getattr(error, "retry_after", None)) for _ in group]
            waiting.clear()
        outcomes.update(zip((message.reference for message in group), found, strict=True))
    return [
        outcomes.get(message.reference) or TemporarilyUnavailable("next_batch", was_asked=False) for message in messages
    ]


def _may_go_on(clock: Deadline, outcomes: dict[str, Outcome]) -> bool:
    """Return whether a further call may begin."""
    if any(isinstance(outcome, OutcomeUnknown) for outcome in outcomes.values()):
        return False
    try:
        return clock.left() > http.CALL_SECONDS * ENOUGH
    except TimeoutError:
        return False
