"""Providers with a process or a memory of their own, and when they were asked about a message in doubt."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notify", "0013_dialogues")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="asked_at",
            field=models.DateTimeField(blank=True, help_text="When the provider was last asked about it.", null=True),
        ),
        migrations.AddField(
            model_name="providersetup",
            name="memory",
            field=models.TextField(
                blank=True, db_default="", default="", help_text="Encrypted: what the provider gave us."
            ),
        ),
        migrations.AddField(
            model_name="providerstate",
            name="alive_until",
            field=models.DateTimeField(blank=True, help_text="Of a provider with a process of its own.", null=True),
        ),
    ]
