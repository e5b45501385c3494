"""Words of a column's values, as pages have them; no table changes."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('portal', '0004_open_channels'),
    ]

    operations = [
        migrations.AlterField(
            model_name='personsession',
            name='level',
            field=models.PositiveSmallIntegerField(choices=[(0, 'только ссылка'), (1, 'код на контакт из базы'), (2, 'код на новый контакт')], default=0),
        ),
    ]
