"""The brake: a fault that is about us and not about one message pauses the campaign before it is spent on everybody.

Counted over all workers, in one row of each campaign: messages refused in a row, calls without a clear answer in a
row, and the share of both among the latest messages. What a refusal says of the contact counts in the share alone.
Reports of messages that were taken and did not arrive count in a row of their own. A person who has read why goes on;
each time that they do, the same campaign bears twice as much.
"""

import logging
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Least, Now

from consents.enums import Channel
from notify.conf import notify_conf
from notify.enums import BrakeReason, CampaignState, MessageKind, MessageState
from notify.models import Campaign, CampaignBrake, CampaignStep, Message
from notify.outbox.queue import Done
from notify.outbox.state import campaign_move_check
from notify.outbox.tallies import campaigns_summed
from notify.statements import run
from notify.types import LeasedMessage

logger = logging.getLogger("notify.sending")

DOUBTS_BORNE: Final = 10
"""Calls in a row without a clear answer; a call of a batch is one."""
WINDOW: Final = 200
"""Of so many messages more than half may not go wrong."""
MOST_TIMES: Final = 10
REPORTED_SHARE: Final = 5
"""One in so many of those that were taken, none delivered since, is too much where deliveries are reported."""
OF_ONE_PERSON: Final = frozenset({"no_contact"})
"""Why a text cannot be written that say nothing of the campaign."""

_COUNT: Final = """
INSERT INTO notify_campaignbrake AS b (campaign_id, refused, doubts, seen, bad)
VALUES (%(campaign)s, %(refused)s, %(doubts)s, %(seen)s, %(bad)s)
ON CONFLICT (campaign_id) DO UPDATE
SET refused = CASE WHEN %(taken)s THEN 0 ELSE b.refused END + EXCLUDED.refused,
    doubts = CASE WHEN %(taken)s THEN 0 ELSE b.doubts END + EXCLUDED.doubts,
    seen = CASE WHEN b.seen >= %(window)s::int << b.times THEN 0 ELSE b.seen END + EXCLUDED.seen,
    bad = CASE WHEN b.seen >= %(window)s::int << b.times THEN 0 ELSE b.bad END + EXCLUDED.bad
RETURNING refused, doubts, bad, 1 << times
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class BrakeView:
    """Why a campaign was paused by itself. ``times``: how often a person had gone on before."""

    campaign_id: int
    name: str
    reason: BrakeReason
    provider: str
    error_code: str
    times: int
    staff_ids: tuple[int, ...]
    """Who wrote and launched it."""


@dataclass(slots=True)
class _Tally:
    """What one sender has seen of a campaign since it was last stored."""

    taken: bool = False
    refused: int = 0
    doubts: int = 0
    seen: int = 0
    bad: int = 0
    error: str = ""
    is_in_row: bool = True
    """Whether the stored row may hold something that a message taken has to clear."""

    @property
    def is_due(self) -> bool:
        """Return whether it has to be stored now, and not with the last message of the chunk."""
        return self.bad > 0 or (self.taken and self.is_in_row)


_alone_refused: Counter[str] = Counter()
"""Codes, notices and letters to staff in a row that a provider has not taken, as this process has seen it."""
ALONE_BORNE: Final = 10


def _alone(provider: str, one: Done, *, is_ours: bool) -> None:
    """Count a message of no campaign: nothing can be paused for it, but the log must say that none gets through."""
    if one.state == MessageState.ACCEPTED:
        _alone_refused[provider] = 0
    elif is_ours:
        _alone_refused[provider] += 1
        if _alone_refused[provider] == ALONE_BORNE:
            logger.error("provider %s takes no codes and notices: %s", provider, one.error_code)


class Brake:
    """The counting of one sender."""

    def __init__(self, provider: str) -> None:
        self._provider = provider
        self._tallies: dict[int, _Tally] = {}

    @property
    def is_urgent(self) -> bool:
        """Return whether something went wrong that has not been stored."""
        return any(tally.bad for tally in self._tallies.values())

    def called(self, rows: Sequence[LeasedMessage], done: Sequence[Done], at_fault: Collection[int]) -> None:
        """Count the results of one call; ``at_fault`` are the messages whose contacts are to blame."""
        doubtful: set[int] = set()
        taken: set[int] = set()
        for row, one in zip(rows, done, strict=True):
            if one.state == MessageState.PLANNED:
                continue
            if row.campaign_id is None:
                _alone(self._provider, one, is_ours=row.id not in at_fault)
                continue
            tally = self._tally(row.campaign_id)
            tally.seen += 1
            if one.state == MessageState.ACCEPTED:
                tally.taken, tally.refused, tally.doubts = True, 0, 0
                taken.add(row.campaign_id)
                continue
            tally.bad += 1
            tally.error = one.error_code
            if one.state == MessageState.UNKNOWN:
                doubtful.add(row.campaign_id)
            elif row.id not in at_fault:
                tally.refused += 1
        for campaign_id in doubtful - taken:
            self._tally(campaign_id).doubts += 1

    def unwritten(self, row: LeasedMessage, error: str) -> None:
        """Count a message whose text could not be made."""
        if row.campaign_id is None or error in OF_ONE_PERSON:
            return
        tally = self._tally(row.campaign_id)
        tally.seen += 1
        tally.bad += 1
        tally.refused += 1
        tally.error = error

    def store(self, *, is_last: bool = False) -> None:
        """Store what is due, and of the last message of a chunk everything; pause a campaign that bears no more."""
        for campaign_id, tally in self._tallies.items():
            if tally.is_due or (is_last and tally.seen):
                self._tallies[campaign_id] = self._stored(campaign_id, tally)

    def _tally(self, campaign_id: int) -> _Tally:
        return self._tallies.setdefault(campaign_id, _Tally())

    def _stored(self, campaign_id: int, tally: _Tally) -> _Tally:
        values = {name: getattr(tally, name) for name in ("taken", "refused", "doubts", "seen", "bad")}
        row = run(_COUNT, {"campaign": campaign_id, "window": WINDOW, **values}).fetchone()
        refused, doubts, bad, borne = row or (0, 0, 0, 1)
        reason = _reason(refused, doubts, bad, borne)
        if reason is not None:
            campaign_brake(campaign_id=campaign_id, reason=reason, provider=self._provider, error_code=tally.error)
        return _Tally(is_in_row=bool(refused or doubts))


def reports_count(*, provider: str, failed: Mapping[int, str], delivered: Collection[int]) -> None:
    """Count what a provider reported of messages that it had taken.

    ``failed`` holds the reasons, where no contact is at fault. A provider may take everything and report afterwards
    that nothing arrives. Call it in the transaction that stores the reports.
    """
    if delivered:
        reached = Message.objects.filter(pk__in=delivered).values("campaign_id")
        CampaignBrake.objects.filter(undelivered__gt=0, pk__in=reached).update(undelivered=0)
    for campaign_id, numbers in _grouped(_campaigns(failed)).items():
        # The campaign before its brake: whoever pauses it locks in this order.
        campaign = Campaign.objects.select_for_update().filter(pk=campaign_id, state=CampaignState.RUNNING).first()
        if campaign is None:
            continue
        brake, _ = CampaignBrake.objects.select_for_update().get_or_create(campaign_id=campaign_id)
        undelivered = brake.undelivered + len(numbers)
        CampaignBrake.objects.filter(pk=campaign_id).update(undelivered=undelivered)
        if undelivered >= notify_conf().brake_refusals << brake.times and _is_too_much(campaign, undelivered):
            campaign_brake(
                campaign_id=campaign_id,
                reason=BrakeReason.UNDELIVERED,
                provider=provider,
                error_code=(failed[numbers[-1]] or "reported")[:60],
            )


def _campaigns(numbers: Collection[int]) -> dict[int, int]:
    """Return the campaign of each message that has one."""
    rows = Message.objects.filter(pk__in=numbers, campaign_id__isnull=False, kind=MessageKind.CAMPAIGN)
    return dict(rows.order_by("pk").values_list("pk", "campaign_id"))


def _grouped(campaigns: Mapping[int, int]) -> dict[int, list[int]]:
    grouped: dict[int, list[int]] = {}
    for number, campaign_id in sorted(campaigns.items(), key=lambda pair: (pair[1], pair[0])):
        grouped.setdefault(campaign_id, []).append(number)
    return grouped


def _is_too_much(campaign: Campaign, undelivered: int) -> bool:
    """Return whether so many in a row, beside those that are taken and not reported, are a fault.

    A refusal is often reported sooner than a delivery. Where none is reported at all, they have to be most.
    """
    taken = campaigns_summed("sent", campaign_ids=[campaign.pk])[campaign.pk]["sent"]
    channels = CampaignStep.objects.filter(campaign=campaign).values_list("channel", flat=True)
    is_reported = any(Channel(channel).spec.reports_delivery for channel in channels)
    return undelivered * (REPORTED_SHARE if is_reported else 1) > taken


def _reason(refused: int, doubts: int, bad: int, borne: int) -> BrakeReason | None:
    if doubts >= DOUBTS_BORNE * borne:
        return BrakeReason.DOUBTS
    if refused >= notify_conf().brake_refusals * borne:
        return BrakeReason.REFUSED
    return BrakeReason.SHARE if bad * 2 > WINDOW * borne else None


@transaction.atomic
def campaign_brake(*, campaign_id: int, reason: BrakeReason, provider: str, error_code: str) -> bool:
    """Pause a running campaign by itself, and keep why. Return False for one that does not run: it stands already."""
    campaign = Campaign.objects.select_for_update().filter(pk=campaign_id, state=CampaignState.RUNNING).first()
    if campaign is None:
        return False
    campaign_move_check(campaign.state, CampaignState.PAUSED)
    Campaign.objects.filter(pk=campaign_id).update(state=CampaignState.PAUSED)
    CampaignBrake.objects.filter(pk=campaign_id).update(
        stopped_at=Now(), told_at=None, reason=reason, provider=provider, error_code=error_code
    )
    logger.error("campaign %d was paused by itself: %s by %s, %s", campaign_id, reason.value, provider, error_code)
    return True


def brake_release(*, campaign_id: int) -> bool:
    """Let a campaign that was paused by itself begin its count anew and bear twice as much. False for another one."""
    stopped = CampaignBrake.objects.filter(pk=campaign_id, stopped_at__isnull=False)
    return (
        stopped.update(
            stopped_at=None, undelivered=0, refused=0, doubts=0, seen=0, bad=0, times=Least(F("times") + 1, MOST_TIMES)
        )
        > 0
    )


def brakes_on(*, campaign_ids: Iterable[int] | None = None) -> dict[int, BrakeView]:
    """Return why campaigns stand that were paused by themselves and not continued or stopped since, by their number."""
    rows = CampaignBrake.objects.filter(stopped_at__isnull=False, campaign__state=CampaignState.PAUSED)
    if campaign_ids is not None:
        rows = rows.filter(pk__in=campaign_ids)
    return {row.campaign_id: _view(row) for row in rows.select_related("campaign").order_by("campaign_id")}


def brakes_untold() -> list[int]:
    """Return the campaigns of whose brake nobody has been told."""
    return list(_untold().order_by("campaign_id").values_list("campaign_id", flat=True))


def brake_take(*, campaign_id: int) -> BrakeView | None:
    """Return the brake of a campaign and mark it as told, in the caller's transaction. None for one that is told of."""
    rows = _untold().select_for_update(skip_locked=True, of=("self",)).select_related("campaign")
    row = rows.filter(campaign_id=campaign_id).first()
    if row is None:
        return None
    CampaignBrake.objects.filter(pk=row.pk).update(told_at=Now())
    return _view(row)


def _untold() -> QuerySet[CampaignBrake]:
    return CampaignBrake.objects.filter(stopped_at__isnull=False, told_at=None)


def _view(row: CampaignBrake) -> BrakeView:
    staff = (row.campaign.created_by_id, row.campaign.launched_by_id)
    return BrakeView(
        campaign_id=row.campaign_id,
        name=row.campaign.name,
        reason=BrakeReason(row.reason),
        provider=row.provider,
        error_code=row.error_code,
        times=row.times,
        staff_ids=tuple(number for number in dict.fromkeys(staff) if number is not None),
    )
