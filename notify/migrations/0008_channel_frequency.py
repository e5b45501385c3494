"""How often the company writes over a channel, in its own words."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notify", "0007_breaker_open_until")]

    operations = [
        migrations.AddField(
            "channelsetting",
            "frequency",
            models.CharField(blank=True, db_default="", default="", max_length=120, verbose_name="как часто пишем"),
        ),
    ]
