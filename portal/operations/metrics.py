"""Figures of a running installation, in the text format of Prometheus. Counts and ages alone, never people."""

from collections.abc import Iterator
from datetime import timedelta

from django.db import Error, connection
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from consents.ledger.checking.health import ledger_health
from notify.outbox.watching.overdue import messages_overdue
from portal.models import Heartbeat

Figure = tuple[str, str, float]
"""Name, label in braces or nothing, value."""

HELP = {
    "mostik_database_up": "Whether the database answers.",
    "mostik_heartbeat_age_seconds": "Since a worker of the queue ran a task of the clock.",
    "mostik_messages_overdue": "Messages that should have left minutes ago.",
    "mostik_ledger_events": "Events under the last signed head.",
    "mostik_ledger_seal_delay_seconds": "Age of the oldest event that is not signed yet.",
    "mostik_clock_offset_seconds": "How far the clock of this machine is ahead of that of the database.",
}


def metrics_text() -> str:
    """Return all figures; where the database is away, that alone."""
    try:
        figures = [("mostik_database_up", "", 1.0), *_figures()]
    except Error:
        figures = [("mostik_database_up", "", 0.0)]
    return "".join(_lines(figures))


def _figures() -> Iterator[Figure]:
    for queue, age in Heartbeat.objects.values_list("queue", Now() - F("beat_at")):
        yield "mostik_heartbeat_age_seconds", f'{{queue="{queue}"}}', age.total_seconds()
    for channel, count in messages_overdue().items():
        yield "mostik_messages_overdue", f'{{channel="{channel}"}}', count
    health = ledger_health()
    yield "mostik_ledger_events", "", health.tree_size
    yield "mostik_ledger_seal_delay_seconds", "", health.delay.total_seconds()
    yield "mostik_clock_offset_seconds", "", clock_offset()


def clock_offset() -> float:
    """Return by how many seconds this machine is ahead of the database's."""
    before = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (there,) = cursor.fetchone()
    offset: timedelta = before + (timezone.now() - before) / 2 - there
    return offset.total_seconds()


def _lines(figures: list[Figure]) -> Iterator[str]:
    told = ""
    for name, label, value in figures:
        if name != told:
            yield f"# HELP {name} {HELP[name]}\n# TYPE {name} gauge\n"
            told = name
        yield f"{name}{label} {value:.3f}\n".replace(".000\n", "\n")
