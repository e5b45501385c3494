"""The rows of the three channels, as the functions knew them: a gate that asks meanwhile must not find none.

Later ones are written by `consents.reach.channel_facts`.
"""

from typing import Any

from django.db import migrations


def fill(apps: Any, schema_editor: Any) -> None:
    """Store what the functions knew so far."""
    facts = apps.get_model("consents", "ChannelFacts")
    facts.objects.using(schema_editor.connection.alias).bulk_create(
        [
            facts(code="max", place=1, contact_kind="max", needs_dialogue=True),
            facts(code="sms", place=2, contact_kind="phone", lines_taken=["mobile"]),
            facts(code="email", place=3, contact_kind="email"),
        ]
    )


class Migration(migrations.Migration):
    dependencies = [("consents", "0011_channel_facts")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
