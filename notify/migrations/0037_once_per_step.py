"""A person gets one message of a step, no longer one of a campaign and channel. Made concurrently."""

from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("notify", "0036_campaign_steps_filled")]

    operations = [
        # The index waits for every transaction that is older than itself.
        migrations.RunSQL("SET statement_timeout = 0", migrations.RunSQL.noop),
        migrations.RunSQL(
            "CREATE UNIQUE INDEX CONCURRENTLY message_once_per_step ON notify_message (step_id, customer_id)"
            " WHERE kind = 'campaign'",
            "DROP INDEX CONCURRENTLY message_once_per_step",
            state_operations=[
                migrations.AddConstraint(
                    "message",
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "campaign")),
                        fields=("step", "customer"),
                        name="message_once_per_step",
                    ),
                )
            ],
        ),
        migrations.RunSQL(
            "DROP INDEX CONCURRENTLY message_once_per_campaign",
            "CREATE UNIQUE INDEX CONCURRENTLY message_once_per_campaign"
            " ON notify_message (campaign_id, customer_id, channel) WHERE kind = 'campaign'",
            state_operations=[migrations.RemoveConstraint("message", "message_once_per_campaign")],
        ),
        migrations.RunSQL(
            "CREATE UNIQUE INDEX CONCURRENTLY touchpoint_once_per_step"
            " ON notify_touchpoint (campaign_id, step_id, kind, label) NULLS NOT DISTINCT",
            "DROP INDEX CONCURRENTLY touchpoint_once_per_step",
            state_operations=[
                migrations.AddConstraint(
                    "touchpoint",
                    models.UniqueConstraint(
                        fields=("campaign", "step", "kind", "label"),
                        name="touchpoint_once_per_step",
                        nulls_distinct=False,
                    ),
                )
            ],
        ),
        migrations.RunSQL(
            "ALTER TABLE notify_touchpoint DROP CONSTRAINT IF EXISTS touchpoint_once;"
            "DROP INDEX IF EXISTS touchpoint_once",
            "CREATE UNIQUE INDEX touchpoint_once ON notify_touchpoint (campaign_id, kind, label) NULLS NOT DISTINCT",
            state_operations=[migrations.RemoveConstraint("touchpoint", "touchpoint_once")],
        ),
        migrations.RunSQL("RESET statement_timeout", migrations.RunSQL.noop),
    ]
