"""Words for a code that came over MAX. The table does not change."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("consents", "0026_account_words")]

    operations = [
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
                    ("link+max_code", "ссылка и код из MAX"),
                    ("max_code", "код из MAX"),
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
    ]
