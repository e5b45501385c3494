"""Planning: one INSERT ... SELECT makes a message row for each person who is due, refused ones with a reason.

The first step of a campaign is planned whole at the launch: its rows are the people of the campaign. In a
later step each person is due alone, some days after their message of the step before.
"""

import logging
import re
from functools import partial
from itertools import count
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now

from consents.enums import Channel
from notify.campaigns.content import planned_size
from notify.campaigns.recipients import recipients_sql
from notify.enums import CampaignState
from notify.errors import CampaignChanged
from notify.models import Campaign, CampaignStep, Touchpoint
from notify.outbox.gate import MET, reporting_channels
from notify.outbox.state import campaign_move_check
from notify.types import CAMPAIGN_PRIORITY

logger = logging.getLogger(__name__)

CHUNK: Final = 200_000
"""People of a later step whose rows are made in one transaction."""
LOOK_EVERY: Final = 300
"""Seconds between two looks at a later step, at least."""

_INSERT: Final = """
INSERT INTO notify_message (
    campaign_id, step_id, kind, channel, customer_id, contact_point_id, address, reference, context, priority,
    state, skip_reason, not_before, attempt, error_code, provider_id, created_at, finished_at)
SELECT %(campaign)s, %(step)s, 'campaign', %(channel)s, v.customer_id, v.contact_point_id, '', gen_random_uuid(),
    '{}', %(priority)s, CASE WHEN v.refusal = '' THEN 'planned' ELSE 'skipped' END, v.refusal,
    notify_opens_at(v.time_zone, %(send_from)s, %(send_until)s,
        GREATEST(statement_timestamp(), notify_day_begins(v.time_zone, %(starts_on)s))),
    0, '', '', statement_timestamp(), CASE WHEN v.refusal <> '' THEN statement_timestamp() END
FROM ({recipients}) v
ON CONFLICT DO NOTHING
"""

# People of the step before who have no row here yet, and the moment when they are due: days after their message left,
# or after it was clear that it would not. OFFSET has each of them looked up by the index of the step. As a join it is
# planned by what is known of the step, which right after its first rows is nothing: each was compared with each.
_IS_OPEN: Final = "p.state IN ('planned', 'claimed', 'sending', 'held')"
_DUE_AT: Final = "COALESCE(p.accepted_at, p.finished_at, p.sending_at) + st.wait_days * interval '1 day'"
_WAITING: Final = """
FROM notify_message p
JOIN notify_campaignstep st ON st.id = %(step)s
JOIN notify_campaign c ON c.id = st.campaign_id
WHERE p.step_id = %(before)s AND p.kind = 'campaign' AND NOT EXISTS (
    SELECT FROM notify_message m WHERE m.step_id = st.id AND m.kind = 'campaign' AND m.customer_id = p.customer_id
    OFFSET 0)
"""
_PEOPLE_DUE: Final = f"""
WITH due AS MATERIALIZED (
    SELECT p.customer_id, {MET} AS is_met {_WAITING} AND NOT {_IS_OPEN} AND {_DUE_AT} <= statement_timestamp()
    LIMIT %(chunk)s
)"""
_OF_DUE: Final = """(
    SELECT r.customer_id, r.contact_point_id, r.time_zone, r.refusal FROM ({recipients}) r
    UNION ALL
    SELECT t.customer_id, NULL, '', 'condition' FROM due t WHERE NOT t.is_met
)"""
_LATER: Final = _PEOPLE_DUE + _INSERT.replace("({recipients})", _OF_DUE)
_PEOPLE: Final = """
SELECT t.customer_id, p.id, c.time_zone
FROM due t JOIN consents_customer c ON c.id = t.customer_id
LEFT JOIN consents_contactpoint p ON p.customer_id = c.id AND p.kind = %s AND p.is_current
WHERE t.is_met
"""

# Of messages that are still on their way nobody knows the moment yet: nobody is due sooner than those days from now.
_NEXT_LOOK: Final = f"""
UPDATE notify_campaignstep s
SET look_at = CASE WHEN w.people > 0 OR b.look_at IS NOT NULL THEN GREATEST(
    LEAST(w.next, CASE WHEN w.has_open OR b.look_at IS NOT NULL
        THEN statement_timestamp() + s.wait_days * interval '1 day' END),
    statement_timestamp() + %(look_every)s * interval '1 second') END
FROM notify_campaignstep b, (
    SELECT count(*) AS people, min({_DUE_AT}) FILTER (WHERE NOT {_IS_OPEN}) AS next, bool_or({_IS_OPEN}) AS has_open
    {_WAITING}) w
WHERE s.id = %(step)s AND b.id = %(before)s
"""  # noqa: S608 - statements of ours


@transaction.atomic
def campaign_plan(*, campaign_id: int) -> int | None:
    """Write the rows of a launched campaign's first step and set it running; return how many rows there are.

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
    first, *later = campaign.steps.select_related("campaign").order_by("position")
    for step in (first, *later):
        Touchpoint.objects.get_or_create(campaign=campaign, step=step, kind=step.channel, label="")
    try:
        planned = _rows_write(first)
    except CampaignChanged:
        logger.warning("campaign %d: not the people who were approved, back to review", campaign_id)
        campaign_move_check(campaign.state, CampaignState.REVIEW)
        Campaign.objects.filter(pk=campaign_id).update(
            state=CampaignState.REVIEW, content_sha256="", launched_by=None, launched_at=None, voided_at=Now()
        )
        return None
    CampaignStep.objects.filter(pk__in=[step.pk for step in later]).update(look_at=Now())
    Campaign.objects.filter(pk=campaign_id).update(state=CampaignState.RUNNING, planned_count=planned)
    transaction.on_commit(partial(logger.info, "campaign %d starts: %d messages planned", campaign_id, planned))
    return planned


@transaction.atomic
def _rows_write(first: CampaignStep) -> int:
    """Write the rows and raise `CampaignChanged` unless they are of people who were approved.

    The check comes after the insert, because only the rows are the audience of one moment.
    """
    recipients, parameters = recipients_sql(first)
    with connection.cursor() as cursor:
        cursor.execute(*_statement(_INSERT, first, recipients, parameters))
    size = planned_size(first)
    if size is None:
        raise CampaignChanged
    return size


def campaigns_to_plan() -> list[int]:
    """Return the launched campaigns whose nudge was lost or whose planning was killed."""
    return list(Campaign.objects.filter(state=CampaignState.PLANNING).order_by("id").values_list("id", flat=True))


def steps_to_plan() -> list[int]:
    """Return the later steps of running campaigns in which somebody may be due."""
    due = CampaignStep.objects.filter(look_at__lte=Now(), campaign__state=CampaignState.RUNNING)
    return list(due.order_by("look_at", "id").values_list("id", flat=True))


@transaction.atomic
def step_plan(*, step_id: int) -> int | None:
    """Write the rows of those who are due in a later step, `CHUNK` at most; return how many there were.

    Each person of the step before gets one row here, once: whoever does not meet the condition at that moment is
    ``skipped`` for it. None when the step is not due, its campaign does not run, or another worker is at it.
    """
    step = (
        CampaignStep.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("campaign")
        .filter(pk=step_id, look_at__lte=Now(), campaign__state=CampaignState.RUNNING, position__gt=1)
        .first()
    )
    if step is None:
        return None
    before = CampaignStep.objects.get(campaign_id=step.campaign_id, position=step.position - 1)
    recipients, parameters = recipients_sql(step, (_PEOPLE, (Channel(step.channel).kind.value,)))
    sql, named = _statement(_LATER, step, recipients, parameters)
    named |= {"before": before.pk, "chunk": CHUNK, "reporting": reporting_channels(), "look_every": LOOK_EVERY}
    with connection.cursor() as cursor:
        cursor.execute(sql, named)
        written = int(cursor.rowcount)
        Campaign.objects.filter(pk=step.campaign_id).update(planned_count=F("planned_count") + written)
        if written < CHUNK:
            cursor.execute(_NEXT_LOOK, named)
    return written


def _statement(sql: str, step: CampaignStep, recipients: str, parameters: list[Any]) -> tuple[str, dict[str, Any]]:
    """Return a statement over ``recipients``, whose parameters go by place, with named parameters alone."""
    numbers = count()
    named = re.sub(r"%[s%]", lambda found: f"%(r{next(numbers)})s" if found[0] == "%s" else "%%", recipients)
    return sql.replace("{recipients}", named), {
        **{f"r{at}": value for at, value in enumerate(parameters)},
        "campaign": step.campaign_id,
        "step": step.pk,
        "channel": step.channel,
        "priority": CAMPAIGN_PRIORITY,
        "send_from": step.campaign.send_from,
        "send_until": step.campaign.send_until,
        "starts_on": step.starts_on,
    }
