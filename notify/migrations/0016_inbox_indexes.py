"""Indexes of the inbox: who waits longest, the newest message for a person, and words of messages. Made concurrently."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("notify", "0015_messages_in_doubt")]

    operations = [
        # The index waits for every transaction that is older than itself.
        migrations.RunSQL("SET statement_timeout = 0", migrations.RunSQL.noop),
        AddIndexConcurrently(
            "dialogue",
            models.Index(
                condition=models.Q(("waiting_since__isnull", False)),
                fields=["waiting_since", "id"],
                name="dialogue_unanswered",
            ),
        ),
        AddIndexConcurrently(
            "inboundmessage",
            models.Index(condition=models.Q(("outcome", "open")), fields=["id"], name="inbound_open"),
        ),
        AddIndexConcurrently(
            "inboundmessage",
            django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.search.SearchVector("text", config="russian"), name="inbound_words"
            ),
        ),
        AddIndexConcurrently(
            "reply",
            django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.search.SearchVector("text", config="russian"), name="reply_words"
            ),
        ),
        migrations.RunSQL("RESET statement_timeout", migrations.RunSQL.noop),
    ]
