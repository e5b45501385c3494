"""A campaign of 100 000 SMS in lists of 100, and codes that people ask for meanwhile, by real Celery workers.

The provider takes 50 ms a call, each message has a text and a link of its own. The bare peer posts lists that were made
before, with as many processes, to another fake in the same run. A code is asked for five times a second.
"""

import multiprocessing
import os
import statistics
import sys
import time
import urllib.request
from urllib.parse import urlencode

from bench._fakes import Running, running
from bench._sending import (
    PROCESSES,
    Figures,
    campaign_ready,
    is_finished,
    queue_worked,
    running_until,
    scratch,
    seconds_between,
)

# The scratch module has set Django up.
from django.conf import settings  # isort: skip
from django.db import connection  # isort: skip

from consents.models import ContactPoint  # isort: skip
from consents.verification.confirming import code_issue  # isort: skip
from notify.messages.transactional import code_send  # isort: skip
from notify.models import Message  # isort: skip
from notify.provider_setups import setup_create  # isort: skip
from notify.tasks import send_transactional  # isort: skip
from tests.factories.notify import people_make  # isort: skip

PEOPLE = int(os.environ.get("BENCH_PEOPLE", "100000"))
CODES = 3000
CODE_EVERY_S = 0.2
BATCH = 100
RATE_LIMIT = 1500
CODE_LIMIT_S = 10
BARE_CALLS = 100

RATE = """
SELECT count(*) / EXTRACT(EPOCH FROM max(accepted_at) - min(sending_at)) FROM notify_message WHERE campaign_id = %s
"""
WAITED = """
SELECT EXTRACT(EPOCH FROM accepted_at - created_at)::float8 FROM notify_message
WHERE kind = 'code' AND accepted_at IS NOT NULL
"""


class Codes:
    """Somebody asks for a code each time that it is asked."""

    def __init__(self, campaign_id: int) -> None:
        self._campaign_id = campaign_id
        made = people_make(CODES, channel="sms", segment="codes")
        points = ContactPoint.objects.filter(customer__in=made).values_list("customer_id", "value")
        self._people = iter(list(points))
        self._looked = 0.0

    def next(self) -> bool:
        """Ask for one code as the page does; return whether the campaign is over."""
        customer_id, phone = next(self._people)
        code = code_issue(
            customer_id=customer_id,
            kind="phone",
            target_value=phone,
            is_new_contact=False,
            session_key=f"bench-{customer_id}",
            lock_key=f"bench-{customer_id}",
        )
        code_send(
            verification_uuid=code.verification_uuid, customer_id=customer_id, channel="sms", expires_at=code.expires_at
        )
        send_transactional.delay()
        if time.monotonic() - self._looked < 1:
            return False
        self._looked = time.monotonic()
        return is_finished(self._campaign_id)


def bare_rate(provider: Running) -> float:
    """Return the messages a second of ready-made lists in `PROCESSES` processes."""
    with multiprocessing.get_context("spawn").Pool(PROCESSES) as pool:
        spans = pool.starmap(_bare, [(provider.fields, number) for number in range(PROCESSES)])
    return PROCESSES * BARE_CALLS * BATCH / (max(end for _, end in spans) - min(start for start, _ in spans))


def _bare(fields: dict[str, str], process: int) -> tuple[float, float]:
    bodies = [_list(fields["api_key"], process * BARE_CALLS + number) for number in range(BARE_CALLS)]
    start = time.time()
    for body in bodies:
        with urllib.request.urlopen(f"{fields['url']}/send.php", data=body) as answer:  # noqa: S310 - our own fake
            answer.read()
    return start, time.time()


def _list(key: str, number: int) -> bytes:
    first = number * BATCH
    lines = [
        f"+79{at:09d}:Выберите, где вам писать: https://mostik.example/k/{at:022d}"
        for at in range(first, first + BATCH)
    ]
    fields = {"apikey": key, "charset": "utf-8", "fmt": "3", "id": str(number + 1), "op": "1", "list": "\n".join(lines)}
    return urlencode(fields).encode()


def main() -> int:
    """Measure, and return 1 when a limit is missed."""
    settings.SANDBOX = False
    figures = Figures("sms_campaign")
    with scratch() as folder, running("smsc") as provider, running("smsc") as other:
        setup_create(kind="smsc", title="", fields=provider.fields)
        campaign_id = campaign_ready(figures, "sms", PEOPLE)
        before = bare_rate(other)
        codes = Codes(campaign_id)
        with queue_worked(folder, "transactional"), queue_worked(folder, "send") as sender:
            running_until(sender, "sms", codes.next, every=CODE_EVERY_S)
            time.sleep(3)
        peer = f"bare lists {round(max(before, bare_rate(other)))}/s"
        figures.tell("rate", round(seconds_between(RATE, campaign_id)), "1/s", least=RATE_LIMIT, peer=peer)
        taken = provider.ask("taken")
        accepted = Message.objects.filter(campaign_id=campaign_id, state="accepted", attempt=1).count()
        figures.tell("calls", provider.ask("calls"), f"of {len(taken)} messages")
        figures.tell("sent_once", int(accepted == PEOPLE and len(set(taken)) == len(taken)), "yes=1", least=1)
        _codes_tell(figures)
    return int(figures.missed)


def _codes_tell(figures: Figures) -> None:
    with connection.cursor() as cursor:
        cursor.execute(WAITED)
        waited = sorted(seconds for (seconds,) in cursor.fetchall())
    asked = Message.objects.filter(kind="code").count()
    figures.tell("codes_handed_over", len(waited), f"of {asked}", least=asked)
    figures.tell("code_p50", round(statistics.median(waited), 2), "s")
    figures.tell("code_p95", round(waited[int(len(waited) * 0.95)], 2), "s", most=CODE_LIMIT_S)
    figures.tell("code_max", round(waited[-1], 2), "s")


if __name__ == "__main__":
    sys.exit(main())
