"""Two indexes of contacts that cost every import and served nobody: one repeated the unique key, one was of nulls."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('consents', '0008_messengers'),
    ]

    operations = [
        migrations.AlterField(
            model_name='contactpoint',
            name='customer',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='contact_points', to='consents.customer'),
        ),
        migrations.AlterField(
            model_name='contactpoint',
            name='replaced_by',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='replaces', to='consents.contactpoint'),
        ),
        migrations.AddIndex(
            model_name='contactpoint',
            index=models.Index(condition=models.Q(('replaced_by__isnull', False)), fields=['replaced_by'], name='contact_replaced_by'),
        ),
    ]
