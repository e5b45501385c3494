"""Every campaign message has a step, every picture and price too; the campaign's own content leaves the code.

Its columns stay for a release, empty in new campaigns: workers of the release before find no channel in them and leave
their messages alone.
"""

import django.db.models.deletion
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

OLD_DEFAULTS = """
ALTER TABLE notify_campaign
    ALTER channel SET DEFAULT '', ALTER text_kind SET DEFAULT 'service', ALTER legal_basis SET DEFAULT 'contract',
    ALTER subject SET DEFAULT '', ALTER text SET DEFAULT '', ALTER button SET DEFAULT '', ALTER link_days SET DEFAULT 30;
ALTER TABLE notify_campaignimage ALTER campaign_id DROP NOT NULL;
ALTER TABLE notify_campaignprice ALTER campaign_id DROP NOT NULL;
"""
OLD_REQUIRED = """
DELETE FROM notify_campaignprice WHERE campaign_id IS NULL;
UPDATE notify_campaignimage i SET campaign_id = s.campaign_id
FROM notify_campaignstep s WHERE s.id = i.step_id AND s.position = 1 AND i.campaign_id IS NULL;
DELETE FROM notify_campaignimage WHERE campaign_id IS NULL;
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE notify_campaignprice ALTER campaign_id SET NOT NULL;
ALTER TABLE notify_campaignimage ALTER campaign_id SET NOT NULL;
ALTER TABLE notify_campaign
    ALTER channel DROP DEFAULT, ALTER text_kind DROP DEFAULT, ALTER legal_basis DROP DEFAULT,
    ALTER subject DROP DEFAULT, ALTER text DROP DEFAULT, ALTER button DROP DEFAULT, ALTER link_days DROP DEFAULT;
"""

CONTENT = (
    "channel",
    "text_kind",
    "legal_basis",
    "norm",
    "subscriber_consent",
    "contract_clause",
    "contract_date",
    "offer_reason",
    "subject",
    "text",
    "button",
    "link_days",
)


class Migration(migrations.Migration):
    dependencies = [("notify", "0037_once_per_step")]

    operations = [
        AddConstraintNotValid(
            "message",
            models.CheckConstraint(
                condition=models.Q(models.Q(("kind", "campaign"), _negated=True), ("step__isnull", False), _connector="OR"),
                name="message_step_given",
            ),
        ),
        migrations.RunSQL(
            OLD_DEFAULTS,
            OLD_REQUIRED,
            state_operations=[
                *(migrations.RemoveField("campaign", name) for name in CONTENT),
                migrations.RemoveField("campaignimage", "campaign"),
                migrations.RemoveField("campaignprice", "campaign"),
            ],
        ),
        migrations.AlterField(
            "campaignimage",
            "step",
            models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="image", to="notify.campaignstep"
            ),
        ),
        migrations.AlterField(
            "campaignprice",
            "step",
            models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="notify.campaignstep"
            ),
        ),
    ]
