"""Whether a channel needs the subscriber's own consent to mailings (126-FZ art. 44.1), as a fact of the channel."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("consents", "0013_reach_by_facts")]

    operations = [
        migrations.AddField(
            model_name="channelfacts",
            name="needs_subscriber_consent",
            field=models.BooleanField(db_default=False, default=False, help_text="126-FZ art. 44.1."),
        ),
    ]
