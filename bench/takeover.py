"""A campaign of 20 000 SMS by two providers, of which the first goes away in the middle."""

import os
import sys
import time
from datetime import UTC, datetime

from bench._fakes import running
from bench._sending import Figures, campaign_ready, is_finished, queue_worked, running_until, scratch, seconds_between

# The scratch module has set Django up.
from django.conf import settings  # isort: skip

from notify.enums import MessageState  # isort: skip
from notify.models import Message  # isort: skip
from notify.outbox.watching.reading import messages_listed  # isort: skip
from notify.outbox.state import HANDED_OVER  # isort: skip
from notify.provider_setups import setup_create  # isort: skip

PEOPLE = int(os.environ.get("BENCH_PEOPLE", "20000"))
LIMIT_S = 30
DOUBTS = 2 * 100
"""Two workers with a list of a hundred each under way."""

SECOND = """
SELECT EXTRACT(EPOCH FROM min(accepted_at) - %s) FROM notify_message WHERE campaign_id = %s AND provider = 'smsru'
"""
RATE = """
SELECT count(*) / EXTRACT(EPOCH FROM max(accepted_at) - min(sending_at)) FROM notify_message
WHERE campaign_id = %s AND provider = %s
"""


def main() -> int:
    """Measure, and return 1 when a limit is missed."""
    settings.SANDBOX = False
    figures = Figures("takeover")
    with scratch() as folder, running("smsc") as first, running("smsru") as second:
        setup_create(kind="smsc", title="", fields=first.fields)
        setup_create(kind="smsru", title="", fields=second.fields)
        campaign_id = campaign_ready(figures, "sms", PEOPLE)
        sent = Message.objects.filter(campaign_id=campaign_id, state__in=HANDED_OVER)
        with queue_worked(folder, "send") as worker:
            running_until(worker, "sms", lambda: sent.count() >= PEOPLE // 2)
            died = datetime.now(UTC)
            first.ask("stop")
            running_until(worker, "sms", lambda: is_finished(campaign_id))
            took = (datetime.now(UTC) - died).total_seconds()
            time.sleep(1)
        figures.tell("second_takes_after", round(seconds_between(SECOND, died, campaign_id), 2), "s", most=LIMIT_S)
        figures.tell("rest_sent_after", round(took, 1), "s")
        for name in ("smsc", "smsru"):
            figures.tell(f"rate_{name}", round(seconds_between(RATE, campaign_id, name)), "1/s")
        _judge(figures, campaign_id, [*first.ask("taken"), *second.ask("taken")])
    return int(figures.missed)


def _judge(figures: Figures, campaign_id: int, taken: list[str]) -> None:
    rows = Message.objects.filter(campaign_id=campaign_id)
    accepted, unknown = rows.filter(state__in=HANDED_OVER).count(), rows.filter(state=MessageState.UNKNOWN).count()
    listed = len(messages_listed(state="unknown", campaign_id=campaign_id))
    figures.tell("twice", len(taken) - len(set(taken)), "messages", most=0)
    figures.tell("lost", PEOPLE - accepted - listed, "messages", most=0, peer=f"{accepted} accepted")
    figures.tell("in_doubt", unknown, "messages, all listed", most=DOUBTS)


if __name__ == "__main__":
    sys.exit(main())
