"""From an audience to message rows: one INSERT ... SELECT, one row for everybody, the refused ones with a reason."""

from typing import Any, Final

from django.db import connection, transaction

from notify.enums import CampaignState, MessageKind, TouchpointKind
from notify.models import Campaign, Message, Touchpoint
from notify.selectors.recipients import recipients_sql
from notify.services.claims import CAMPAIGN_PRIORITY

_INSERT: Final = """
INSERT INTO notify_message (
    campaign_id, kind, channel, customer_id, contact_point_id, address, reference, context, priority,
    state, skip_reason, not_before, attempt, error_code, provider_id, created_at, finished_at)
SELECT %s, 'campaign', %s, v.customer_id, v.contact_point_id, '', gen_random_uuid(), '{{}}', %s,
    CASE WHEN v.refusal = '' THEN 'planned' ELSE 'skipped' END, v.refusal,
    notify_opens_at(v.time_zone, %s, %s, statement_timestamp()), 0, '', '', statement_timestamp(),
    CASE WHEN v.refusal <> '' THEN statement_timestamp() END
FROM ({recipients}) v
ON CONFLICT DO NOTHING
"""


@transaction.atomic
def campaign_plan(*, campaign_id: int) -> int | None:
    """Write the rows of a launched campaign and set it running; give how many rows there are.

    Everybody in the audience gets a row: those who may not be written to are ``skipped`` with the reason, so
    that planned = sent + skipped + failed + unknown can be counted. ``None`` when there is nothing to plan: not
    launched, stopped meanwhile, or planned before. A killed run leaves nothing; the next one starts anew.
    """
    campaign = Campaign.objects.select_for_update().filter(pk=campaign_id, state=CampaignState.PLANNING).first()
    if campaign is None:
        return None
    Touchpoint.objects.get_or_create(campaign=campaign, kind=TouchpointKind(campaign.channel), label="")
    recipients, parameters = recipients_sql(campaign)
    head: list[Any] = [campaign.pk, campaign.channel, CAMPAIGN_PRIORITY, campaign.quiet_from, campaign.quiet_to]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT.format(recipients=recipients), [*head, *parameters])
    planned = Message.objects.filter(campaign_id=campaign_id, kind=MessageKind.CAMPAIGN).count()
    Campaign.objects.filter(pk=campaign_id).update(state=CampaignState.RUNNING, planned_count=planned)
    return planned


def campaigns_to_plan() -> list[int]:
    """Launched campaigns whose nudge was lost or whose planning was killed."""
    return list(Campaign.objects.filter(state=CampaignState.PLANNING).order_by("id").values_list("id", flat=True))
