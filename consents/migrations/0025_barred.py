"""A stop for numbers whose subscriber has forbidden mailings at the operator. A later yes to us does not lift that."""

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
    ]
