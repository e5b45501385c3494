"""A mark on a link: whom it reached has ended the dialogue of their account since, and has not begun it again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notify", "0023_contract_columns_left")]

    operations = [
        migrations.AddField(
            model_name="link",
            name="dialogue_ended_at",
            field=models.DateTimeField(
                blank=True,
                help_text="When the person ended the dialogue of their account; a start takes it away.",
                null=True,
            ),
        ),
    ]
