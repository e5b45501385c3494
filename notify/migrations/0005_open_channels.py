"""A column that holds a channel or a kind of contact takes whatever is registered. The tables do not change."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notify", "0004_channel_rest"),
    ]

    operations = [
        migrations.AlterField(
            model_name="campaign",
            name="channel",
            field=models.CharField(max_length=8, verbose_name="канал"),
        ),
        migrations.AlterField(
            model_name="channelsetting",
            name="channel",
            field=models.CharField(max_length=8, primary_key=True, serialize=False),
        ),
        migrations.AlterField(
            model_name="message",
            name="channel",
            field=models.CharField(max_length=8),
        ),
        migrations.AlterField(
            model_name="touchpoint",
            name="kind",
            field=models.CharField(max_length=10),
        ),
    ]
