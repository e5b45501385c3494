"""Where a file has its headings, and what a row's issue names besides the value."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("consents", "0006_may_send")]

    operations = [
        migrations.AddField(
            model_name="importjob",
            name="header_line",
            field=models.PositiveIntegerField(
                default=1, help_text="Record with the headings, 0 where there is none."
            ),
        ),
        migrations.AlterField(
            model_name="importjob",
            name="leased_until",
            field=models.DateTimeField(
                blank=True,
                null=True,
                help_text="A run that shows no life until then is taken for dead and started again.",
            ),
        ),
        migrations.AddField(
            model_name="importissue",
            name="detail",
            field=models.CharField(
                blank=True,
                default="",
                help_text="A line, a country or a number for the sentence.",
                max_length=64,
            ),
            preserve_default=False,
        ),
    ]
