"""An edition is called an edition, in the table too. Its triggers follow the rename."""

from django.db import migrations, models
from django.db.models.deletion import PROTECT


class Migration(migrations.Migration):
    dependencies = [("consents", "0007_company_and_sender")]

    operations = [
        migrations.RenameModel("DocumentVersion", "Edition"),
        migrations.AlterField(
            "Edition", "document", models.ForeignKey("consents.Document", on_delete=PROTECT, related_name="editions")
        ),
    ]
