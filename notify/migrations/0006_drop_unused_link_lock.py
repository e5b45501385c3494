"""Drop link.locked_until: ten wrong codes lock a link by the counters of the codes themselves."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('notify', '0005_message_campaign_index'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='link',
            name='locked_until',
        ),
    ]
