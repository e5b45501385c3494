"""What customers write, the answers, and the scenarios of the bot. New tables; one more kind of message."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('consents', '0025_barred_and_replies'),
        ('notify', '0012_providers'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ReadyAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=80, unique=True, verbose_name='название')),
                ('text', models.TextField(verbose_name='текст')),
                ('place', models.PositiveSmallIntegerField(default=1)),
            ],
        ),
        migrations.CreateModel(
            name='Scenario',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40, unique=True)),
                ('title', models.CharField(max_length=80, verbose_name='название')),
                ('place', models.PositiveSmallIntegerField(default=1, help_text='The first that fits answers.')),
                ('is_on', models.BooleanField(default=False)),
            ],
        ),
        migrations.AlterField(
            model_name='message',
            name='kind',
            field=models.CharField(choices=[('campaign', 'рассылка'), ('code', 'код'), ('notice', 'уведомление'), ('test', 'тест'), ('reply', 'ответ')], max_length=10),
        ),
        migrations.CreateModel(
            name='Dialogue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(max_length=8)),
                ('account', models.CharField(max_length=254)),
                ('chat', models.CharField(blank=True, max_length=64)),
                ('subject', models.CharField(blank=True, help_text='Of the last letter.', max_length=200)),
                ('state', models.CharField(choices=[('waiting', 'ждёт ответа'), ('claimed', 'в работе'), ('closed', 'закрыт')], default='closed', max_length=10)),
                ('unread', models.PositiveIntegerField(default=0)),
                ('waiting_since', models.DateTimeField(blank=True, help_text='The first message that nobody has answered.', null=True)),
                ('last_at', models.DateTimeField()),
                ('claimed_at', models.DateTimeField(blank=True, null=True)),
                ('pending', models.JSONField(default=dict, help_text='What the bot has asked: scenario and until when.')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('claimed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('customer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='consents.customer')),
            ],
        ),
        migrations.CreateModel(
            name='DialogueNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=2000)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('dialogue', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='notify.dialogue')),
            ],
        ),
        migrations.CreateModel(
            name='InboundMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.CharField(max_length=20)),
                ('event_key', models.CharField(max_length=120)),
                ('channel', models.CharField(max_length=8)),
                ('account', models.CharField(max_length=254)),
                ('text', models.TextField(blank=True)),
                ('subject', models.CharField(blank=True, max_length=200)),
                ('attachments', models.JSONField(default=list, help_text='Kinds of what was sent along; the files stay there.')),
                ('occurred_at', models.DateTimeField()),
                ('received_at', models.DateTimeField()),
                ('outcome', models.CharField(choices=[('new', 'получено'), ('rule', 'выполнено'), ('scenario', 'ответил бот'), ('open', 'ждёт ответа'), ('answered', 'ответил сотрудник'), ('closed', 'закрыто без ответа')], default='new', max_length=10)),
                ('handled_by', models.CharField(blank=True, help_text='Code of the rule or of the scenario.', max_length=40)),
                ('handled_at', models.DateTimeField(blank=True, null=True)),
                ('taken_until', models.DateTimeField(blank=True, help_text='While a worker looks for an answer.', null=True)),
                ('dialogue', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='inbound', to='notify.dialogue')),
                ('in_reply_to', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='notify.message')),
            ],
        ),
        migrations.CreateModel(
            name='Reply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scenario', models.CharField(blank=True, help_text='Code of the scenario that answered.', max_length=40)),
                ('channel', models.CharField(max_length=8)),
                ('account', models.CharField(max_length=254)),
                ('subject', models.CharField(blank=True, max_length=200)),
                ('text', models.TextField()),
                ('buttons', models.JSONField(default=list, help_text='Captions; a press sends them back to us.')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('answers', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='notify.inboundmessage')),
                ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('dialogue', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='replies', to='notify.dialogue')),
                ('message', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='notify.message')),
            ],
        ),
        migrations.CreateModel(
            name='ScenarioVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('spec', models.JSONField(help_text='See `notify.scenarios.spec`.')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('scenario', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='notify.scenario')),
            ],
        ),
        migrations.AddIndex(
            model_name='dialogue',
            index=models.Index(fields=['state', 'waiting_since', 'id'], name='dialogue_waiting'),
        ),
        migrations.AddIndex(
            model_name='dialogue',
            index=models.Index(fields=['-last_at', '-id'], name='dialogue_latest'),
        ),
        migrations.AddIndex(
            model_name='dialogue',
            index=models.Index(fields=['claimed_by', '-last_at'], name='dialogue_claimed'),
        ),
        migrations.AddConstraint(
            model_name='dialogue',
            constraint=models.UniqueConstraint(condition=models.Q(('customer__isnull', False)), fields=('customer',), name='dialogue_once_per_customer'),
        ),
        migrations.AddConstraint(
            model_name='dialogue',
            constraint=models.UniqueConstraint(condition=models.Q(('customer__isnull', True)), fields=('channel', 'account'), name='dialogue_once_per_stranger'),
        ),
        migrations.AddIndex(
            model_name='inboundmessage',
            index=models.Index(fields=['dialogue', '-id'], name='inbound_of_dialogue'),
        ),
        migrations.AddIndex(
            model_name='inboundmessage',
            index=models.Index(condition=models.Q(('outcome', 'new')), fields=['id'], name='inbound_new'),
        ),
        migrations.AddIndex(
            model_name='inboundmessage',
            index=models.Index(fields=['handled_by', 'outcome', 'received_at'], name='inbound_by_scenario'),
        ),
        migrations.AddConstraint(
            model_name='inboundmessage',
            constraint=models.UniqueConstraint(fields=('provider', 'event_key'), name='inbound_message_once'),
        ),
        migrations.AddIndex(
            model_name='reply',
            index=models.Index(fields=['dialogue', '-id'], name='reply_of_dialogue'),
        ),
        migrations.AddConstraint(
            model_name='scenarioversion',
            constraint=models.UniqueConstraint(fields=('scenario', 'number'), name='scenario_version_once'),
        ),
    ]
