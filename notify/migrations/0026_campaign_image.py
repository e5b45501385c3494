"""Pictures of campaigns, in a table of their own: rows of campaigns are read often, and pictures are not."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notify", "0025_dialogue_ended_filled")]

    operations = [
        migrations.CreateModel(
            name="CampaignImage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ending", models.CharField(help_text="Its format, as the end of a name: png or jpg.", max_length=4)),
                ("content", models.BinaryField()),
                ("sha256", models.CharField(max_length=64)),
                ("size", models.PositiveIntegerField(help_text="Of the content, in bytes.")),
                ("width", models.PositiveSmallIntegerField()),
                ("height", models.PositiveSmallIntegerField()),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "campaign",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="image", to="notify.campaign"
                    ),
                ),
            ],
        ),
    ]
