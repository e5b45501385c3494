"""One word for the company and one for who sends on its behalf, in the tables too. Rules and triggers follow a rename."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("consents", "0006_open_channels")]

    operations = [
        migrations.RenameModel("OperatorProfile", "Company"),
        migrations.RenameModel("Processor", "Sender"),
        migrations.RenameField("DocumentVersion", "operator", "company"),
    ]
