"""Figures of campaigns, each the sum of what changes have added to it: `notify.models.tally`."""

from collections.abc import Collection
from typing import Any, Final

from django.db import connection
from django.db.models import QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from notify.models import MessageTally

RECENT: Final = "15 minutes"
"""Rows of these are folded by the minute, so that the pace can be read from them."""

_FOLD: Final = """
WITH taken AS (
    DELETE FROM {table} WHERE id IN (
        SELECT id FROM {table} WHERE {key} IN (SELECT {key} FROM {table} WHERE NOT is_folded)
        FOR UPDATE SKIP LOCKED)
    RETURNING *
)
INSERT INTO {table} (is_folded, at, {keys}, {figures})
SELECT true, min(at), {keys}, {sums} FROM taken
GROUP BY {keys}, CASE WHEN at > statement_timestamp() - interval '{recent}' THEN date_trunc('minute', at) END
HAVING ({sums}) <> ({zeros})
"""
MESSAGE_FIGURES: Final = (
    "planned", "sent", "delivered", "skipped", "failed", "unknown", "priced", "charged", "counted", "counted_of_all",
)  # fmt: skip
LINK_FIGURES: Final = ("visited", "confirmed", "consented", "max_linked", "dialogue_ended")


def _fold(table: str, keys: tuple[str, ...], figures: tuple[str, ...]) -> str:
    return _FOLD.format(
        table=table,
        key=keys[0],
        keys=", ".join(keys),
        figures=", ".join(figures),
        sums=", ".join(f"sum({figure})" for figure in figures),
        zeros=", ".join("0" for _ in figures),
        recent=RECENT,
    )


FOLDS: Final = (
    _fold("notify_messagetally", ("campaign_id", "step_id", "reason"), MESSAGE_FIGURES),
    _fold("notify_linktally", ("touchpoint_id",), LINK_FIGURES),
)


def tallies_fold() -> int:
    """Put the rows of each campaign that has new ones together, and return how many are left of those.

    Each table in one statement: a reader sees the rows before or the rows after it. Several may run at once.
    """
    folded = 0
    for statement in FOLDS:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            folded += cursor.rowcount
    return folded


def summed(figure: str, *, of: str = "") -> Any:
    """Return the expression of a figure, 0 where nothing has been added to it; ``of`` is the way to the tallies."""
    return Coalesce(Sum(f"{of}{figure}"), Value(0))


def campaigns_summed(*figures: str, campaign_ids: Collection[int]) -> dict[int, dict[str, int]]:
    """Return some of `MESSAGE_FIGURES` of campaigns by their number, all 0 for one without messages."""
    rows: QuerySet[MessageTally, Any] = MessageTally.objects.filter(campaign_id__in=campaign_ids).values("campaign_id")
    found = {campaign_id: dict.fromkeys(figures, 0) for campaign_id in campaign_ids}
    for row in rows.annotate(**{name: summed(name) for name in figures}):
        found[row.pop("campaign_id")] = row
    return found


def steps_summed(*figures: str, campaign_ids: Collection[int]) -> dict[int, dict[str, int]]:
    """Return some of `MESSAGE_FIGURES` of the steps of campaigns by their id; a step without messages is left out."""
    rows: QuerySet[MessageTally, Any] = MessageTally.objects.filter(campaign_id__in=campaign_ids).values("step_id")
    return {row.pop("step_id"): row for row in rows.annotate(**{name: summed(name) for name in figures})}
