import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('email', models.EmailField(max_length=254, unique=True, verbose_name='электронная почта')),
                ('name', models.CharField(max_length=120, verbose_name='имя')),
                ('role', models.CharField(choices=[('marketing', 'маркетинг'), ('dpo', 'ответственный за персональные данные'), ('operator', 'оператор'), ('administrator', 'администратор')], max_length=16, verbose_name='роль')),
                ('is_active', models.BooleanField(default=True)),
                ('is_staff', models.BooleanField(default=False)),
                ('date_joined', models.DateTimeField(auto_now_add=True)),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ExportJob',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(max_length=20)),
                ('filters', models.JSONField(default=dict)),
                ('reason', models.CharField(max_length=300, verbose_name='цель выгрузки')),
                ('state', models.CharField(choices=[('queued', 'готовится'), ('ready', 'готова'), ('failed', 'не получилась'), ('expired', 'срок истёк')], default='queued', max_length=10)),
                ('row_count', models.PositiveIntegerField(blank=True, null=True)),
                ('path', models.CharField(blank=True, max_length=500)),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('ready_at', models.DateTimeField(blank=True, null=True)),
                ('expires_at', models.DateTimeField(blank=True, null=True)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='PersonSession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key_hash', models.CharField(max_length=64, unique=True)),
                ('customer_id', models.BigIntegerField(blank=True, null=True)),
                ('link_id', models.BigIntegerField(blank=True, null=True)),
                ('touchpoint_id', models.BigIntegerField(blank=True, null=True)),
                ('level', models.PositiveSmallIntegerField(choices=[(0, 'только ссылка'), (1, 'код на известный контакт'), (2, 'код на новый контакт')], default=0)),
                ('method', models.CharField(blank=True, max_length=20)),
                ('progress', models.JSONField(default=dict, help_text='Channels and purposes chosen; no personal values.')),
                ('created_at', models.DateTimeField()),
                ('seen_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['seen_at'], name='person_session_seen')],
            },
        ),
        migrations.CreateModel(
            name='SandboxCallback',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.CharField(help_text="The webhook's name: sandbox or max.", max_length=20)),
                ('body', models.JSONField()),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('attempt', models.PositiveSmallIntegerField(default=0)),
                ('delivered_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('delivered_at__isnull', True)), fields=['id'], name='sandbox_callback_due')],
            },
        ),
        migrations.CreateModel(
            name='SandboxMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(choices=[('max', 'MAX'), ('sms', 'СМС'), ('email', 'Электронная почта')], max_length=8)),
                ('address', models.CharField(max_length=254)),
                ('sender', models.CharField(blank=True, max_length=254)),
                ('subject', models.CharField(blank=True, max_length=300)),
                ('text', models.TextField(blank=True)),
                ('html', models.TextField(blank=True)),
                ('headers', models.JSONField(default=dict)),
                ('buttons', models.JSONField(default=list)),
                ('reference', models.CharField(blank=True, max_length=80)),
                ('received_at', models.DateTimeField(auto_now_add=True)),
                ('read_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['channel', 'address', '-id'], name='sandbox_address')],
            },
        ),
        migrations.CreateModel(
            name='Throttle',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=80)),
                ('window', models.BigIntegerField()),
                ('count', models.PositiveIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('key', 'window'), name='throttle_once')],
            },
        ),
        migrations.CreateModel(
            name='StaffAction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('actor', models.CharField(help_text="E-mail at the time, or the command's name.", max_length=254)),
                ('action', models.CharField(help_text='Dotted name: campaign.launched.', max_length=60)),
                ('object_kind', models.CharField(blank=True, max_length=40)),
                ('object_id', models.CharField(blank=True, max_length=64)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('details', models.JSONField(default=dict, help_text='Counts, hashes, filters; never a contact value.')),
                ('ip', models.GenericIPAddressField(blank=True, null=True)),
                ('occurred_at', models.DateTimeField(auto_now_add=True)),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='actions', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['-occurred_at'], name='action_occurred'), models.Index(fields=['object_kind', 'object_id'], name='action_object'), models.Index(fields=['user', '-occurred_at'], name='action_user')],
            },
        ),
    ]
