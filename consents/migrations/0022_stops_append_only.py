"""Stops are only added and lifted: whoever says no finds that no standing, and a lift names its event for ever."""

from django.db import migrations

CREATE = """
CREATE FUNCTION mostik_refuse_change_of_stop() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    of_a_lift text[] := ARRAY['lifted_at', 'lifted_by', 'lifted_event'];
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.lifted_at IS NULL AND NEW.lifted_at IS NOT NULL
        AND to_jsonb(NEW) - of_a_lift = to_jsonb(OLD) - of_a_lift THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'rows of % are only added and lifted once: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON consents_stop
    FOR EACH ROW EXECUTE FUNCTION mostik_refuse_change_of_stop();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON consents_stop
    FOR EACH STATEMENT EXECUTE FUNCTION mostik_refuse_change();
ALTER TABLE consents_stop ENABLE ALWAYS TRIGGER refuse_change;
ALTER TABLE consents_stop ENABLE ALWAYS TRIGGER refuse_truncate;
"""

DROP = """
DROP TRIGGER refuse_truncate ON consents_stop;
DROP TRIGGER refuse_change ON consents_stop;
DROP FUNCTION mostik_refuse_change_of_stop();
"""


class Migration(migrations.Migration):
    dependencies = [("consents", "0021_stop_events")]

    operations = [migrations.RunSQL(CREATE, DROP)]
