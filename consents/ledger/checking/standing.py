"""What stands now (answers, contacts under a yes, stops) against what the events say."""

from collections.abc import Iterator

from consents.ledger.beside.tables import moment_text
from consents.ledger.checking.consistency import ask
from consents.ledger.checking.findings import Finding
from consents.ledger.rows import ERASED_AFTER

# The newest answer per purpose and channel, in the order of the tree and not of the ids, against the state. Events
# before an erasure count no more.
_STATES = f"""
WITH answers AS (
    SELECT DISTINCT ON (e.subject, e.purpose, e.channel)
           e.subject, e.purpose, e.channel, e.id, e.uuid, e.kind, e.contact, e.occurred_at,
           v.personal ->> 'valid_until' AS valid_until
    FROM consents_consentevent e
    LEFT JOIN consents_leaf l ON l.event_id = e.id
    LEFT JOIN consents_evidence v ON v.event_id = e.id
    WHERE e.kind IN ('granted', 'refused', 'withdrawn') AND NOT {ERASED_AFTER}
    ORDER BY e.subject, e.purpose, e.channel, l.index DESC NULLS FIRST, e.id DESC
), states AS (
    SELECT c.subject, s.purpose, s.channel, s.event_id, s.value, p.uuid AS contact, s.since, s.valid_until
    FROM consents_consentstate s
    JOIN consents_customer c ON c.id = s.customer_id
    LEFT JOIN consents_contactpoint p ON p.id = s.contact_point_id
)
SELECT 'state', ARRAY[coalesce(a.purpose, s.purpose), coalesce(a.channel, s.channel)],
       coalesce(a.uuid::text, '№ ' || s.event_id)
FROM answers a FULL JOIN states s USING (subject, purpose, channel)
WHERE (a.id, a.kind, a.contact, a.occurred_at) IS DISTINCT FROM (s.event_id, s.value, s.contact, s.since)
   OR a.valid_until IS DISTINCT FROM {moment_text("s.valid_until")}
"""  # noqa: S608 - only clauses of `rows` and `beside`


# Each stop against the event that set it, which holds what it is about, and a lifted one against what lifted it. Of a
# stop of everybody's the first event has the row; the others name the first. Stops set before there were such events
# name none and are not compared.
_STOPS = """
WITH told AS (
    SELECT s.id, s.event, s.lifted_event, s.lifted_at, s.lifted_by, s.created_at, c.subject,
           CASE s.scope WHEN 'advertising' THEN 'advertising' ELSE '' END AS purpose
    FROM consents_stop s LEFT JOIN consents_customer c ON c.id = s.customer_id
    WHERE s.event IS NOT NULL OR s.lifted_event IS NOT NULL
), events AS (
    SELECT uuid, subject, kind, purpose, occurred_at,
           CASE WHEN kind = 'stop_set' THEN ARRAY['renewed'] WHEN actor_kind = 'staff' THEN ARRAY[actor]
                ELSE ARRAY['code', actor] END AS lifted_by
    FROM consents_consentevent
    WHERE kind = 'stop_lifted' OR (kind = 'stop_set' AND answers IS NULL)
)
SELECT 'stop', ARRAY[coalesce(t.id::text, '')], coalesce(t.event, e.uuid)::text
FROM (SELECT * FROM told WHERE event IS NOT NULL) t
FULL JOIN (SELECT * FROM events WHERE kind = 'stop_set') e ON e.uuid = t.event
WHERE (t.created_at, t.purpose, coalesce(t.subject, e.subject)) IS DISTINCT FROM (e.occurred_at, e.purpose, e.subject)
UNION ALL
SELECT 'stop', ARRAY[coalesce(t.id::text, '')], coalesce(t.lifted_event, e.uuid, t.event)::text
FROM (SELECT * FROM told WHERE lifted_at IS NOT NULL OR lifted_event IS NOT NULL) t
FULL JOIN events e ON e.uuid = t.lifted_event
WHERE (e.uuid IS NULL OR t.lifted_at IS DISTINCT FROM e.occurred_at OR t.lifted_by <> ALL (e.lifted_by))
    AND (t.id IS NOT NULL OR e.kind = 'stop_lifted')
UNION ALL
SELECT 'stop', ARRAY[max(s.id)::text], coalesce(max(s.event::text), '')
FROM consents_stop s WHERE s.lifted_at IS NULL GROUP BY s.customer_id, s.kind, s.value, s.scope HAVING count(*) > 1
"""

# The contact that a yes stands on: its value as the evidence of the yes has it, when it was proven last, and whether it
# is the person's own of its kind still, by the last event about such a contact. Files change none that was proven.
_CONTACTS = """
SELECT 'contact', ARRAY[p.kind], e.uuid::text
FROM consents_consentstate s
JOIN consents_customer c ON c.id = s.customer_id
JOIN consents_contactpoint p ON p.id = s.contact_point_id
JOIN consents_consentevent e ON e.id = s.event_id
LEFT JOIN consents_evidence v ON v.event_id = e.id
LEFT JOIN LATERAL (
    SELECT max(x.occurred_at) AS at FROM consents_consentevent x
    WHERE x.subject = c.subject AND x.contact = p.uuid
        AND x.kind IN ('contact_confirmed', 'max_linked', 'account_linked')
) proof ON true
LEFT JOIN LATERAL (
    SELECT CASE WHEN x.kind NOT IN ('contact_denied', 'max_unlinked', 'account_unlinked') THEN x.contact = p.uuid
                WHEN x.contact = p.uuid THEN false END AS is_current
    FROM consents_consentevent x JOIN consents_contactpoint q ON q.uuid = x.contact AND q.kind = p.kind
    WHERE x.subject = c.subject AND x.kind IN (
        'contact_confirmed', 'contact_added', 'contact_changed', 'contact_restored', 'contact_denied',
        'max_linked', 'max_unlinked', 'account_linked', 'account_unlinked')
    ORDER BY x.occurred_at DESC, x.id DESC LIMIT 1
) own ON true
WHERE s.value = 'granted' AND (
    (v.personal ->> 'contact' IS NOT NULL
        AND (v.personal ->> 'contact_kind', v.personal ->> 'contact') IS DISTINCT FROM (p.kind, p.value))
    OR p.customer_id <> s.customer_id
    OR p.confirmed_at IS DISTINCT FROM proof.at
    OR p.is_current <> own.is_current
    OR (p.is_current AND (p.closed_at IS NOT NULL OR p.replaced_by_id IS NOT NULL))
)
"""


def odd_states() -> Iterator[Finding]:
    """Yield every purpose and channel whose state is not what the events say."""
    yield from ask("state_differs", _STATES)


def odd_contacts() -> Iterator[Finding]:
    """Yield every contact under a yes that is not the one that was proven and answered for."""
    yield from ask("contact_differs", _CONTACTS)


def odd_stops() -> Iterator[Finding]:
    """Yield every stop that is not what the events of its setting and its lifting say, and events without a stop."""
    yield from ask("stop_differs", _STOPS)
