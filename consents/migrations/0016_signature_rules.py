"""Rules of the simple electronic signature as a setting of the company."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("consents", "0015_event_words")]

    operations = [
        migrations.AddField(
            model_name="company",
            name="signature_rules",
            field=models.CharField(
                choices=[
                    ("off", "нет: ответ доказывают код, текст и время"),
                    ("contract", "есть в договоре с клиентом"),
                    ("ask", "предложить на личной странице"),
                ],
                db_default="off",
                default="off",
                max_length=8,
            ),
        ),
    ]
