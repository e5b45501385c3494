"""The figures of what was there before the triggers: what a count finds less what has been added since.

Each is one statement, which sees both as of one moment while messages go on moving. A repeat finds nothing to add.
"""

from importlib import import_module

from django.db import migrations

BEFORE = import_module("notify.migrations.0041_tallies_written")


def _sums(figures: str) -> str:
    return ", ".join(f"sum({figure})" for figure in figures.split(", "))


def _missing(table: str, keys: str, figures: str, count: str) -> str:
    less = ", ".join(f"-{figure}" for figure in figures.split(", "))
    return f"""
INSERT INTO {table} (at, {keys}, {figures})
SELECT timestamptz 'epoch', {keys}, {_sums(figures)}
FROM ({count} UNION ALL SELECT {keys}, {less} FROM {table}) f
GROUP BY {keys} HAVING ({_sums(figures)}) <> ({", ".join("0" for _ in figures.split(", "))})
"""


ROWS = f"SELECT 1 AS sign, {BEFORE.COLUMNS} FROM notify_message WHERE kind = 'campaign'"
MESSAGES = _missing("notify_messagetally", "campaign_id, step_id, reason", BEFORE.FIGURES, BEFORE.COUNT.format(rows=ROWS))
LINKS = _missing(
    "notify_linktally",
    "touchpoint_id",
    ", ".join(BEFORE.STEPS),
    f"SELECT touchpoint_id, {', '.join(f'count({step}_at) AS {step}' for step in BEFORE.STEPS)}"
    " FROM notify_link WHERE touchpoint_id IS NOT NULL GROUP BY touchpoint_id",
)


class Migration(migrations.Migration):
    """Count once what is there. A big base takes a minute or more, and nobody waits for it."""

    dependencies = [("notify", "0041_tallies_written")]

    operations = [
        migrations.RunSQL("SET LOCAL statement_timeout = '30min'", migrations.RunSQL.noop),
        migrations.RunSQL(MESSAGES, migrations.RunSQL.noop),
        migrations.RunSQL(LINKS, migrations.RunSQL.noop),
    ]
