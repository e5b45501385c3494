"""The recipients of a campaign with the answer of the gate for each, for the forecast and the plan."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection
from django.db.models import FilteredRelation, Q, QuerySet

from consents.enums import Channel, Purpose
from consents.reach.eligibility import Ground, refusals_sql
from notify.campaigns.people import people
from notify.channel_settings import writable_channels
from notify.contracts import contract_refusal
from notify.models import Campaign, CampaignStep

_CLOSED: Final = """
SELECT a.customer_id, a.contact_point_id, a.time_zone, %s AS refusal
FROM ({audience}) AS a(customer_id, contact_point_id, time_zone)
"""

_FORECAST: Final = """
SELECT v.refusal, v.time_zone,
    notify_opens_at(v.time_zone, %s, %s, statement_timestamp()) > statement_timestamp() AS waits, v.people
FROM (SELECT refusal, time_zone, count(*) AS people FROM ({recipients}) r GROUP BY 1, 2) v
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What a launch would do now. ``waiting``: not before their window opens; ``zones`` count who is written to."""

    size: int
    will_send: int
    waiting: int
    refused: Mapping[str, int]
    zones: Mapping[str, int]


def campaign_audience(campaign: Campaign) -> QuerySet[Any]:
    """Return everybody whom the campaign's filter finds now, whether they may be written to or not."""
    return people(campaign.audience, channels=writable_channels())


def recipients_sql(step: CampaignStep, people: tuple[str, tuple[Any, ...]] | None = None) -> tuple[str, list[Any]]:
    """Return a SELECT of (customer_id, contact_point_id, time_zone, refusal), and its parameters.

    It is over the campaign's audience, or over ``people``: a SELECT of the first three, and its parameters. Forecast
    and plan both read it, so that they agree; each message passes the gate again when it leaves.
    """
    channel = Channel(step.channel)
    sql, parameters = people or _audience_sql(step.campaign, channel)
    closed = contract_refusal(channel=channel, kind=step.text_kind)
    if closed:
        return _CLOSED.format(audience=sql), [closed, *parameters]
    return refusals_sql(sql, parameters, channel=channel, ground=step_ground(step))


def step_ground(step: CampaignStep) -> Ground:
    """Return what the messages of a step stand on."""
    return Ground(
        purpose=Purpose(step.text_kind),
        legal_basis=step.legal_basis,
        subscriber_consent=step.subscriber_consent,
    )


def _audience_sql(campaign: Campaign, channel: Channel) -> tuple[str, tuple[Any, ...]]:
    """Return the people of a campaign with their contact for a channel and their zone."""
    contact = Q(contact_points__kind=channel.kind, contact_points__is_current=True)
    rows = (
        campaign_audience(campaign)
        .annotate(contact=FilteredRelation("contact_points", condition=contact))
        .order_by()
        .values_list("id", "contact__id", "time_zone")
    )
    sql, parameters = rows.query.sql_with_params()
    return sql, tuple(parameters)


def step_forecast(step: CampaignStep) -> Forecast:
    """Count by the gate's answer and by zone, as if the step went to the whole audience now. It may be unsaved.

    Of a step after the first that is the most that it can come to: its condition leaves people out.
    """
    sql, parameters = recipients_sql(step)
    window: list[Any] = [step.campaign.send_from, step.campaign.send_until]
    with connection.cursor() as cursor:
        cursor.execute(_FORECAST.format(recipients=sql), [*window, *parameters])
        rows = cursor.fetchall()
    refused, zones = Counter[str](), Counter[str]()
    waiting = 0
    for refusal, zone, waits, count in rows:
        if refusal:
            refused[refusal] += count
        else:
            zones[zone] += count
            waiting += count if waits else 0
    will_send = zones.total()
    return Forecast(
        size=will_send + refused.total(), will_send=will_send, waiting=waiting, refused=refused, zones=zones
    )
