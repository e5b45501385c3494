"""Words of a column's values, as pages have them; no table changes."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('consents', '0014_company_data_place'),
    ]

    operations = [
        migrations.AlterField(
            model_name='consentevent',
            name='kind',
            field=models.CharField(choices=[('shown', 'Текст показан'), ('granted', 'Согласие дано'), ('refused', 'Отказ'), ('withdrawn', 'Согласие отозвано'), ('rules_accepted', 'Правила электронной подписи приняты'), ('contact_confirmed', 'Контакт подтверждён'), ('contact_added', 'Контакт добавлен'), ('contact_changed', 'Контакт изменён'), ('contact_restored', 'Прежний контакт возвращён'), ('contact_denied', '«Это не я»'), ('max_linked', 'MAX подключён'), ('max_unlinked', 'MAX отключён'), ('erased', 'Данные уничтожены')], max_length=20),
        ),
        migrations.AlterField(
            model_name='consentevent',
            name='level',
            field=models.PositiveSmallIntegerField(choices=[(0, 'только ссылка'), (1, 'код на контакт из базы'), (2, 'код на новый контакт')]),
        ),
    ]
