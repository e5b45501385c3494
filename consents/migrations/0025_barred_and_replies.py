"""A stop for numbers whose subscriber has forbidden mailings at the operator: a later yes to us does not lift that.

And words for a no that somebody wrote back to us, and for a phone that MAX vouches for.
"""

from django.db import migrations, models

FUNCTION = """
CREATE OR REPLACE FUNCTION consents_stop_is_final(p_reason text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
-- What is wrong with the address itself; all other stops are the person's own, who may think better of them.
SELECT p_reason IN ({reasons})
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("consents", "0024_words_of_events")]

    operations = [
        migrations.RunSQL(
            FUNCTION.format(reasons="'bounced', 'not_mine', 'barred'"), FUNCTION.format(reasons="'bounced', 'not_mine'")
        ),
        migrations.AlterField(
            model_name="stop",
            name="reason",
            field=models.CharField(
                choices=[
                    ("refused_all", "отказ от сообщений"),
                    ("not_mine", "«Это не я»"),
                    ("unsubscribed", "отписка одним нажатием"),
                    ("bounced", "адрес не существует"),
                    ("barred", "абонент запретил рассылки у оператора"),
                    ("imported", "отказ из файла"),
                    ("same_contact", "отказ с того же телефона или адреса"),
                    ("staff", "записано сотрудником"),
                ],
                max_length=16,
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
                    ("reply", "ответное сообщение"),
                    ("one_click", "отписка одним нажатием"),
                    ("staff", "записано сотрудником"),
                    ("system", "система"),
                ],
                max_length=20,
            ),
        ),
    ]
