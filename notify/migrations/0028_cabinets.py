"""Dialogues that people lead in the cabinet of a provider, and what is said to a customer there."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notify", "0027_account_indexes"),
    ]

    operations = [
        migrations.AddField(
            model_name="dialogue",
            name="cabinet",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Provider where people lead what comes over it.",
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="dialogue",
            name="cabinet_since",
            field=models.DateTimeField(
                blank=True, help_text="The first message left there that nobody has answered.", null=True
            ),
        ),
        migrations.AddField(
            model_name="dialogue",
            name="cabinet_until",
            field=models.DateTimeField(blank=True, help_text="So long, unless somebody writes there.", null=True),
        ),
        migrations.AddField(
            model_name="inboundmessage",
            name="chat",
            field=models.CharField(blank=True, db_default="", default="", max_length=254),
        ),
        migrations.AddField(
            model_name="reply",
            name="attachments",
            field=models.JSONField(db_default=[], default=list, help_text="Kinds of what was sent along from there."),
        ),
        migrations.AddField(
            model_name="reply",
            name="event_key",
            field=models.CharField(blank=True, db_default="", default="", max_length=120),
        ),
        migrations.AddField(
            model_name="reply",
            name="is_automatic",
            field=models.BooleanField(db_default=False, default=False, help_text="A robot has said it there."),
        ),
        migrations.AddField(
            model_name="reply",
            name="provider",
            field=models.CharField(blank=True, db_default="", default="", max_length=20),
        ),
        migrations.AlterField(
            model_name="inboundmessage",
            name="outcome",
            field=models.CharField(
                choices=[
                    ("new", "получено"),
                    ("rule", "выполнено"),
                    ("scenario", "ответил бот"),
                    ("open", "ждёт ответа"),
                    ("cabinet", "ждёт ответа у провайдера"),
                    ("answered", "ответил сотрудник"),
                    ("closed", "закрыто без ответа"),
                ],
                default="new",
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="reply",
            name="message",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="notify.message",
            ),
        ),
    ]
