"""What staff did is only ever added."""

from django.db import migrations

GUARD = """
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON portal_staffaction
    FOR EACH ROW EXECUTE FUNCTION mostik_refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON portal_staffaction
    FOR EACH STATEMENT EXECUTE FUNCTION mostik_refuse_change();
ALTER TABLE portal_staffaction ENABLE ALWAYS TRIGGER refuse_change;
ALTER TABLE portal_staffaction ENABLE ALWAYS TRIGGER refuse_truncate;
"""

UNGUARD = """
DROP TRIGGER refuse_truncate ON portal_staffaction;
DROP TRIGGER refuse_change ON portal_staffaction;
"""


class Migration(migrations.Migration):

    dependencies = [
        ("portal", "0001_initial"),
        ("consents", "0003_append_only"),
    ]

    operations = [migrations.RunSQL(GUARD, UNGUARD)]
