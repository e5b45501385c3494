"""Stops that a batch of staged rows adds: refusals in the file, or stops of another customer's same contact."""

from typing import Final

_REFUSALS: Final = """
WITH added AS (
    INSERT INTO consents_stop (customer_id, kind, value, scope, reason, evidence, created_at, lifted_by)
    SELECT customer_id, '', '', opt_out, 'imported', %(evidence)s || line, clock_timestamp(), ''
    FROM import_batch WHERE opt_out IN ('all', 'advertising')
    ON CONFLICT DO NOTHING
    RETURNING customer_id
)
UPDATE import_batch b SET is_changed = true FROM added WHERE added.customer_id = b.customer_id
"""

_REFUSALS_KEPT: Final = """
WITH kept AS (
    UPDATE import_batch b SET is_doubtful = true
    WHERE b.opt_out = 'no' AND NOT b.is_new AND EXISTS (
        SELECT 1 FROM consents_stop s WHERE s.customer_id = b.customer_id AND s.lifted_at IS NULL
    )
    RETURNING line
)
INSERT INTO consents_importissue (job_id, line, "column", value, code, detail, severity)
SELECT %(job)s, line, %(opt_out_column)s, '', 'opt_out_kept', '', 'doubtful' FROM kept
"""

_REFUSALS_OF_REFUSED: Final = """
WITH told AS (
    SELECT r.line, r.opt_out, c.id AS customer_id
    FROM import_row r
    LEFT JOIN consents_customer c
        ON c.source = %(source)s AND c.external_id = r.external_id AND c.erased_at IS NULL
    WHERE r.row_no > %(after)s AND r.row_no <= %(upto)s AND r.refused AND r.opt_out IN ('all', 'advertising')
), added AS (
    INSERT INTO consents_stop (customer_id, kind, value, scope, reason, evidence, created_at, lifted_by)
    SELECT customer_id, '', '', opt_out, 'imported', %(evidence)s || line, clock_timestamp(), ''
    FROM told WHERE customer_id IS NOT NULL
    ON CONFLICT DO NOTHING
)
INSERT INTO consents_importissue (job_id, line, "column", value, code, detail, severity)
SELECT %(job)s, line, %(opt_out_column)s, '',
       CASE WHEN customer_id IS NULL THEN 'opt_out_waits' ELSE 'opt_out_of_refused' END, '', 'refused'
FROM told
"""

SAID: Final = (_REFUSALS, _REFUSALS_KEPT, _REFUSALS_OF_REFUSED)
"""What the file itself says, where it has a column of refusals."""

# A refusal came from whoever reads that phone or address, in this source or another, so a new customer with it is
# stopped from the start. Not by a contact that its customer disowned: the new customer may be the true owner. And not
# by a bounce, which is a fact about the address and is stored with the address. Each contact looks for equal contacts
# and each of these for its stops: LATERAL with LIMIT keeps that order, because the planner would begin with all stops;
# COALESCE keeps it off the partial indexes, which it would read whole for each.
STOPS_MET: Final = """
WITH met AS (
    SELECT b.customer_id, b.line, v.kind, v.value, s.scope
    FROM import_batch b
    CROSS JOIN LATERAL (VALUES ('phone', b.phone), ('email', b.email)) AS v (kind, value)
    CROSS JOIN LATERAL (
        SELECT one.scope
        FROM consents_contactpoint p
        CROSS JOIN LATERAL (
            SELECT o.scope FROM consents_stop o
            WHERE o.customer_id = p.customer_id AND COALESCE(o.lifted_at, 'infinity') = 'infinity'
              AND NOT consents_stop_is_final(o.reason) AND (o.value = '' OR (o.kind, o.value) = (p.kind, p.value))
            ORDER BY o.scope = 'all' DESC LIMIT 1
        ) AS one
        WHERE p.kind = v.kind AND p.value = v.value AND p.customer_id <> b.customer_id AND NOT EXISTS (
            SELECT FROM consents_stop d
            WHERE d.customer_id = p.customer_id AND d.kind = p.kind AND d.value = p.value AND d.reason = 'not_mine'
              AND d.lifted_at IS NULL
        )
        UNION ALL
        SELECT f.scope FROM import_refusal f
        WHERE f.kind = v.kind AND f.value = v.value AND f.external_id <> b.external_id
    ) AS s
    WHERE b.is_new AND b.opt_out IS DISTINCT FROM 'all' AND b.opt_out IS DISTINCT FROM s.scope AND v.value IS NOT NULL
), strictest AS (
    SELECT DISTINCT ON (customer_id) * FROM met ORDER BY customer_id, scope = 'all' DESC, kind DESC
), added AS (
    INSERT INTO consents_stop (customer_id, kind, value, scope, reason, evidence, created_at, lifted_by)
    SELECT customer_id, '', '', scope, 'same_contact', %(evidence)s || line, clock_timestamp(), '' FROM strictest
), doubted AS (
    UPDATE import_batch b SET is_doubtful = true FROM strictest s WHERE s.customer_id = b.customer_id
)
INSERT INTO consents_importissue (job_id, line, "column", value, code, detail, severity)
SELECT %(job)s, line, CASE kind WHEN 'phone' THEN %(phone_column)s ELSE %(email_column)s END, value,
       'opt_out_of_contact', '', 'doubtful'
FROM strictest
"""
