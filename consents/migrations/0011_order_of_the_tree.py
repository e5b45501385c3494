"""Evidence goes only after an erasure that is later in the tree, and receipts are only added.

The id of an event is in no hash: whoever renumbered an `erased` event could free later evidence by it.
"""

from django.db import migrations

EVIDENCE = """
CREATE OR REPLACE FUNCTION mostik_refuse_change_of_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    is_erased boolean := false;
BEGIN
    IF TG_OP = 'DELETE' THEN
        EXECUTE format(
            'SELECT EXISTS (SELECT 1 FROM %1$I.consents_consentevent own'
            ' LEFT JOIN %1$I.consents_leaf place ON place.event_id = own.id'
            ' JOIN %1$I.consents_consentevent later ON later.subject = own.subject AND later.kind = ''erased'''
            ' LEFT JOIN %1$I.consents_leaf later_place ON later_place.event_id = later.id'
            ' WHERE own.id = $1 AND (coalesce(later_place.index, 9223372036854775807), later.id)'
            ' > (coalesce(place.index, 9223372036854775807), own.id))', TG_TABLE_SCHEMA)
            INTO is_erased USING OLD.event_id;
        IF is_erased THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION 'rows of % go only when their subject is erased: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END
$$;
"""

EVIDENCE_BEFORE = """
CREATE OR REPLACE FUNCTION mostik_refuse_change_of_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    is_erased boolean := false;
BEGIN
    IF TG_OP = 'DELETE' THEN
        EXECUTE format(
            'SELECT EXISTS (SELECT 1 FROM %1$I.consents_consentevent own'
            ' JOIN %1$I.consents_consentevent later ON later.subject = own.subject AND later.id > own.id'
            ' WHERE own.id = $1 AND later.kind = ''erased'')', TG_TABLE_SCHEMA)
            INTO is_erased USING OLD.event_id;
        IF is_erased THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION 'rows of % go only when their subject is erased: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END
$$;
"""

RECEIPTS = """
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON consents_receipt
    FOR EACH ROW EXECUTE FUNCTION mostik_refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON consents_receipt
    FOR EACH STATEMENT EXECUTE FUNCTION mostik_refuse_change();
ALTER TABLE consents_receipt ENABLE ALWAYS TRIGGER refuse_change;
ALTER TABLE consents_receipt ENABLE ALWAYS TRIGGER refuse_truncate;
"""

RECEIPTS_BEFORE = """
DROP TRIGGER refuse_truncate ON consents_receipt;
DROP TRIGGER refuse_change ON consents_receipt;
"""


class Migration(migrations.Migration):

    dependencies = [("consents", "0010_check_reason")]

    operations = [
        migrations.RunSQL(EVIDENCE, EVIDENCE_BEFORE),
        migrations.RunSQL(RECEIPTS, RECEIPTS_BEFORE),
    ]
