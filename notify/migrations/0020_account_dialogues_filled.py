"""The dialogues of MAX as they stand, and who has used a token that may still be repeated, in their new places."""

from django.db import migrations

FORWARDS = (
    """
INSERT INTO notify_accountdialogue (channel, account, chat, is_open, changed_at)
SELECT 'max', max_user_id::text, chat_id::text, is_open, changed_at FROM notify_maxdialogue
ON CONFLICT (channel, account) DO NOTHING
""",
    """
UPDATE notify_maxlinktoken SET account = max_user_id::text
WHERE max_user_id IS NOT NULL AND account = '' AND used_at > now() - interval '2 days'
""",
)
BACKWARDS = (
    """
INSERT INTO notify_maxdialogue (max_user_id, chat_id, is_open, changed_at)
SELECT account::bigint, chat::bigint, is_open, changed_at FROM notify_accountdialogue
WHERE channel = 'max' AND account ~ '^[0-9]{1,18}$' AND chat ~ '^-?[0-9]{1,18}$'
ON CONFLICT (max_user_id) DO UPDATE
SET chat_id = EXCLUDED.chat_id, is_open = EXCLUDED.is_open, changed_at = EXCLUDED.changed_at
""",
    """
UPDATE notify_maxlinktoken SET max_user_id = account::bigint
WHERE channel = 'max' AND account ~ '^[0-9]{1,18}$' AND used_at > now() - interval '2 days'
""",
    # The code of before knows the tokens of MAX alone.
    "DELETE FROM notify_maxlinktoken WHERE channel <> 'max'",
)


class Migration(migrations.Migration):
    dependencies = [("notify", "0019_account_dialogues")]

    operations = [migrations.RunSQL(list(FORWARDS), list(BACKWARDS))]
