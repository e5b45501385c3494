"""How fast a campaign of many people is planned: its first step at the launch, and who is due in a later one.

A tenth of the people has no contact for the channel of the second step, and nobody has answered. Beside it stands a
bare INSERT of as many message rows in the same run.
"""

import os
import resource
import sys
import time
from typing import Any, Final

from bench._ledger import CUSTOMER_ROWS, say, scratch

# The scratch module has set Django up.
from django.db import connection  # isort: skip

# isort: skip
from notify.campaigns.lifecycle import campaign_create, campaign_launch, campaign_submit  # isort: skip
from notify.campaigns.planning import campaign_plan, step_plan, steps_to_plan  # isort: skip
from notify.models import Campaign, CampaignStep  # isort: skip
from notify.types import CampaignSpec  # isort: skip
from tests.factories.consents import launch_ready_make  # isort: skip
from tests.factories.notify import spec_make, step_of, step_spec_make  # isort: skip
from tests.factories.staff import StaffFactory  # isort: skip

ROWS: Final = int(os.environ.get("BENCH_ROWS", "100000"))
FIRST_SECONDS: Final = 60
LATER_SECONDS: Final = 30
"""Limits for a million people."""

_CONTACTS: Final = """
INSERT INTO consents_contactpoint (uuid, kind, value, origin, line_type, country, is_current, created_at, customer_id)
SELECT gen_random_uuid(), k.kind, k.prefix || id, 'file', k.line, '', true, now(), id
FROM consents_customer, (VALUES ('email', 'ok-', ''), ('phone', '+79', 'mobile')) k (kind, prefix, line)
WHERE k.kind = 'email' OR id %% 10 > 0
"""
_LEFT: Final = """
UPDATE notify_message SET state = 'accepted', sending_at = now() - interval '3 days',
    accepted_at = now() - interval '3 days'
WHERE state = 'planned'
"""
_BARE: Final = """
CREATE TABLE bench_message (LIKE notify_message INCLUDING ALL);
INSERT INTO bench_message SELECT * FROM notify_message WHERE step_id = %(step)s
"""


def fill() -> None:
    """Make the people and their contacts."""
    with connection.cursor() as cursor:
        for statement in (CUSTOMER_ROWS, _CONTACTS):
            cursor.execute(statement, {"rows": ROWS})
        cursor.execute("VACUUM ANALYZE")


def launched() -> int:
    """Launch a campaign of two steps to everybody; return its number."""
    first = spec_make(name="Переезд", audience={})
    later = step_spec_make(channel="sms", subject="", text="((ссылка))", condition="not_answered", wait_days=3)
    spec = CampaignSpec(
        name=first.name, steps=(*first.steps, later), send_from=first.send_from, send_until=first.send_until
    )
    number = campaign_create(spec=spec, created_by_id=StaffFactory().pk)
    content = campaign_submit(campaign_id=number)
    campaign_launch(campaign_id=number, launched_by_id=StaffFactory().pk, content_sha256=content.sha256)
    return number


def told(figure: str, seconds: float, *, limit: int, peer: float) -> bool:
    """Print one figure; return whether a million people would take longer than the limit."""
    for_a_million = seconds * 1_000_000 / ROWS
    say(
        job="campaign_steps", figure=figure, value=round(for_a_million, 1), unit="s for 1 000 000", limit=limit,
        people=ROWS, measured=round(seconds, 2), peer=f"bare INSERT of as many rows {peer:.2f} s",
        peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, load=round(os.getloadavg()[0], 1),
    )  # fmt: skip
    return for_a_million >= limit


def timed(act: Any) -> float:
    """Return how many seconds it took."""
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def plan_later() -> None:
    """Plan for everybody who is due."""
    while numbers := steps_to_plan():
        step_plan(step_id=numbers[0])


def main() -> int:
    """Measure on a fresh database and print a line a figure; return 1 when a limit is missed."""
    with scratch():
        launch_ready_make()
        fill()
        number = launched()
        first = timed(lambda: campaign_plan(campaign_id=number))
        with connection.cursor() as cursor:
            bare = timed(lambda: cursor.execute(_BARE, {"step": step_of(number).pk}))
            cursor.execute(_LEFT)
            cursor.execute("VACUUM ANALYZE notify_message")
        CampaignStep.objects.filter(look_at__isnull=False).update(look_at=Campaign.objects.get().launched_at)
        later = timed(plan_later)
        missed = [
            told("first step planned", first, limit=FIRST_SECONDS, peer=bare),
            told("later step: who is due", later, limit=LATER_SECONDS, peer=bare),
        ]
    return int(any(missed))


if __name__ == "__main__":
    sys.exit(main())
