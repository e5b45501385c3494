"""A function by which the application has the tables of customers analysed, which only their owner may do."""

from django.db import migrations

# The owner's rights go no further than these three statements; the search path is fixed, so that no table of the
# caller's is taken for one of them.
FUNCTION = """
CREATE FUNCTION consents_tables_analyse() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    ANALYZE consents_customer;
    ANALYZE consents_contactpoint;
    ANALYZE consents_stop;
END
$$
"""


class Migration(migrations.Migration):
    """Add the function."""

    dependencies = [("consents", "0029_import_choices")]

    operations = [migrations.RunSQL(FUNCTION, "DROP FUNCTION consents_tables_analyse()")]
