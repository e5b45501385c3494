"""The mark for dialogues that had ended before it was there: some thousand dialogues a batch, each committed.

A repeat goes on where the last one ended: it finds the same marks.
"""

from typing import Any

from django.db import migrations

BATCH = 2000

FILL = """
UPDATE notify_link l SET dialogue_ended_at = ended.at
FROM (
    SELECT p.customer_id, max(d.changed_at) AS at
    FROM notify_accountdialogue d
    JOIN consents_channelfacts ch ON ch.code = d.channel
    JOIN consents_contactpoint p ON p.kind = ch.contact_kind AND p.value = d.account
    WHERE d.id BETWEEN %s AND %s AND NOT d.is_open AND NOT EXISTS (
        SELECT FROM consents_contactpoint o
        WHERE o.customer_id = p.customer_id AND o.kind = p.kind AND o.is_current)
    GROUP BY p.customer_id
) ended
WHERE l.customer_id = ended.customer_id AND l.touchpoint_id IS NOT NULL AND l.created_at <= ended.at
    AND (l.dialogue_ended_at IS NULL OR l.dialogue_ended_at < ended.at)
    AND (l.message_id IS NULL OR EXISTS (
        SELECT FROM notify_message m WHERE m.id = l.message_id AND m.state IN ('sending', 'accepted', 'delivered')))
"""


def fill(apps: Any, schema_editor: Any) -> None:
    """Mark the links of everybody whose dialogue is closed."""
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM notify_accountdialogue")
        (last,) = cursor.fetchone()
        for first in range(1, last + 1, BATCH):
            cursor.execute(FILL, [first, first + BATCH - 1])


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("notify", "0024_dialogue_ended"), ("consents", "0027_codes_in_max")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
