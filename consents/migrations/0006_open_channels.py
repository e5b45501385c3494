"""A column that holds a channel or a kind of contact takes whatever is registered. The tables do not change."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("consents", "0005_messengers"),
    ]

    operations = [
        migrations.AlterField(
            model_name="consentevent",
            name="channel",
            field=models.CharField(blank=True, max_length=8),
        ),
        migrations.AlterField(
            model_name="consentstate",
            name="channel",
            field=models.CharField(max_length=8),
        ),
        migrations.AlterField(
            model_name="contactpoint",
            name="kind",
            field=models.CharField(max_length=8),
        ),
        migrations.AlterField(
            model_name="document",
            name="channel",
            field=models.CharField(blank=True, max_length=8),
        ),
        migrations.AlterField(
            model_name="processor",
            name="channel",
            field=models.CharField(max_length=8, unique=True),
        ),
        migrations.AlterField(
            model_name="suppression",
            name="kind",
            field=models.CharField(blank=True, max_length=8),
        ),
        migrations.AlterField(
            model_name="verification",
            name="kind",
            field=models.CharField(max_length=8),
        ),
    ]
