"""Recorded rows and senders are only added."""

from django.db import migrations

GUARD = """
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION mostik_refuse_change();
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
    dependencies = [("consents", "0031_recorded_rows")]

    operations = [
        migrations.RunSQL(GUARD.format(table=table), UNGUARD.format(table=table))
        for table in ("consents_recordedrow", "consents_sender")
    ]
