"""Why a check of the ledger could not decide, kept for the DPO."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("consents", "0009_contact_indexes")]

    operations = [
        migrations.AddField(
            model_name="ledgercheck",
            name="reason",
            field=models.JSONField(blank=True, default=dict, help_text="Why it could not decide: a code and its facts."),
        ),
    ]
