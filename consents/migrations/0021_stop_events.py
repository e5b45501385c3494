"""A stop names the event that set it and the one that lifted it."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('consents', '0020_honest_no'),
    ]

    operations = [
        migrations.AddField(
            model_name='stop',
            name='event',
            field=models.UUIDField(blank=True, help_text='The event that set it; null before there were such.', null=True),
        ),
        migrations.AddField(
            model_name='stop',
            name='lifted_event',
            field=models.UUIDField(blank=True, help_text='The event that lifted it, or set its successor.', null=True),
        ),
        migrations.AlterField(
            model_name='consentevent',
            name='kind',
            field=models.CharField(choices=[('shown', 'Текст показан'), ('granted', 'Согласие дано'), ('refused', 'Отказ'), ('withdrawn', 'Согласие отозвано'), ('rules_accepted', 'Правила электронной подписи приняты'), ('contact_confirmed', 'Контакт подтверждён'), ('contact_added', 'Контакт добавлен'), ('contact_changed', 'Контакт изменён'), ('contact_restored', 'Прежний контакт возвращён'), ('contact_denied', '«Это не я»'), ('max_linked', 'MAX связан'), ('max_unlinked', 'MAX отключён'), ('stop_set', 'Запрет поставлен'), ('stop_lifted', 'Запрет снят'), ('erased', 'Данные уничтожены')], max_length=20),
        ),
        migrations.AlterField(
            model_name='stop',
            name='created_at',
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.AlterField(
            model_name='stop',
            name='evidence',
            field=models.CharField(blank=True, help_text='Report id or note.', max_length=200),
        ),
    ]
