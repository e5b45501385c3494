"""From an audience to message rows: one INSERT ... SELECT, one row for everybody, the refused ones with a reason."""

from typing import Final

from django.db import connection, transaction
from django.db.models import FilteredRelation, Q

from consents.enums import Channel, ContactKind
from consents.selectors.audience import audience
from notify.enums import CampaignState, MessageKind, TouchpointKind
from notify.models import Campaign, ChannelSetting, Message, Touchpoint
from notify.services.claims import CAMPAIGN_PRIORITY

KIND_OF_CONTACT: Final = {
    Channel.SMS: ContactKind.PHONE,
    Channel.EMAIL: ContactKind.EMAIL,
    Channel.MAX: ContactKind.MAX,
}

# The gate's own function decides, so that the plan and the gate cannot disagree.
_INSERT: Final = """
INSERT INTO notify_message (
    campaign_id, kind, channel, customer_id, contact_point_id, address, reference, context, priority,
    state, skip_reason, not_before, attempt, error_code, provider_id, created_at, finished_at)
SELECT %s, 'campaign', %s, v.customer_id, v.contact_point_id, '', gen_random_uuid(), '{{}}', %s,
    CASE WHEN v.refusal = '' THEN 'planned' ELSE 'skipped' END, v.refusal,
    notify_opens_at(v.time_zone, %s, %s, statement_timestamp()), 0, '', '', statement_timestamp(),
    CASE WHEN v.refusal <> '' THEN statement_timestamp() END
FROM (
    SELECT a.customer_id, a.contact_point_id, a.time_zone,
        CASE WHEN %s <> '' THEN %s
             ELSE consents_may_send(a.customer_id, a.contact_point_id, %s, %s, %s) END AS refusal
    FROM ({audience}) AS a(customer_id, contact_point_id, time_zone)
    OFFSET 0
) v
ON CONFLICT DO NOTHING
"""


@transaction.atomic
def campaign_plan(*, campaign_id: int) -> int | None:
    """Write the rows of a launched campaign and set it running; give how many rows there are.

    Everybody in the audience gets a row: those who may not be written to are ``skipped`` with the reason, so
    that planned = sent + skipped + failed + unknown can be counted. ``None`` when there is nothing to plan: not
    launched, stopped meanwhile, or planned before. A killed run leaves nothing; the next one starts anew.
    """
    campaign = (
        Campaign.objects.select_for_update().filter(pk=campaign_id, state=CampaignState.PLANNING).first()
    )
    if campaign is None:
        return None
    Touchpoint.objects.get_or_create(campaign=campaign, kind=TouchpointKind(campaign.channel), label="")
    with connection.cursor() as cursor:
        cursor.execute(*_statement(campaign))
    planned = Message.objects.filter(campaign_id=campaign_id, kind=MessageKind.CAMPAIGN).count()
    Campaign.objects.filter(pk=campaign_id).update(state=CampaignState.RUNNING, planned_count=planned)
    return planned


def _statement(campaign: Campaign) -> tuple[str, list[object]]:
    channel = Channel(campaign.channel)
    contact = Q(contact_points__kind=KIND_OF_CONTACT[channel], contact_points__is_current=True)
    people = (
        audience(campaign.audience)
        .annotate(contact=FilteredRelation("contact_points", condition=contact))
        .order_by()
        .values_list("id", "contact__id", "time_zone")
    )
    sql, parameters = people.query.sql_with_params()
    refusal = channel_refusal(channel=channel)
    head: list[object] = [campaign.pk, channel.value, CAMPAIGN_PRIORITY, campaign.quiet_from, campaign.quiet_to]
    gate: list[object] = [refusal, refusal, channel.value, campaign.text_kind, campaign.legal_basis]
    return _INSERT.format(audience=sql), [*head, *gate, *parameters]


def channel_refusal(*, channel: str) -> str:
    """Why no campaign may use ``channel`` at all; empty when it may.

    MAX forbids first messages without a contract (requirements 1.5 of the platform): only the setting lifts it.
    """
    setting = ChannelSetting.objects.filter(channel=channel).first()
    if channel == Channel.MAX and (setting is None or not setting.contract):
        return "channel_closed"
    return ""


def campaigns_to_plan() -> list[int]:
    """Launched campaigns whose nudge was lost or whose planning was killed."""
    return list(Campaign.objects.filter(state=CampaignState.PLANNING).order_by("id").values_list("id", flat=True))
