"""Where the company keeps the data: its own words instead of a constant."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("consents", "0013_reach_by_facts")]

    operations = [
        migrations.AddField(
            "company",
            "data_place",
            models.CharField(
                blank=True, db_default="", default="", max_length=300, verbose_name="где хранятся данные"
            ),
        ),
    ]
