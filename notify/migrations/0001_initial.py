import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Campaign',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, verbose_name='название')),
                ('state', models.CharField(choices=[('draft', 'черновик'), ('review', 'на проверке'), ('planning', 'готовится'), ('running', 'идёт'), ('paused', 'приостановлена'), ('stopped', 'остановлена'), ('finished', 'завершена')], default='draft', max_length=10)),
                ('channel', models.CharField(choices=[('max', 'MAX'), ('sms', 'СМС'), ('email', 'Электронная почта')], max_length=8, verbose_name='канал')),
                ('text_kind', models.CharField(choices=[('service', 'сервисное'), ('advertising', 'рекламное')], default='service', max_length=12, verbose_name='вид текста')),
                ('legal_basis', models.CharField(choices=[('contract', 'договор'), ('consent', 'согласие')], default='contract', max_length=10, verbose_name='основание')),
                ('audience', models.JSONField(default=dict, help_text='Audience filter, see docs/campaigns.md.', verbose_name='кому')),
                ('subject', models.CharField(blank=True, max_length=200, verbose_name='тема')),
                ('text', models.TextField(verbose_name='текст')),
                ('button', models.CharField(blank=True, max_length=60, verbose_name='надпись на кнопке')),
                ('quiet_from', models.TimeField(default='09:00', verbose_name='не раньше')),
                ('quiet_to', models.TimeField(default='21:00', verbose_name='не позже')),
                ('link_days', models.PositiveSmallIntegerField(default=30, verbose_name='срок ссылки, дней')),
                ('revision', models.PositiveIntegerField(default=1)),
                ('content_sha256', models.CharField(blank=True, help_text='Of what was submitted, then approved.', max_length=64)),
                ('return_reason', models.CharField(blank=True, help_text='Words of the one who gave it back.', max_length=300)),
                ('voided_at', models.DateTimeField(blank=True, help_text='When a launch was taken back: the audience was not the approved one.', null=True)),
                ('planned_count', models.PositiveIntegerField(blank=True, null=True)),
                ('links_revoked_at', models.DateTimeField(blank=True, null=True)),
                ('submitted_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('launched_at', models.DateTimeField(blank=True, null=True)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='ChannelSetting',
            fields=[
                ('channel', models.CharField(choices=[('max', 'MAX'), ('sms', 'СМС'), ('email', 'Электронная почта')], max_length=8, primary_key=True, serialize=False)),
                ('is_open', models.BooleanField(default=True, verbose_name='открыт')),
                ('contract', models.BooleanField(default=False, help_text='Без договора MAX допускает только ответы в диалоге, который открыл клиент.', verbose_name='договор с платформой')),
                ('contract_note', models.CharField(blank=True, max_length=200, verbose_name='договор: номер и дата')),
                ('per_second', models.PositiveIntegerField(default=0, help_text='0: no limit.', verbose_name='сообщений в секунду')),
                ('bucket_tokens', models.FloatField(default=0)),
                ('bucket_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='DeliveryReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.CharField(max_length=20)),
                ('event_key', models.CharField(max_length=120)),
                ('state', models.CharField(choices=[('planned', 'в плане'), ('claimed', 'взято в работу'), ('sending', 'отправляется'), ('accepted', 'принято'), ('delivered', 'доставлено'), ('failed', 'не доставлено'), ('held', 'придержано'), ('unknown', 'исход неизвестен'), ('skipped', 'не отправлялось')], max_length=10)),
                ('detail', models.CharField(blank=True, max_length=120)),
                ('occurred_at', models.DateTimeField()),
                ('received_at', models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name='InboundPayload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.CharField(max_length=20)),
                ('digest', models.CharField(help_text='SHA-256 of provider and body; a repeat adds nothing.', max_length=64)),
                ('headers', models.JSONField(default=dict)),
                ('body', models.TextField()),
                ('received_at', models.DateTimeField(auto_now_add=True)),
                ('handled_at', models.DateTimeField(blank=True, null=True)),
                ('error_code', models.CharField(blank=True, max_length=60)),
            ],
        ),
        migrations.CreateModel(
            name='Link',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token_hash', models.BinaryField(max_length=32, unique=True)),
                ('scope', models.CharField(choices=[('personal', 'личная страница'), ('cancel_change', 'отмена смены контакта')], default='personal', max_length=16)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('visited_at', models.DateTimeField(blank=True, help_text='First act of a human; never a fetch.', null=True)),
                ('confirmed_at', models.DateTimeField(blank=True, null=True)),
                ('consented_at', models.DateTimeField(blank=True, null=True)),
                ('max_linked_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='MaxDialogue',
            fields=[
                ('max_user_id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('chat_id', models.BigIntegerField()),
                ('is_open', models.BooleanField()),
                ('changed_at', models.DateTimeField(help_text='Time of the update that said so, as MAX gave it.')),
            ],
        ),
        migrations.CreateModel(
            name='MaxLinkToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token_hash', models.BinaryField(max_length=32, unique=True)),
                ('session_key', models.CharField(max_length=64)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(blank=True, null=True)),
                ('max_user_id', models.BigIntegerField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('campaign', 'рассылка'), ('code', 'код'), ('notice', 'уведомление'), ('test', 'проба')], max_length=10)),
                ('channel', models.CharField(choices=[('max', 'MAX'), ('sms', 'СМС'), ('email', 'Электронная почта')], max_length=8)),
                ('address', models.CharField(blank=True, help_text='Only for codes and notices to a contact that is not on file.', max_length=254)),
                ('reference', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('context', models.JSONField(default=dict)),
                ('priority', models.PositiveSmallIntegerField(default=5, help_text='0 leaves first: codes; 5: campaigns.')),
                ('state', models.CharField(choices=[('planned', 'в плане'), ('claimed', 'взято в работу'), ('sending', 'отправляется'), ('accepted', 'принято'), ('delivered', 'доставлено'), ('failed', 'не доставлено'), ('held', 'придержано'), ('unknown', 'исход неизвестен'), ('skipped', 'не отправлялось')], default='planned', max_length=10)),
                ('not_before', models.DateTimeField()),
                ('expires_at', models.DateTimeField(blank=True, null=True)),
                ('attempt', models.PositiveSmallIntegerField(default=0)),
                ('lease', models.UUIDField(blank=True, null=True)),
                ('leased_until', models.DateTimeField(blank=True, null=True)),
                ('skip_reason', models.CharField(blank=True, choices=[('no_contact', 'нет контакта для канала'), ('no_consent', 'нет согласия'), ('withdrawn', 'согласие отозвано'), ('suppressed', 'адрес исключён'), ('not_sms_capable', 'номер не принимает СМС'), ('channel_closed', 'канал закрыт'), ('campaign_stopped', 'кампания остановлена'), ('expired', 'устарело')], max_length=20)),
                ('error_code', models.CharField(blank=True, max_length=60)),
                ('provider_id', models.CharField(blank=True, max_length=120)),
                ('created_at', models.DateTimeField()),
                ('sending_at', models.DateTimeField(blank=True, null=True)),
                ('accepted_at', models.DateTimeField(blank=True, null=True)),
                ('delivered_at', models.DateTimeField(blank=True, null=True)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Touchpoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('email', 'письмо'), ('sms', 'СМС'), ('max', 'MAX'), ('entrance', 'общий вход')], max_length=10)),
                ('label', models.CharField(blank=True, max_length=120)),
            ],
        ),
    ]
