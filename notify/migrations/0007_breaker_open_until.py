"""The moment until which the circuit breaker of a channel is open bears a name that says so."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("notify", "0006_send_hours")]

    operations = [migrations.RenameField("ChannelSetting", "rests_until", "breaker_open_until")]
