"""Stops that a batch of staged rows adds: refusals in the file, or stops of another customer's same contact.

Each is an event of its own customer, like any other no: it is found, exported and erased with that person, and a proof
of it opens nobody else's row, as the hash of a file would. The events of a batch are written together.
"""

from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from django.db.backends.utils import CursorWrapper

from consents.enums import ActorKind, EventKind, ProofLevel, ProofMethod, StopReason, StopScope
from consents.ledger.append_many import NamedEvent, append_many
from consents.ledger.event_rules import EventContent
from consents.models import ImportJob
from consents.reach.stopping import StopTarget
from consents.types import Actor, Circumstances

# Every stop that is added is noted with the event that it names, for `stops_record`.
_REFUSALS: Final = """
WITH added AS (
    INSERT INTO consents_stop (customer_id, kind, value, scope, reason, evidence, event, created_at, lifted_by)
    SELECT customer_id, '', '', opt_out, 'imported', %(evidence)s || line, gen_random_uuid(), clock_timestamp(), ''
    FROM import_batch WHERE opt_out IN ('all', 'advertising')
    ON CONFLICT DO NOTHING
    RETURNING event, customer_id, scope, reason, created_at, evidence
), noted AS (
    INSERT INTO import_stop SELECT * FROM added
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
    INSERT INTO consents_stop (customer_id, kind, value, scope, reason, evidence, event, created_at, lifted_by)
    SELECT customer_id, '', '', opt_out, 'imported', %(evidence)s || line, gen_random_uuid(), clock_timestamp(), ''
    FROM told WHERE customer_id IS NOT NULL
    ON CONFLICT DO NOTHING
    RETURNING event, customer_id, scope, reason, created_at, evidence
), noted AS (
    INSERT INTO import_stop SELECT * FROM added
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
    INSERT INTO consents_stop (customer_id, kind, value, scope, reason, evidence, event, created_at, lifted_by)
    SELECT customer_id, '', '', scope, 'same_contact', %(evidence)s || line, gen_random_uuid(), clock_timestamp(), ''
    FROM strictest
    RETURNING event, customer_id, scope, reason, created_at, evidence
), noted AS (
    INSERT INTO import_stop SELECT * FROM added
), doubted AS (
    UPDATE import_batch b SET is_doubtful = true FROM strictest s WHERE s.customer_id = b.customer_id
)
INSERT INTO consents_importissue (job_id, line, "column", value, code, detail, severity)
SELECT %(job)s, line, CASE kind WHEN 'phone' THEN %(phone_column)s ELSE %(email_column)s END, value,
       'opt_out_of_contact', '', 'doubtful'
FROM strictest
"""


class _Noted(NamedTuple):
    """One row of `import_stop`."""

    event: UUID
    customer_id: int
    scope: str
    reason: str
    created_at: datetime
    evidence: str


_NOTED: Final = "SELECT * FROM import_stop ORDER BY created_at, customer_id"


def stops_record(cursor: CursorWrapper, job: ImportJob) -> None:
    """Add the events of the stops that the batch has added, by whoever started the job."""
    cursor.execute(_NOTED)
    append_many(events=[_event(job, _Noted(*row)) for row in cursor.fetchall()])


def _event(job: ImportJob, noted: _Noted) -> NamedEvent:
    is_staff = job.created_by_id is not None
    actor = Actor(kind=ActorKind.STAFF, ident=str(job.created_by_id)) if is_staff else Actor(kind=ActorKind.SYSTEM)
    line = noted.evidence.rpartition(" ")[2]
    target = StopTarget(customer_id=noted.customer_id, scope=StopScope(noted.scope), reason=StopReason(noted.reason))
    content = EventContent(
        kind=EventKind.STOP_SET.value,
        purpose=target.purpose,
        channel="",
        contact=None,
        document="",
        document_version=None,
        document_sha256="",
        actor_kind=actor.kind.value,
        actor=actor.ident,
    )
    how = Circumstances(
        actor=actor,
        level=ProofLevel.LINK,
        method=ProofMethod.STAFF if is_staff else ProofMethod.SYSTEM,
        request_key=f"import:{job.uuid.hex}:{line}:{noted.scope[:3]}",
    )
    source = {"import_job": str(job.uuid), "import_line": line, "import_sha256": job.sha256}
    return NamedEvent(noted.event, noted.created_at, noted.customer_id, content, how, target.facts | source)
