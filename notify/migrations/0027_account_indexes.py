"""Indexes of what one account was sent and has written, which the package that answers MAX asks for. Made concurrently."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("notify", "0026_campaign_image")]

    operations = [
        # The index waits for every transaction that is older than itself.
        migrations.RunSQL("SET statement_timeout = 0", migrations.RunSQL.noop),
        AddIndexConcurrently(
            "message",
            models.Index(
                condition=models.Q(("address", ""), _negated=True), fields=["address"], name="message_address"
            ),
        ),
        AddIndexConcurrently(
            "inboundmessage",
            models.Index(fields=["account"], name="inbound_of_account"),
        ),
        migrations.RunSQL("RESET statement_timeout", migrations.RunSQL.noop),
    ]
