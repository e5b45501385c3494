"""Each campaign that there is becomes one step; its messages, some thousand a batch, and all else lead to that.

A repeat goes on where the last one ended: it finds what has no step yet. Reversed, the first step goes back into the
campaign, and a second one is lost.
"""

from typing import Any

from django.db import migrations

BATCH = 5000

CONTENT = (
    "channel, text_kind, legal_basis, norm, subscriber_consent, contract_clause, contract_date, offer_reason, "
    "subject, text, button, link_days"
)

STEPS = f"""
INSERT INTO notify_campaignstep (campaign_id, position, {CONTENT})
SELECT c.id, 1, {", ".join("c." + name for name in CONTENT.split(", "))}
FROM notify_campaign c
WHERE NOT EXISTS (SELECT FROM notify_campaignstep s WHERE s.campaign_id = c.id)
"""  # noqa: S608 - a statement of ours

OF_FIRST = """
UPDATE {table} t SET step_id = s.id FROM notify_campaignstep s
WHERE s.campaign_id = t.campaign_id AND s.position = 1 AND t.step_id IS NULL
"""

MESSAGES = OF_FIRST.format(table="notify_message") + " AND t.id BETWEEN %s AND %s"

BACK = f"""
UPDATE notify_campaign c SET ({CONTENT}) = ROW({", ".join("s." + name for name in CONTENT.split(", "))})
FROM notify_campaignstep s WHERE s.campaign_id = c.id AND s.position = 1
"""  # noqa: S608 - a statement of ours


def fill(apps: Any, schema_editor: Any) -> None:
    """Make the steps and lead everything to them."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(STEPS)
        for table in ("notify_touchpoint", "notify_campaignimage", "notify_campaignprice"):
            cursor.execute(OF_FIRST.format(table=table))
        cursor.execute("SELECT coalesce(min(id), 1), coalesce(max(id), 0) FROM notify_message")
        lowest, highest = cursor.fetchone()
        for first in range(lowest, highest + 1, BATCH):
            cursor.execute(MESSAGES, [first, first + BATCH - 1])


def take_back(apps: Any, schema_editor: Any) -> None:
    """Write the first step of each campaign into the campaign."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(BACK)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("notify", "0035_campaign_steps")]

    operations = [migrations.RunPython(fill, take_back)]
