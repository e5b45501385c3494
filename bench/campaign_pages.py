"""How fast the list of campaigns and the page of one answer, with a campaign of many messages that still runs.

Beside it stands what counting the rows themselves would take in the same run, and what the keeping costs whoever sends:
the statement that says what a provider has taken, with the triggers of the figures and without them.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any, Final

from bench._ledger import CUSTOMER_ROWS, say, scratch

# The scratch module has set Django up.
from django.db import connection, transaction  # isort: skip
from django.db.models import Count  # isort: skip
from django.test import Client  # isort: skip

# isort: skip
from consents.enums import Channel  # isort: skip
from notify.models import Campaign, Link, Message, MessageTally  # isort: skip
from notify.outbox.tallies import tallies_fold  # isort: skip
from portal.models.user import Role  # isort: skip
from tests.factories.notify import campaign_running, step_of  # isort: skip
from tests.factories.staff import client_of, user_make  # isort: skip

ROWS: Final = int(os.environ.get("BENCH_ROWS", "100000"))
ROUNDS: Final = int(os.environ.get("BENCH_ROUNDS", "40"))
LIMIT_MS: Final = 300
BATCHES: Final = (1, 100)
"""Messages of one statement: a letter, a list of SMS."""
UNFOLDED: Final = 2500
"""Statements between two sweeps of a campaign that leaves as fast as it can, letter by letter."""

_MESSAGES: Final = """
INSERT INTO notify_message (campaign_id, step_id, kind, channel, customer_id, address, reference, context, priority,
    state, not_before, attempt, skip_reason, error_code, provider_id, created_at)
SELECT %(campaign)s, %(step)s, 'campaign', %(channel)s, c.id, '', gen_random_uuid(), '{}', 5,
    CASE WHEN c.id %% 20 = 0 THEN 'skipped' WHEN c.id %% 50 = 1 THEN 'failed' WHEN c.id %% 3 = 0 THEN 'delivered'
        WHEN c.id %% 3 = 1 THEN 'accepted' ELSE 'planned' END,
    now(), 1, CASE WHEN c.id %% 20 = 0 THEN 'refused' ELSE '' END, CASE WHEN c.id %% 50 = 1 THEN 'smtp_550' ELSE '' END,
    '', now()
FROM consents_customer c
"""
_LINKS: Final = """
INSERT INTO notify_link (token_hash, customer_id, touchpoint_id, message_id, scope, created_at, expires_at, visited_at,
    consented_at)
SELECT sha256(m.id::text::bytea), m.customer_id, %(touchpoint)s, m.id, 'personal', now(), now() + interval '30 days',
    CASE WHEN m.id %% 4 = 0 THEN now() END, CASE WHEN m.id %% 8 = 0 THEN now() END
FROM notify_message m WHERE m.state IN ('accepted', 'delivered')
"""
_TAKEN: Final = """
UPDATE notify_message SET state = 'accepted', accepted_at = statement_timestamp()
WHERE id IN (SELECT id FROM notify_message WHERE state = 'planned' ORDER BY id LIMIT %s)
"""


def fill() -> Campaign:
    """Make a running campaign of `ROWS` messages, of which two thirds have left and a sixth was opened."""
    campaign = campaign_running([], channel=Channel.SMS)
    step = step_of(campaign)
    values: dict[str, Any] = {"rows": ROWS, "campaign": campaign.pk, "step": step.pk, "channel": step.channel}
    with connection.cursor() as cursor:
        cursor.execute(CUSTOMER_ROWS, values)
        begun = time.perf_counter()
        cursor.execute(_MESSAGES, values)
        say(job="campaign_pages", figure="rows written", value=round(ROWS / (time.perf_counter() - begun)), unit="1/s")
        cursor.execute(_LINKS, {"touchpoint": campaign.touchpoints.get().pk})
        cursor.execute("VACUUM ANALYZE")
    Campaign.objects.filter(pk=campaign.pk).update(planned_count=ROWS)
    return campaign


def milliseconds(act: Callable[[], object], *, times: int = ROUNDS) -> list[float]:
    """Return how long each of some repeats took."""
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        act()
        taken.append((time.perf_counter() - begun) * 1000)
    return taken


def looked(figure: str, client: Client, url: str, *, recount: float) -> bool:
    """Look at a page many times, print the slowest of twenty; return whether that is too slow."""

    def look() -> None:
        if client.get(url).status_code != 200:
            raise SystemExit(f"{url} did not answer")

    look()
    taken = milliseconds(look)
    slow = statistics.quantiles(taken, n=20)[-1]
    say(
        job="campaign_pages", figure=figure, value=round(slow, 1), unit="ms, p95", limit=LIMIT_MS,
        median=round(statistics.median(taken), 1), peer=f"counting the rows {recount:.0f} ms", messages=ROWS,
        tallies=MessageTally.objects.count(), load=round(os.getloadavg()[0], 1),
    )  # fmt: skip
    return slow >= LIMIT_MS


def recount(campaign: Campaign) -> None:
    """Count the figures of the page from rows."""
    list(Message.objects.filter(campaign=campaign).values("state", "skip_reason", "error_code").annotate(Count("id")))
    marks = [Count("visited_at"), Count("confirmed_at"), Count("consented_at"), Count("max_linked_at")]
    Link.objects.filter(touchpoint__campaign=campaign).aggregate(*marks, Count("dialogue_ended_at"))


def taken_ms(messages: int) -> float:
    """Return the median of the statement that says what a provider has taken; nothing of it stays."""

    def take() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_TAKEN, [messages])
            transaction.set_rollback(True)

    return statistics.median(milliseconds(take, times=ROUNDS * 5))


def keeping_told() -> None:
    """Print what the triggers cost whoever sends."""
    with_triggers = {messages: taken_ms(messages) for messages in BATCHES}
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE notify_message DISABLE TRIGGER USER")
    without = {messages: taken_ms(messages) for messages in BATCHES}
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE notify_message ENABLE TRIGGER USER")
    for messages in BATCHES:
        say(
            job="campaign_pages", figure=f"taken in one statement: {messages}", value=round(with_triggers[messages], 2),
            unit="ms, median", limit=None, peer=f"without the triggers {without[messages]:.2f} ms",
        )  # fmt: skip


def main() -> int:
    """Measure on a fresh database and print a line a figure; return 1 when a limit is missed."""
    with scratch():
        client = client_of(user_make(Role.MARKETING))
        campaign = fill()
        counting = statistics.median(milliseconds(lambda: recount(campaign), times=3))
        url = f"/staff/campaigns/{campaign.pk}/"
        pages = {"list": "/staff/campaigns/", "page": url, "moving part": f"{url}progress/?state=running"}
        missed = [looked(figure, client, page, recount=counting) for figure, page in pages.items()]
        keeping_told()
        for _ in range(UNFOLDED):
            with connection.cursor() as cursor:
                cursor.execute(_TAKEN, [1])
        missed.append(looked(f"page, {UNFOLDED} rows not folded", client, url, recount=counting))
        folding = milliseconds(tallies_fold, times=1)[0]
        say(job="campaign_pages", figure="folding", value=round(folding, 1), unit="ms", rows=UNFOLDED)
    return int(any(missed))


if __name__ == "__main__":
    sys.exit(main())
