"""Drop the index of message.campaign: (campaign, state) serves it, and each message is updated three times."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notify', '0004_opening_time'),
    ]

    operations = [
        migrations.AlterField(
            model_name='message',
            name='campaign',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='notify.campaign'),
        ),
    ]
