import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('consents', '0002_staff_references'),
        ('notify', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='campaign',
            name='created_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='campaign',
            name='launched_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='inboundpayload',
            index=models.Index(condition=models.Q(('handled_at__isnull', True)), fields=['id'], name='inbound_unhandled'),
        ),
        migrations.AddConstraint(
            model_name='inboundpayload',
            constraint=models.UniqueConstraint(fields=('provider', 'digest'), name='inbound_once'),
        ),
        migrations.AddField(
            model_name='link',
            name='customer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='consents.customer'),
        ),
        migrations.AddField(
            model_name='maxlinktoken',
            name='customer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='consents.customer'),
        ),
        migrations.AddField(
            model_name='maxlinktoken',
            name='link',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='notify.link'),
        ),
        migrations.AddField(
            model_name='message',
            name='campaign',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='notify.campaign'),
        ),
        migrations.AddField(
            model_name='message',
            name='contact_point',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='consents.contactpoint'),
        ),
        migrations.AddField(
            model_name='message',
            name='customer',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='consents.customer'),
        ),
        migrations.AddField(
            model_name='link',
            name='message',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='link', to='notify.message'),
        ),
        migrations.AddField(
            model_name='deliveryreport',
            name='message',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='notify.message'),
        ),
        migrations.AddField(
            model_name='touchpoint',
            name='campaign',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='touchpoints', to='notify.campaign'),
        ),
        migrations.AddField(
            model_name='link',
            name='touchpoint',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='notify.touchpoint'),
        ),
        migrations.AddIndex(
            model_name='campaign',
            index=models.Index(fields=['state'], name='campaign_state'),
        ),
        migrations.AddConstraint(
            model_name='campaign',
            constraint=models.CheckConstraint(condition=models.Q(('launched_by__isnull', True), models.Q(('launched_by', models.F('created_by')), _negated=True), _connector='OR'), name='campaign_second_person'),
        ),
        migrations.AddConstraint(
            model_name='campaign',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'review', 'stopped']), ('launched_by__isnull', False), _connector='OR'), name='campaign_launched_by_somebody'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('state', 'planned')), fields=['channel', 'priority', 'not_before', 'id'], name='message_queue'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('state__in', ['claimed', 'sending'])), fields=['leased_until'], name='message_leases'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(fields=['campaign', 'state'], name='message_campaign_state'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('provider_id', ''), _negated=True), fields=['provider_id'], name='message_provider_id'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'campaign')), fields=('campaign', 'customer', 'channel'), name='message_once_per_campaign'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('campaign__isnull', False), ('customer__isnull', False), ('kind', 'campaign')), models.Q(('kind', 'campaign'), _negated=True), _connector='OR'), name='message_campaign_given'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'skipped'), _negated=True), models.Q(('skip_reason', ''), _negated=True), _connector='OR'), name='message_skip_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='deliveryreport',
            constraint=models.UniqueConstraint(fields=('provider', 'event_key'), name='report_once'),
        ),
        migrations.AddConstraint(
            model_name='touchpoint',
            constraint=models.UniqueConstraint(fields=('campaign', 'kind', 'label'), name='touchpoint_once', nulls_distinct=False),
        ),
        migrations.AddIndex(
            model_name='link',
            index=models.Index(fields=['touchpoint'], name='link_touchpoint'),
        ),
    ]
