"""Rows that proofs rest on are recorded in the tree; a sender is saved anew; waiting events are vouched for."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

NEWEST = """
DELETE FROM consents_sender s USING consents_sender newer WHERE newer.channel = s.channel AND newer.id > s.id
"""


class Migration(migrations.Migration):

    dependencies = [
        ('consents', '0030_tables_analysed'),
    ]

    operations = [
        migrations.CreateModel(
            name='RecordedRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('table_name', models.CharField(help_text='A word of `consents.ledger.beside.tables.RECORDED`.', max_length=12)),
                ('row_id', models.BigIntegerField()),
                ('row_hash', models.BinaryField(max_length=32)),
            ],
        ),
        migrations.AddField(
            model_name='sender',
            name='created_at',
            field=models.DateTimeField(auto_now_add=True, db_default=django.db.models.functions.datetime.Now()),
        ),
        migrations.AddField(
            model_name='unsealedevent',
            name='mac',
            field=models.BinaryField(db_default=b'', default=b'', help_text='HMAC of the leaf hash: a program wrote the event.', max_length=32),
        ),
        migrations.AlterField(
            model_name='consentevent',
            name='kind',
            field=models.CharField(choices=[('shown', 'Текст показан'), ('granted', 'Согласие дано'), ('refused', 'Отказ'), ('withdrawn', 'Согласие отозвано'), ('rules_accepted', 'Правила электронной подписи приняты'), ('rules_refused', 'Отказ от правил электронной подписи'), ('contact_confirmed', 'Контакт подтверждён'), ('contact_added', 'Контакт добавлен'), ('contact_changed', 'Контакт изменён'), ('contact_restored', 'Прежний контакт возвращён'), ('contact_denied', '«Это не я»'), ('max_linked', 'MAX подключён'), ('max_unlinked', 'MAX отключён'), ('account_linked', 'Профиль подключён'), ('account_unlinked', 'Профиль отключён'), ('stop_set', 'Запрет поставлен'), ('stop_lifted', 'Запрет снят'), ('erased', 'Данные уничтожены'), ('rows_recorded', 'Учтены тексты, реквизиты, квитанции и запреты')], max_length=20),
        ),
        migrations.AlterField(
            model_name='sender',
            name='channel',
            field=models.CharField(max_length=8),
        ),
        # On the way back one row a channel stays, the newest.
        migrations.RunSQL(migrations.RunSQL.noop, NEWEST),
        migrations.AddField(
            model_name='recordedrow',
            name='event',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recorded_rows', to='consents.consentevent'),
        ),
        migrations.AddConstraint(
            model_name='recordedrow',
            constraint=models.UniqueConstraint(fields=('table_name', 'row_id'), name='recorded_once'),
        ),
    ]
