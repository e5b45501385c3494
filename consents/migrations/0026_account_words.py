"""Words for accounts of messengers other than MAX, and for those of the company's own application."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("consents", "0025_barred_and_replies")]

    operations = [
        migrations.AlterField(
            model_name="consentevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("shown", "Текст показан"),
                    ("granted", "Согласие дано"),
                    ("refused", "Отказ"),
                    ("withdrawn", "Согласие отозвано"),
                    ("rules_accepted", "Правила электронной подписи приняты"),
                    ("rules_refused", "Отказ от правил электронной подписи"),
                    ("contact_confirmed", "Контакт подтверждён"),
                    ("contact_added", "Контакт добавлен"),
                    ("contact_changed", "Контакт изменён"),
                    ("contact_restored", "Прежний контакт возвращён"),
                    ("contact_denied", "«Это не я»"),
                    ("max_linked", "MAX подключён"),
                    ("max_unlinked", "MAX отключён"),
                    ("account_linked", "Профиль подключён"),
                    ("account_unlinked", "Профиль отключён"),
                    ("stop_set", "Запрет поставлен"),
                    ("stop_lifted", "Запрет снят"),
                    ("erased", "Данные уничтожены"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="consentevent",
            name="method",
            field=models.CharField(
                choices=[
                    ("link", "ссылка"),
                    ("link+sms_code", "ссылка и код из СМС"),
                    ("link+email_code", "ссылка и код из письма"),
                    ("sms_code", "код из СМС"),
                    ("email_code", "код из письма"),
                    ("link+max_bot", "ссылка и бот MAX"),
                    ("max_bot", "бот MAX"),
                    ("max_phone", "номер, переданный через MAX"),
                    ("link+dialogue", "ссылка и сообщение из профиля"),
                    ("dialogue", "действие в диалоге"),
                    ("own_app", "сообщение сервера приложения"),
                    ("reply", "ответное сообщение"),
                    ("one_click", "отписка одним нажатием"),
                    ("staff", "записано сотрудником"),
                    ("system", "система"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="contactpoint",
            name="origin",
            field=models.CharField(
                choices=[
                    ("file", "из файла"),
                    ("person", "указан клиентом"),
                    ("staff", "записан сотрудником"),
                    ("max", "из MAX"),
                    ("linked", "подключён клиентом"),
                    ("company", "из системы компании"),
                ],
                default="file",
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="contactpoint",
            name="value",
            field=models.CharField(help_text="E.164, normalised address, or id of an account.", max_length=254),
        ),
        migrations.AlterField(
            model_name="contactpoint",
            name="max_chat_id",
            field=models.BigIntegerField(
                blank=True,
                help_text="Of any account: the dialogue is open; its number, 0 where it has none.",
                null=True,
            ),
        ),
    ]
