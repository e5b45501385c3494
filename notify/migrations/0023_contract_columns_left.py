"""The code leaves the mark and the note of a contract; the next release drops both columns from the table."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("notify", "0022_contracts_kept")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveField(model_name="channelsetting", name="contract"),
                migrations.RemoveField(model_name="channelsetting", name="contract_note"),
            ]
        )
    ]
