"""Why a campaign was given back, when a launch was taken back; a skip reason that nothing gave goes."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notify', '0006_drop_unused_link_lock'),
    ]

    operations = [
        migrations.AddField(
            model_name='campaign',
            name='return_reason',
            field=models.CharField(blank=True, default='', help_text='Words of the one who gave it back.', max_length=300),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='campaign',
            name='voided_at',
            field=models.DateTimeField(blank=True, help_text='When a launch was taken back: the audience was not the approved one.', null=True),
        ),
        migrations.AlterField(
            model_name='campaign',
            name='content_sha256',
            field=models.CharField(blank=True, help_text='Of what was submitted, then approved.', max_length=64),
        ),
        migrations.AlterField(
            model_name='message',
            name='skip_reason',
            field=models.CharField(blank=True, choices=[('no_contact', 'нет контакта для канала'), ('no_consent', 'нет согласия'), ('withdrawn', 'согласие отозвано'), ('suppressed', 'адрес исключён'), ('not_sms_capable', 'номер не принимает СМС'), ('channel_closed', 'канал закрыт'), ('campaign_stopped', 'кампания остановлена'), ('expired', 'устарело')], max_length=20),
        ),
    ]
