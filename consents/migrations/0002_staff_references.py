import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('consents', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='documentversion',
            name='author',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='documentversion',
            name='document',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='consents.document'),
        ),
        migrations.AddField(
            model_name='importjob',
            name='created_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='importissue',
            name='job',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='issues', to='consents.importjob'),
        ),
        migrations.AddField(
            model_name='leaf',
            name='event',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='leaf', to='consents.consentevent'),
        ),
        migrations.AddIndex(
            model_name='ledgercheck',
            index=models.Index(fields=['-finished_at'], name='check_finished'),
        ),
        migrations.AddField(
            model_name='documentversion',
            name='operator',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='consents.operatorprofile'),
        ),
        migrations.AddField(
            model_name='receipt',
            name='customer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='receipts', to='consents.customer'),
        ),
        migrations.AddField(
            model_name='suppression',
            name='customer',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='suppressions', to='consents.customer'),
        ),
        migrations.AddConstraint(
            model_name='treenode',
            constraint=models.UniqueConstraint(fields=('height', 'position'), name='node_place'),
        ),
        migrations.AddField(
            model_name='verification',
            name='customer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='verifications', to='consents.customer'),
        ),
        migrations.AddField(
            model_name='evidence',
            name='customer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='consents.customer'),
        ),
        migrations.AddIndex(
            model_name='contactpoint',
            index=models.Index(fields=['kind', 'value'], name='contact_kind_value'),
        ),
        migrations.AddIndex(
            model_name='contactpoint',
            index=models.Index(condition=models.Q(('replaced_by__isnull', False)), fields=['replaced_by'], name='contact_replaced_by'),
        ),
        migrations.AddConstraint(
            model_name='contactpoint',
            constraint=models.UniqueConstraint(fields=('customer', 'kind', 'value'), name='contact_customer_kind_value'),
        ),
        migrations.AddConstraint(
            model_name='contactpoint',
            constraint=models.UniqueConstraint(condition=models.Q(('is_current', True)), fields=('customer', 'kind'), name='contact_one_current'),
        ),
        migrations.AddConstraint(
            model_name='contactpoint',
            constraint=models.CheckConstraint(condition=models.Q(('value', ''), _negated=True), name='contact_value_given'),
        ),
        migrations.AddIndex(
            model_name='consentstate',
            index=models.Index(fields=['purpose', 'channel', 'value'], name='state_purpose_channel'),
        ),
        migrations.AddConstraint(
            model_name='consentstate',
            constraint=models.UniqueConstraint(fields=('customer', 'purpose', 'channel'), name='state_one_per_channel'),
        ),
        migrations.AddIndex(
            model_name='importissue',
            index=models.Index(fields=['job', 'line'], name='issue_job_line'),
        ),
        migrations.AddConstraint(
            model_name='documentversion',
            constraint=models.UniqueConstraint(fields=('document', 'language', 'number'), name='version_number'),
        ),
        migrations.AddConstraint(
            model_name='documentversion',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'published')), fields=('document', 'language'), name='version_one_published'),
        ),
        migrations.AddConstraint(
            model_name='documentversion',
            constraint=models.CheckConstraint(condition=models.Q(('status', 'draft'), ('published_at__isnull', False), _connector='OR'), name='version_published_has_date'),
        ),
        migrations.AddConstraint(
            model_name='receipt',
            constraint=models.UniqueConstraint(fields=('customer', 'request_key'), name='receipt_once_per_request'),
        ),
        migrations.AddIndex(
            model_name='suppression',
            index=models.Index(condition=models.Q(('lifted_at__isnull', True)), fields=['kind', 'value'], name='suppression_live_value'),
        ),
        migrations.AddConstraint(
            model_name='suppression',
            constraint=models.UniqueConstraint(condition=models.Q(('lifted_at__isnull', True)), fields=('customer', 'kind', 'value', 'scope'), name='suppression_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='suppression',
            constraint=models.CheckConstraint(condition=models.Q(('customer__isnull', False), models.Q(('value', ''), _negated=True), _connector='OR'), name='suppression_has_target'),
        ),
        migrations.AddIndex(
            model_name='verification',
            index=models.Index(fields=['target_key', 'created_at'], name='verification_target'),
        ),
        migrations.AddIndex(
            model_name='verification',
            index=models.Index(fields=['lock_key', 'created_at'], name='verification_lock'),
        ),
        migrations.AddIndex(
            model_name='verification',
            index=models.Index(fields=['created_at'], name='verification_created'),
        ),
        migrations.AddConstraint(
            model_name='verification',
            constraint=models.CheckConstraint(condition=models.Q(('tries__lte', 3)), name='verification_three_tries'),
        ),
    ]
