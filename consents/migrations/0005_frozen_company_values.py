"""Freeze what a published text says of the company; keep the time of the last try of a code."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('consents', '0004_append_only'),
    ]

    operations = [
        migrations.AddField(
            model_name='documentversion',
            name='company_values',
            field=models.JSONField(default=dict, help_text='What the text says of the company and its processor, as of the publishing.'),
        ),
        migrations.AddField(
            model_name='documentversion',
            name='valid_days',
            field=models.PositiveIntegerField(blank=True, help_text='How long a yes to this text holds; empty: until taken back.', null=True, verbose_name='срок, дней'),
        ),
        migrations.AddField(
            model_name='verification',
            name='tried_at',
            field=models.DateTimeField(blank=True, help_text='When a code was last entered.', null=True),
        ),
        migrations.AlterField(
            model_name='documentversion',
            name='body_sha256',
            field=models.CharField(help_text='Of title, body, checkbox, term and company values together.', max_length=64),
        ),
    ]
