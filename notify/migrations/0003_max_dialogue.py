from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notify', '0002_staff_references'),
    ]

    operations = [
        migrations.CreateModel(
            name='MaxDialogue',
            fields=[
                ('max_user_id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('chat_id', models.BigIntegerField()),
                ('is_open', models.BooleanField()),
                ('changed_at', models.DateTimeField(help_text='Time of the update that said so, as MAX gave it.')),
            ],
        ),
    ]
