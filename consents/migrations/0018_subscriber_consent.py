"""Whether a channel needs the subscriber's own consent to mailings (126-FZ art. 44.1), as a fact of the channel."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("consents", "0017_single_channel_texts_retired")]

    operations = [
        migrations.AddField(
            model_name="channelfacts",
            name="needs_subscriber_consent",
            field=models.BooleanField(db_default=False, default=False, help_text="126-FZ art. 44.1."),
        ),
    ]
