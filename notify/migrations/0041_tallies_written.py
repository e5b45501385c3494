"""Triggers that add each change of a message or a link to the figures of its campaign, in the same transaction.

All messages of one statement are added up at once, and a row is written where a figure has changed: to lease a message
or to begin its call changes none.
"""

from django.db import migrations

FIGURES = "planned, sent, delivered, skipped, failed, unknown, priced, charged, counted, counted_of_all"
COUNT = """
        SELECT m.campaign_id, m.step_id,
            CASE WHEN m.state = 'skipped' THEN m.skip_reason WHEN m.state IN ('failed', 'unknown') THEN m.error_code
                ELSE '' END AS reason,
            sum(m.sign) AS planned,
            sum(m.sign * (m.state IN ('accepted', 'delivered'))::int) AS sent,
            sum(m.sign * (m.state = 'delivered')::int) AS delivered,
            sum(m.sign * (m.state = 'skipped')::int) AS skipped,
            sum(m.sign * (m.state = 'failed')::int) AS failed,
            sum(m.sign * (m.state = 'unknown')::int) AS unknown,
            sum(m.sign * (m.is_taken AND m.parts > 0 AND m.counted_parts > 0)::int) AS priced,
            sum(m.sign * (m.is_taken AND m.counted_parts > 0)::int * m.parts) AS charged,
            sum(m.sign * (m.is_taken AND m.parts > 0)::int * m.counted_parts) AS counted,
            sum(m.sign * m.is_taken::int * m.counted_parts) AS counted_of_all
        FROM (SELECT r.*, r.state IN ('accepted', 'delivered', 'failed') AS is_taken FROM ({rows}) r) m
        GROUP BY 1, 2, 3
"""
WRITE = f"""
    INSERT INTO notify_messagetally (campaign_id, step_id, reason, {FIGURES})
    SELECT * FROM ({COUNT}    ) f WHERE ({FIGURES}) <> (0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
"""
COLUMNS = "campaign_id, step_id, state, skip_reason, error_code, parts, counted_parts"
CHANGED = f"SELECT CASE TG_OP WHEN 'DELETE' THEN -1 ELSE 1 END AS sign, {COLUMNS} FROM changed WHERE kind = 'campaign'"
UPDATED = (
    f"SELECT 1 AS sign, {COLUMNS} FROM changed WHERE kind = 'campaign'"
    f" UNION ALL SELECT -1, {COLUMNS} FROM was WHERE kind = 'campaign'"
)

MESSAGES = f"""
CREATE FUNCTION notify_messages_tally() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
{WRITE.format(rows=CHANGED)}
    RETURN NULL;
END
$$;

CREATE FUNCTION notify_messages_tally_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
{WRITE.format(rows=UPDATED)}
    RETURN NULL;
END
$$;

CREATE TRIGGER tally_insert AFTER INSERT ON notify_message REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION notify_messages_tally();
CREATE TRIGGER tally_delete AFTER DELETE ON notify_message REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION notify_messages_tally();
CREATE TRIGGER tally_update AFTER UPDATE ON notify_message REFERENCING OLD TABLE AS was NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION notify_messages_tally_update();
"""
NO_MESSAGES = """
DROP TRIGGER tally_update ON notify_message;
DROP TRIGGER tally_delete ON notify_message;
DROP TRIGGER tally_insert ON notify_message;
DROP FUNCTION notify_messages_tally_update();
DROP FUNCTION notify_messages_tally();
"""

STEPS = ("visited", "confirmed", "consented", "max_linked", "dialogue_ended")
OLD_SIDE, NEW_SIDE = (
    ", ".join(f"{sign}({side}.{step}_at IS NOT NULL)::int" for step in STEPS)
    for sign, side in (("-", "OLD"), ("", "NEW"))
)
ANY_OLD, ANY_NEW = (" OR ".join(f"{side}.{step}_at IS NOT NULL" for step in STEPS) for side in ("OLD", "NEW"))
MOVED = " OR ".join(f"(OLD.{step}_at IS NULL) <> (NEW.{step}_at IS NULL)" for step in STEPS)

LINKS = f"""
CREATE FUNCTION notify_link_tally() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.touchpoint_id IS NOT NULL THEN
        INSERT INTO notify_linktally (touchpoint_id, {", ".join(STEPS)}) VALUES (OLD.touchpoint_id, {OLD_SIDE});
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.touchpoint_id IS NOT NULL THEN
        INSERT INTO notify_linktally (touchpoint_id, {", ".join(STEPS)}) VALUES (NEW.touchpoint_id, {NEW_SIDE});
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER tally_insert AFTER INSERT ON notify_link FOR EACH ROW WHEN ({ANY_NEW})
    EXECUTE FUNCTION notify_link_tally();
CREATE TRIGGER tally_delete AFTER DELETE ON notify_link FOR EACH ROW WHEN ({ANY_OLD})
    EXECUTE FUNCTION notify_link_tally();
CREATE TRIGGER tally_update AFTER UPDATE ON notify_link FOR EACH ROW
    WHEN (OLD.touchpoint_id IS DISTINCT FROM NEW.touchpoint_id OR {MOVED})
    EXECUTE FUNCTION notify_link_tally();
"""
NO_LINKS = """
DROP TRIGGER tally_update ON notify_link;
DROP TRIGGER tally_delete ON notify_link;
DROP TRIGGER tally_insert ON notify_link;
DROP FUNCTION notify_link_tally();
"""


class Migration(migrations.Migration):
    """Add the triggers."""

    dependencies = [("notify", "0040_tallies")]

    operations = [migrations.RunSQL(MESSAGES, NO_MESSAGES), migrations.RunSQL(LINKS, NO_LINKS)]
