"""The function that says when a person may be written to, by their own clock."""

from django.db import migrations

CREATE = """
CREATE FUNCTION notify_opens_at(zone text, quiet_from time, quiet_to time, moment timestamptz)
RETURNS timestamptz LANGUAGE plpgsql STABLE AS $$
DECLARE
    place text := zone;
    local timestamp;
BEGIN
    IF quiet_from = quiet_to THEN
        RETURN moment;
    END IF;
    BEGIN
        local := moment AT TIME ZONE place;
    EXCEPTION WHEN invalid_parameter_value THEN
        -- A zone that this server does not know must not stop the queue.
        place := 'Europe/Moscow';
        local := moment AT TIME ZONE place;
    END;
    IF quiet_from < quiet_to THEN
        IF local::time < quiet_from THEN
            RETURN (local::date + quiet_from) AT TIME ZONE place;
        ELSIF local::time < quiet_to THEN
            RETURN moment;
        END IF;
        RETURN ((local::date + 1) + quiet_from) AT TIME ZONE place;
    END IF;
    IF local::time >= quiet_from OR local::time < quiet_to THEN
        RETURN moment;
    END IF;
    RETURN (local::date + quiet_from) AT TIME ZONE place;
END
$$;
COMMENT ON FUNCTION notify_opens_at IS
    'The moment itself while the window is open by the clock of the zone, else when it opens next. Equal ends: always.';
"""

DROP = "DROP FUNCTION notify_opens_at(text, time, time, timestamptz);"


class Migration(migrations.Migration):
    dependencies = [("notify", "0002_staff_references")]

    operations = [migrations.RunSQL(CREATE, DROP)]
