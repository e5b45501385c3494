"""Guards of the tables whose rows are only added. The list for checks is consents/ledger/append_only.py."""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION mostik_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are only added: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END
$$;

-- Evidence may go once an erasure of its subject is later in the tree. By place, not by id: the id of an event is in
-- no hash, so whoever renumbered an `erased` event could free later evidence by it. The tables are named with their
-- schema, so that a temporary table of the same name cannot answer instead.
CREATE FUNCTION mostik_refuse_change_of_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE FUNCTION mostik_refuse_change_of_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status = 'draft' THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.status = 'published' AND NEW.status = 'retired'
        AND to_jsonb(NEW) - 'status' = to_jsonb(OLD) - 'status' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'published rows of % do not change: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END
$$;
"""

DROP_FUNCTIONS = """
DROP FUNCTION mostik_refuse_change_of_published();
DROP FUNCTION mostik_refuse_change_of_evidence();
DROP FUNCTION mostik_refuse_change();
"""

GUARDED = [
    ("consents_consentevent", "mostik_refuse_change"),
    ("consents_evidence", "mostik_refuse_change_of_evidence"),
    ("consents_leaf", "mostik_refuse_change"),
    ("consents_treenode", "mostik_refuse_change"),
    ("consents_seal", "mostik_refuse_change"),
    ("consents_operatorprofile", "mostik_refuse_change"),
    ("consents_documentversion", "mostik_refuse_change_of_published"),
    ("consents_receipt", "mostik_refuse_change"),
]

GUARD = """
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION {function}();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION mostik_refuse_change();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER refuse_change;
ALTER TABLE {table} ENABLE ALWAYS TRIGGER refuse_truncate;
"""

UNGUARD = """
DROP TRIGGER refuse_truncate ON {table};
DROP TRIGGER refuse_change ON {table};
"""


class Migration(migrations.Migration):

    dependencies = [("consents", "0002_staff_references")]

    operations = [
        migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS),
        *(
            migrations.RunSQL(GUARD.format(table=table, function=function), UNGUARD.format(table=table))
            for table, function in GUARDED
        ),
    ]
