"""The picture of a message in the in-built MAX. Empty in production."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("portal", "0007_staff_contacts")]

    operations = [
        migrations.AddField(
            model_name="sandboxmessage",
            name="image",
            field=models.BinaryField(null=True, blank=True),
        ),
    ]
