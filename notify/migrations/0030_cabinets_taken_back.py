"""A release without cabinets finds what waited there in the inbox, and none of the answers that were given there."""

from django.db import migrations

TAKE_BACK = """
UPDATE notify_dialogue SET state = 'waiting' WHERE cabinet_since IS NOT NULL AND state = 'closed';
UPDATE notify_dialogue SET waiting_since = LEAST(waiting_since, cabinet_since) WHERE cabinet_since IS NOT NULL;
UPDATE notify_inboundmessage SET outcome = 'open' WHERE outcome = 'cabinet';
DELETE FROM notify_reply WHERE message_id IS NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("notify", "0029_cabinet_indexes")]

    operations = [migrations.RunSQL(migrations.RunSQL.noop, TAKE_BACK)]
