"""A column that holds a channel or a kind of contact takes whatever is registered. The tables do not change."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0003_heartbeat"),
    ]

    operations = [
        migrations.AlterField(
            model_name="sandboxmessage",
            name="channel",
            field=models.CharField(max_length=8),
        ),
    ]
