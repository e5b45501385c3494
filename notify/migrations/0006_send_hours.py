"""The hours in which messages may leave bear a name that says so."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("notify", "0005_open_channels")]

    operations = [
        migrations.RenameField("Campaign", "quiet_from", "send_from"),
        migrations.RenameField("Campaign", "quiet_to", "send_until"),
    ]
