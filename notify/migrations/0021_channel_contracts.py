"""Contracts with platforms by kinds of messages; the columns that they replace get a default of the database."""

import django.contrib.postgres.fields
from django.db import migrations, models

KINDS = [
    ("authorization", "коды и ссылки для входа"),
    ("transactional", "сообщения о движении денег"),
    ("service", "сервисные сообщения"),
    ("advertising", "реклама и рассылки"),
]
REASONS = [
    ("no_contact", "нет контакта для канала"),
    ("no_consent", "нет согласия"),
    ("withdrawn", "согласие отозвано"),
    ("refused", "клиент отказался от таких сообщений по этому каналу"),
    ("no_mailing_consent", "не указано, где записано согласие абонента на рассылку"),
    ("suppressed", "адрес исключён"),
    ("not_sms_capable", "номер не принимает СМС"),
    ("channel_closed", "канал закрыт"),
    ("not_in_contract", "договор с платформой не разрешает такие сообщения"),
    ("campaign_stopped", "кампания остановлена"),
    ("expired", "устарело"),
]


class Migration(migrations.Migration):
    dependencies = [("notify", "0020_account_dialogues_filled")]

    operations = [
        migrations.CreateModel(
            name="ChannelContract",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("channel", models.CharField(max_length=8)),
                ("number", models.CharField(max_length=200, verbose_name="номер")),
                ("signed_on", models.DateField(blank=True, null=True, verbose_name="подписан")),
                ("valid_from", models.DateField(verbose_name="действует с")),
                (
                    "valid_until",
                    models.DateField(
                        blank=True, help_text="The last day; empty: no end.", null=True, verbose_name="действует по"
                    ),
                ),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(choices=KINDS, max_length=16), default=list, size=None
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "indexes": [models.Index(fields=["channel"], name="contract_channel")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("number", ""), _negated=True), name="contract_has_number"),
                    models.CheckConstraint(condition=models.Q(("kinds__len__gt", 0)), name="contract_has_kinds"),
                ],
            },
        ),
        migrations.AddField(
            model_name="channelsetting",
            name="carries_codes",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Where a platform asks for a contract: the DPO lets codes go there.",
            ),
        ),
        migrations.AlterField(
            model_name="channelsetting",
            name="contract",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Без договора MAX допускает только ответы в диалоге, который открыл клиент.",
                verbose_name="договор с платформой",
            ),
        ),
        migrations.AlterField(
            model_name="channelsetting",
            name="contract_note",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=200, verbose_name="договор: номер и дата"
            ),
        ),
        migrations.AlterField(
            model_name="message",
            name="skip_reason",
            field=models.CharField(blank=True, choices=REASONS, max_length=20),
        ),
    ]
