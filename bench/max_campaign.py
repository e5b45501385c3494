"""MAX at 25 messages a second for a minute, with the limits of MAX: 30 calls a second and 2 to a dialogue."""

import os
import sys

from bench._fakes import running
from bench._sending import Figures, campaign_ready, is_finished, queue_worked, running_until, scratch, seconds_between

# The scratch module has set Django up.
from django.conf import settings  # isort: skip

from consents.models import ContactPoint  # isort: skip
from notify.models import Message  # isort: skip
from notify.provider_setups import setup_create  # isort: skip

SECONDS = int(os.environ.get("BENCH_SECONDS", "60"))
PER_SECOND = 25
PEOPLE = PER_SECOND * (SECONDS + 4)
RATE_LIMIT = 24

RATE = """
SELECT count(*) / %s::float8 FROM notify_message,
    (SELECT min(accepted_at) AS start FROM notify_message WHERE campaign_id = %s) s
WHERE campaign_id = %s AND accepted_at >= s.start AND accepted_at < s.start + %s * interval '1 second'
"""
BUSIEST = """
SELECT max(n) FROM (
    SELECT count(*) OVER (ORDER BY sending_at RANGE BETWEEN CURRENT ROW AND '1 second' FOLLOWING) AS n
    FROM notify_message WHERE campaign_id = %s) w
"""


def main() -> int:
    """Measure, and return 1 when a limit is missed."""
    settings.SANDBOX = False
    figures = Figures("max_campaign")
    with scratch() as folder, running("max") as provider:
        setup_create(kind="max", title="", fields=provider.fields)
        campaign_id = campaign_ready(figures, "max", PEOPLE)
        provider.ask("start", [int(value) for value in ContactPoint.objects.values_list("value", flat=True)])
        with queue_worked(folder, "send") as worker:
            running_until(worker, "max", lambda: is_finished(campaign_id))
        rate = seconds_between(RATE, SECONDS, campaign_id, campaign_id, SECONDS)
        figures.tell(
            "rate", round(rate, 2), f"1/s over {SECONDS} s", least=RATE_LIMIT, peer=f"MAX bears 30, we set {PER_SECOND}"
        )
        figures.tell("busiest_second", seconds_between(BUSIEST, campaign_id), "messages", most=30)
        figures.tell("too_many_requests", provider.ask("too_many"), "answers", most=0)
        taken = provider.ask("taken")
        once = len(set(taken)) == len(taken) == PEOPLE == Message.objects.filter(state="accepted").count()
        figures.tell("sent_once", int(once), "yes=1", least=1)
    return int(figures.missed)


if __name__ == "__main__":
    sys.exit(main())
