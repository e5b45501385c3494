"""Dialogues and linking tokens of accounts on every channel, where there were those of MAX alone.

The table of dialogues is a new one, for its key was a number of MAX; the old one, and the number of MAX in a token, only
leave the code: they are dropped a release later. The table of tokens keeps its name.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notify", "0018_sender_names_and_prices")]

    operations = [
        migrations.CreateModel(
            name="AccountDialogue",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("channel", models.CharField(max_length=8)),
                ("account", models.CharField(max_length=254)),
                ("chat", models.CharField(max_length=254)),
                ("is_open", models.BooleanField()),
                (
                    "changed_at",
                    models.DateTimeField(help_text="Time of the turn that said so, as the provider gave it."),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("channel", "account"), name="account_dialogue_once"),
                ],
            },
        ),
        migrations.AlterModelTable(name="maxlinktoken", table="notify_maxlinktoken"),
        migrations.RenameModel(old_name="MaxLinkToken", new_name="AccountLinkToken"),
        migrations.AddField(
            model_name="accountlinktoken",
            name="channel",
            field=models.CharField(db_default="max", default="max", max_length=8),
        ),
        migrations.AddField(
            model_name="accountlinktoken",
            name="account",
            field=models.CharField(blank=True, db_default="", default="", max_length=254),
        ),
        migrations.AlterField(
            model_name="dialogue",
            name="chat",
            field=models.CharField(blank=True, max_length=254),
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveField(model_name="accountlinktoken", name="max_user_id"),
                migrations.DeleteModel(name="MaxDialogue"),
            ],
        ),
    ]
