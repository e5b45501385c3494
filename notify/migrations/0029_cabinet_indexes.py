"""Who waits longest in a cabinet, and one answer of each name. Made concurrently."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("notify", "0028_cabinets")]

    operations = [
        # The index waits for every transaction that is older than itself.
        migrations.RunSQL("SET statement_timeout = 0", migrations.RunSQL.noop),
        AddIndexConcurrently(
            "dialogue",
            models.Index(
                condition=models.Q(("cabinet_since__isnull", False)),
                fields=["cabinet_since", "id"],
                name="dialogue_in_cabinet",
            ),
        ),
        migrations.RunSQL(
            "CREATE UNIQUE INDEX CONCURRENTLY reply_once_of_cabinet ON notify_reply (provider, event_key)"
            " WHERE NOT (provider = '')",
            "DROP INDEX CONCURRENTLY reply_once_of_cabinet",
            state_operations=[
                migrations.AddConstraint(
                    "reply",
                    models.UniqueConstraint(
                        condition=models.Q(("provider", ""), _negated=True),
                        fields=("provider", "event_key"),
                        name="reply_once_of_cabinet",
                    ),
                )
            ],
        ),
        migrations.RunSQL("RESET statement_timeout", migrations.RunSQL.noop),
    ]
