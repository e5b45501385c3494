"""Words of a column's values, as pages have them; no table changes."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notify', '0008_channel_frequency'),
    ]

    operations = [
        migrations.AlterField(
            model_name='message',
            name='kind',
            field=models.CharField(choices=[('campaign', 'рассылка'), ('code', 'код'), ('notice', 'уведомление'), ('test', 'тест')], max_length=10),
        ),
    ]
