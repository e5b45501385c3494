"""Mailings by SMS need the subscriber's consent; later channels say so themselves (`consents.reach.channel_facts`)."""

from typing import Any

from django.db import migrations


def fill(apps: Any, schema_editor: Any) -> None:
    """Store it for SMS, for a gate that asks before the rows are written anew."""
    facts = apps.get_model("consents", "ChannelFacts")
    facts.objects.using(schema_editor.connection.alias).filter(code="sms").update(needs_subscriber_consent=True)


class Migration(migrations.Migration):
    dependencies = [("consents", "0018_subscriber_consent")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
