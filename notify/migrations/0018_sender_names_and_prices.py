"""Names of senders, prices of campaigns, parts as we count them, tokens of staff."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notify', '0017_provider_balance'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='message',
            name='counted_parts',
            field=models.PositiveSmallIntegerField(db_default=0, default=0, help_text='What we have counted of it.'),
        ),
        migrations.CreateModel(
            name='CampaignPrice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField()),
                ('provider', models.CharField(blank=True, max_length=20)),
                ('asked_at', models.DateTimeField()),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('sample', models.PositiveSmallIntegerField(default=0)),
                ('parts', models.PositiveSmallIntegerField(default=0, help_text='Of one message of the sample.')),
                ('price', models.DecimalField(blank=True, decimal_places=4, max_digits=12, null=True)),
                ('trouble', models.CharField(blank=True, max_length=60)),
                ('campaign', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='notify.campaign')),
            ],
        ),
        migrations.CreateModel(
            name='SenderName',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.CharField(max_length=20)),
                ('name', models.CharField(max_length=11)),
                ('operator', models.CharField(choices=[('all', 'все операторы'), ('mts', 'МТС'), ('megafon', 'МегаФон'), ('beeline', 'Билайн'), ('t2', 'T2'), ('yota', 'Yota')], max_length=8)),
                ('traffic', models.CharField(choices=[('service', 'сервисный'), ('transactional', 'транзакционный'), ('advertising', 'рекламный')], max_length=13)),
                ('state', models.CharField(choices=[('requested', 'ждёт ответа'), ('approved', 'согласовано'), ('refused', 'отказано'), ('ended', 'больше не действует')], default='requested', max_length=10)),
                ('valid_until', models.DateField(blank=True, help_text='The last day; empty: until somebody ends it.', null=True)),
                ('note', models.CharField(blank=True, max_length=300)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('changed_at', models.DateTimeField(auto_now=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('provider', 'name', 'operator', 'traffic'), name='sender_name_once')],
            },
        ),
        migrations.CreateModel(
            name='SenderTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField()),
                ('is_approved', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('sender_name', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='templates', to='notify.sendername')),
            ],
        ),
        migrations.CreateModel(
            name='StaffMaxToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token_hash', models.BinaryField(max_length=32, unique=True)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(blank=True, null=True)),
                ('max_user_id', models.BigIntegerField(blank=True, help_text='Until its owner has taken it over.', null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
    ]
