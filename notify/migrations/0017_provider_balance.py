"""When to warn of a low balance, why the last look at an account failed, and when a secret was shown."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notify", "0016_inbox_indexes")]

    operations = [
        migrations.AddField(
            model_name="providersetup",
            name="balance_warn",
            field=models.DecimalField(
                blank=True,
                decimal_places=2,
                max_digits=12,
                null=True,
                verbose_name="предупредить, когда на счёте меньше",
            ),
        ),
        migrations.AddField(
            model_name="providersetup",
            name="webhook_secret_shown_at",
            field=models.DateTimeField(blank=True, help_text="The newest one, to a person.", null=True),
        ),
        migrations.AddField(
            model_name="providerstate",
            name="account_trouble",
            field=models.CharField(
                blank=True, db_default="", default="", help_text="Why the last look failed.", max_length=60
            ),
        ),
    ]
