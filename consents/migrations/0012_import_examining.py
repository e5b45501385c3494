"""A file is examined by a worker before it waits for its start, may be refused then, and a half-stored run closed."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("consents", "0011_order_of_the_tree")]

    operations = [
        migrations.AlterField(
            model_name="importjob",
            name="status",
            field=models.CharField(
                choices=[
                    ("reading", "разбирается"),
                    ("refused", "не принят"),
                    ("uploaded", "загружен"),
                    ("queued", "в очереди"),
                    ("running", "идёт"),
                    ("finished", "завершена"),
                    ("failed", "остановлена"),
                    ("closed", "закрыта"),
                ],
                default="reading",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="importjob",
            name="error_detail",
            field=models.CharField(
                blank=True, db_default="", default="", help_text="A line for the sentence.", max_length=16
            ),
        ),
        migrations.AddField(
            model_name="importjob",
            name="pace_since",
            field=models.DateTimeField(
                blank=True, help_text="When the present run began to store rows.", null=True
            ),
        ),
        migrations.AddField(
            model_name="importjob",
            name="pace_row",
            field=models.PositiveIntegerField(db_default=0, default=0, help_text="`next_row` of that moment."),
        ),
    ]
