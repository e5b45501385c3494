"""The gate before each call, and the results after it: one statement each, or both in one commit.

Each takes as many rows as a call has: one, or a batch.
"""

from typing import Final

from consents.enums import Channel
from consents.reach.eligibility import ADDRESS_STOP, ANSWERED_SINCE
from notify.contracts import CONTRACT_REFUSAL

# A withdrawal, a stop or a pause that was committed before this statement began is seen by it.
SETTLE: Final = """
UPDATE notify_message m
SET state = d.state, error_code = d.error, parts = d.parts, counted_parts = d.counted,
    provider_id = COALESCE(NULLIF(d.provider_id, ''), m.provider_id),
    not_before = CASE WHEN d.state = 'planned'
        THEN statement_timestamp() + d.pause * interval '1 second' ELSE m.not_before END,
    attempt = m.attempt - d.uncounted,
    context = CASE WHEN m.kind = 'staff' AND d.state <> 'planned' THEN '{}'::jsonb ELSE m.context END,
    accepted_at = CASE WHEN d.state = 'accepted' THEN statement_timestamp() END,
    finished_at = CASE WHEN d.state = 'failed' THEN statement_timestamp() END,
    lease = NULL, leased_until = NULL
FROM unnest(%(done_ids)s::bigint[], %(done_states)s::text[], %(done_errors)s::text[], %(done_providers)s::text[],
    %(done_parts)s::smallint[], %(done_counted)s::smallint[], %(done_pauses)s::float8[],
    %(done_uncounted)s::smallint[])
    AS d(id, state, error, provider_id, parts, counted, pause, uncounted)
WHERE m.id = d.id AND m.lease = %(lease)s AND m.state = 'sending'
"""

_ANSWERED: Final = ANSWERED_SINCE.format(customer="p.customer_id", since="c.launched_at")
_OF_LINKS: Final = """EXISTS (
    SELECT FROM notify_link l JOIN notify_touchpoint t ON t.id = l.touchpoint_id
    WHERE l.customer_id = p.customer_id AND t.campaign_id = c.id AND l.{moment} IS NOT NULL)"""

MET: Final = f"""CASE st.condition
    WHEN 'everybody' THEN true
    WHEN 'not_answered' THEN NOT {_ANSWERED}
    WHEN 'answered' THEN {_ANSWERED}
    WHEN 'opened' THEN {_OF_LINKS.format(moment="visited_at")} AND NOT {_ANSWERED}
    WHEN 'max_linked' THEN {_OF_LINKS.format(moment="max_linked_at")}
    WHEN 'no_contact' THEN p.skip_reason IN ('no_contact', 'not_sms_capable')
    WHEN 'not_delivered' THEN p.state IN ('failed', 'unknown')
        OR (p.state = 'skipped' AND p.skip_reason <> 'condition')
        OR (p.state = 'accepted' AND p.channel = ANY(%(reporting)s))
    ELSE false END"""
"""Whether the step ``st`` of the campaign ``c`` goes to the person of ``p``, their message of the step before it.

Whoever was left out of the step before by its condition is not one whom it has not reached. Where a channel reports
deliveries, a message that was taken and not reported by the time the person is due has not arrived.
"""

# What the platform's contract does not cover is asked before the person's own answers: nothing of it may leave at all.
# A letter in hand whose link has been revoked since it was written goes back and is written again with a live one.
_VERDICT_CAMPAIGN: Final = """
SELECT x.id, x.not_before, a.name,
    CASE WHEN c.state = 'stopped' THEN 'campaign_stopped'
         WHEN NOT COALESCE(s.is_open, true) OR c.state <> 'running' THEN ''
         ELSE COALESCE(
             CASE WHEN x.channel = ANY(%(contract_channels)s)
                 THEN NULLIF({contract}, '') END,
             NULLIF(consents_may_send(x.customer_id, x.contact_point_id, x.channel,
                 st.text_kind, st.legal_basis, st.subscriber_consent), ''),
             CASE WHEN {met} THEN '' ELSE 'condition' END)
    END AS refusal,
    CASE WHEN NOT COALESCE(s.is_open, true) OR c.state <> 'running' THEN statement_timestamp()
         ELSE notify_opens_at(a.zone, c.send_from, c.send_until,
             GREATEST(statement_timestamp(), notify_day_begins(a.zone, st.starts_on)))
    END AS opens_at,
    COALESCE(s.is_open, true) AND c.state = 'running' AND (c.links_revoked_at IS NULL OR NOT EXISTS (
        SELECT FROM notify_link l WHERE l.message_id = x.id AND l.created_at <= c.links_revoked_at)) AS may_run
FROM unnest(%(ids)s::bigint[], %(zones)s::text[], %(names)s::text[]) AS a(id, zone, name)
JOIN notify_message x ON x.id = a.id
JOIN notify_campaign c ON c.id = x.campaign_id
JOIN notify_campaignstep st ON st.id = x.step_id
LEFT JOIN notify_channelsetting s ON s.channel = x.channel
"""

# A notice tells of the person's own act, so it needs no consent; but never to an address that is not theirs. Whether a
# code may go there was asked when it was issued; it passes a closed channel, for its owner has just asked for it and
# cannot come in without. So does a letter to staff. All else looks at a closed channel again in five seconds. A
# platform that asks for a contract lets codes go by the word of the DPO and a contract that covers them, both of this
# moment.
_VERDICT_TRANSACTIONAL: Final = """
SELECT x.id, x.not_before, a.name,
    CASE WHEN x.expires_at <= statement_timestamp() THEN 'expired'
         WHEN x.kind = 'notice' AND {stopped} THEN 'suppressed'
         WHEN x.kind = 'code' AND x.channel = ANY(%(contract_channels)s)
             AND NOT (COALESCE(s.carries_codes, false) AND {contract} = '') THEN 'not_in_contract'
         ELSE '' END AS refusal,
    statement_timestamp() + CASE WHEN o.is_open THEN 0 ELSE 5 END * interval '1 second' AS opens_at,
    o.is_open AS may_run
FROM unnest(%(ids)s::bigint[], %(names)s::text[]) AS a(id, name)
JOIN notify_message x ON x.id = a.id
LEFT JOIN notify_channelsetting s ON s.channel = x.channel
CROSS JOIN LATERAL (SELECT x.kind IN ('code', 'staff') OR COALESCE(s.is_open, true) AS is_open) o
"""

# The verdicts are fetched once, whatever the planner thinks of how few rows are claimed: it would ask for all of them
# again for each row.
_GATE: Final = """
verdict AS MATERIALIZED ({verdict})
UPDATE notify_message m
SET state = v.next,
    skip_reason = v.refusal,
    lease = CASE WHEN v.next = 'sending' THEN m.lease END,
    leased_until = CASE WHEN v.next = 'sending'
        THEN statement_timestamp() + %(call_seconds)s::float8 * interval '1 second' END,
    provider = CASE WHEN v.next = 'sending' THEN %(provider)s ELSE m.provider END,
    provider_id = CASE WHEN v.next = 'sending' THEN v.name ELSE m.provider_id END,
    sending_at = CASE WHEN v.next = 'sending' THEN statement_timestamp() ELSE m.sending_at END,
    attempt = m.attempt + CASE WHEN v.next = 'sending' THEN 1 ELSE 0 END,
    not_before = v.opens_at,
    finished_at = CASE WHEN v.next = 'skipped' THEN statement_timestamp() END
FROM (
    SELECT g.id, g.refusal, g.name, GREATEST(g.not_before, g.opens_at) AS opens_at,
        CASE WHEN g.refusal <> '' THEN 'skipped'
             WHEN NOT g.may_run OR g.opens_at > statement_timestamp() THEN 'planned'
             ELSE 'sending' END AS next
    FROM verdict g
) v
WHERE m.id = v.id AND m.lease = %(lease)s AND m.state = 'claimed' AND m.leased_until > statement_timestamp()
RETURNING m.id, m.state
"""

_STOPPED: Final = ADDRESS_STOP.format(
    contact_point="x.contact_point_id", customer="x.customer_id", channel="x.channel", address="x.address"
)

# Of a step that goes to everybody the message before is not looked for. A row that a restore made may have none.
_MET: Final = f"""st.condition = 'everybody' OR COALESCE((
    SELECT {MET}
    FROM notify_campaignstep b
    JOIN notify_message p ON p.step_id = b.id AND p.kind = 'campaign' AND p.customer_id = x.customer_id
    WHERE b.campaign_id = c.id AND b.position = st.position - 1), true)"""  # noqa: S608 - a statement of ours

_CAMPAIGN: Final = _GATE.format(
    verdict=_VERDICT_CAMPAIGN.format(
        contract=CONTRACT_REFUSAL.format(kind="st.text_kind", channel="x.channel"), met=_MET
    )
)
_TRANSACTIONAL: Final = _GATE.format(
    verdict=_VERDICT_TRANSACTIONAL.format(
        stopped=_STOPPED, contract=CONTRACT_REFUSAL.format(kind="'authorization'", channel="x.channel")
    )
)
_SETTLED: Final = f"WITH settled AS ({SETTLE} RETURNING m.id),"

GATE_CAMPAIGN: Final = f"WITH {_CAMPAIGN}"
GATE_TRANSACTIONAL: Final = f"WITH {_TRANSACTIONAL}"
SETTLE_AND_GATE: Final = {
    GATE_CAMPAIGN: f"{_SETTLED} {_CAMPAIGN}",
    GATE_TRANSACTIONAL: f"{_SETTLED} {_TRANSACTIONAL}",
}
"""The results of one call and the gate of the next in one commit: the next call starts after both stand."""


def reporting_channels() -> list[str]:
    """Return the channels that report deliveries, for the parameter ``reporting`` of `MET`."""
    return [channel.value for channel in Channel if channel.spec.reports_delivery]
