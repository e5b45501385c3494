"""The facts of channels as rows, so that one more channel needs no other function."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("consents", "0010_reach")]

    operations = [
        migrations.CreateModel(
            name="ChannelFacts",
            fields=[
                ("code", models.CharField(max_length=8, primary_key=True, serialize=False)),
                ("place", models.SmallIntegerField(help_text="Order of preference, from 1.")),
                ("contact_kind", models.CharField(max_length=8)),
                (
                    "lines_taken",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=8),
                        default=list,
                        help_text="Empty: lines do not matter.",
                        size=None,
                    ),
                ),
                ("needs_dialogue", models.BooleanField(default=False)),
            ],
        ),
    ]
