"""Planning: one INSERT ... SELECT makes a message row for everybody in the audience, refused ones with a reason."""

import logging
from functools import partial
from typing import Any, Final

from django.db import connection, transaction
from django.db.models.functions import Now

from notify.campaigns.content import planned_size
from notify.campaigns.recipients import recipients_sql
from notify.enums import CampaignState
from notify.errors import CampaignChanged
from notify.models import Campaign, Touchpoint
from notify.outbox.state import campaign_move_check
from notify.types import CAMPAIGN_PRIORITY

logger = logging.getLogger(__name__)

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
    """Write the rows of a launched campaign and set it running; return how many rows there are.

    Everybody in the audience gets a row: those who may not be written to are ``skipped`` with the reason, so
    that planned = sent + skipped + failed + unknown can be counted. The rows must be of people who were approved:
    when others have joined the audience since, the rows are rolled back and the campaign returns to review. None
    when nothing was planned: for that reason, or the campaign is not launched, stopped, planned already, or locked by
    another worker. A killed run leaves nothing; the next one starts anew.
    """
    campaign = (
        Campaign.objects.select_for_update(skip_locked=True)
        .filter(pk=campaign_id, state=CampaignState.PLANNING)
        .first()
    )
    if campaign is None:
        return None
    Touchpoint.objects.get_or_create(campaign=campaign, kind=campaign.channel, label="")
    try:
        planned = _rows_write(campaign)
    except CampaignChanged:
        logger.warning("campaign %d: not the people who were approved, back to review", campaign_id)
        campaign_move_check(campaign.state, CampaignState.REVIEW)
        Campaign.objects.filter(pk=campaign_id).update(
            state=CampaignState.REVIEW, content_sha256="", launched_by=None, launched_at=None, voided_at=Now()
        )
        return None
    Campaign.objects.filter(pk=campaign_id).update(state=CampaignState.RUNNING, planned_count=planned)
    transaction.on_commit(partial(logger.info, "campaign %d starts: %d messages planned", campaign_id, planned))
    return planned


@transaction.atomic
def _rows_write(campaign: Campaign) -> int:
    """Write the rows and raise `CampaignChanged` unless they are of people who were approved.

    The check comes after the insert, because only the rows are the audience of one moment.
    """
    recipients, parameters = recipients_sql(campaign)
    head: list[Any] = [campaign.pk, campaign.channel, CAMPAIGN_PRIORITY, campaign.send_from, campaign.send_until]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT.format(recipients=recipients), [*head, *parameters])
    size = planned_size(campaign)
    if size is None:
        raise CampaignChanged
    return size


def campaigns_to_plan() -> list[int]:
    """Return the launched campaigns whose nudge was lost or whose planning was killed."""
    return list(Campaign.objects.filter(state=CampaignState.PLANNING).order_by("id").values_list("id", flat=True))
