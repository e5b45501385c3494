"""Providers are set up on a page, several for one channel; each has a breaker and a pace of its own.

The breaker of the channel leaves the code; its column is nullable and is dropped a release later.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notify", "0011_skip_reasons"), ("consents", "0025_barred_and_replies")]

    operations = [
        migrations.CreateModel(
            name="ProviderSetup",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(help_text="Kept with reports and stored calls; never changes.", max_length=20, unique=True)),
                ("kind", models.CharField(max_length=12)),
                ("title", models.CharField(blank=True, max_length=80, verbose_name="название")),
                ("is_on", models.BooleanField(default=True, verbose_name="включено")),
                ("place", models.PositiveSmallIntegerField(default=1, verbose_name="порядок")),
                ("per_second", models.PositiveIntegerField(default=0, help_text="0: what the provider bears.", verbose_name="сообщений в секунду")),
                ("values", models.JSONField(default=dict)),
                ("channels", models.JSONField(default=list, help_text="What it carries, as its fields say.")),
                ("secrets", models.TextField(help_text="Encrypted JSON: secret fields by name.")),
                ("webhook_secrets", models.TextField(help_text="Encrypted JSON: ours, the newest first.")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("changed_at", models.DateTimeField(auto_now=True)),
            ],
        ),
        migrations.CreateModel(
            name="ProviderState",
            fields=[
                ("name", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("failures", models.PositiveSmallIntegerField(default=0, help_text="Calls in a row that went wrong as a whole.")),
                ("trouble", models.CharField(blank=True, help_text="Why the last of them did.", max_length=60)),
                ("breaker_open_until", models.DateTimeField(blank=True, null=True)),
                ("bucket_tokens", models.FloatField(default=0)),
                ("bucket_at", models.DateTimeField(blank=True, null=True)),
                ("account", models.JSONField(default=dict, help_text="What `Account.account` said: name, balance, paid_until, notes.")),
                ("account_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="SoftFault",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("contact_point", models.OneToOneField(on_delete=models.CASCADE, related_name="+", to="consents.contactpoint")),
                ("count", models.PositiveSmallIntegerField(default=1)),
                ("first_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="message",
            name="provider",
            field=models.CharField(blank=True, db_default="", default="", help_text="Who was called.", max_length=20),
        ),
        migrations.AddField(
            model_name="message",
            name="parts",
            field=models.PositiveSmallIntegerField(db_default=0, default=0, help_text="What it charges, if it said so."),
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.RemoveField(model_name="channelsetting", name="breaker_open_until")],
        ),
    ]
