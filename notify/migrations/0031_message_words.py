"""What was kept back has one word everywhere."""

from django.db import migrations, models

STATES = [
    ("planned", "в плане"),
    ("claimed", "взято в работу"),
    ("sending", "отправляется"),
    ("accepted", "принято"),
    ("delivered", "доставлено"),
    ("failed", "не доставлено"),
    ("held", "придержано"),
    ("unknown", "исход неизвестен"),
    ("skipped", "исключено"),
]


class Migration(migrations.Migration):
    """Change words of choices; the database does nothing."""

    dependencies = [("notify", "0030_cabinets_taken_back")]

    operations = [
        migrations.AlterField("deliveryreport", "state", models.CharField(choices=STATES, max_length=10)),
        migrations.AlterField(
            "message", "state", models.CharField(choices=STATES, default="planned", max_length=10)
        ),
    ]
