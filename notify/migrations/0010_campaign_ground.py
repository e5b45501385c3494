"""What a campaign stands on: the norm, where the subscriber's consent is, why words of offers are no advertising."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notify", "0009_message_words")]

    operations = [
        migrations.AddField(
            model_name="campaign",
            name="norm",
            field=models.CharField(blank=True, db_default="", default="", max_length=200, verbose_name="норма"),
        ),
        migrations.AddField(
            model_name="campaign",
            name="subscriber_consent",
            field=models.CharField(
                blank=True,
                choices=[("own", "согласие клиента, данное нам"), ("contract", "пункт договора с клиентом")],
                db_default="",
                default="",
                max_length=10,
                verbose_name="согласие абонента на рассылку",
            ),
        ),
        migrations.AddField(
            model_name="campaign",
            name="contract_clause",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=200, verbose_name="договор и его пункт"
            ),
        ),
        migrations.AddField(
            model_name="campaign",
            name="contract_date",
            field=models.DateField(blank=True, null=True, verbose_name="дата договора"),
        ),
        migrations.AddField(
            model_name="campaign",
            name="offer_reason",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=300, verbose_name="почему это не реклама"
            ),
        ),
        migrations.AlterField(
            model_name="campaign",
            name="legal_basis",
            field=models.CharField(
                choices=[
                    ("contract", "договор"),
                    ("consent", "согласие"),
                    ("law", "обязательное по закону или договору"),
                ],
                default="contract",
                max_length=10,
                verbose_name="основание",
            ),
        ),
    ]
