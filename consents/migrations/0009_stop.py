"""A stop is called a stop, in the table too. The functions that read it are made anew by the next migration."""

from django.db import migrations, models
from django.db.models.deletion import PROTECT


class Migration(migrations.Migration):
    dependencies = [("consents", "0008_edition")]

    operations = [
        migrations.RenameModel("Suppression", "Stop"),
        migrations.AlterField(
            "Stop",
            "customer",
            models.ForeignKey("consents.Customer", null=True, blank=True, on_delete=PROTECT, related_name="stops"),
        ),
    ]
