"""Two more reasons for which the gate keeps a message back. The table does not change."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notify", "0010_campaign_ground")]

    operations = [
        migrations.AlterField(
            model_name="message",
            name="skip_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("no_contact", "нет контакта для канала"),
                    ("no_consent", "нет согласия"),
                    ("withdrawn", "согласие отозвано"),
                    ("refused", "клиент отказался от таких сообщений по этому каналу"),
                    ("no_mailing_consent", "не указано, где записано согласие абонента на рассылку"),
                    ("suppressed", "адрес исключён"),
                    ("not_sms_capable", "номер не принимает СМС"),
                    ("channel_closed", "канал закрыт"),
                    ("campaign_stopped", "кампания остановлена"),
                    ("expired", "устарело"),
                ],
                max_length=20,
            ),
        ),
    ]
