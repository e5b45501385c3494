"""The rules of who may be written to read the facts of a channel from its row."""

from importlib import import_module

from django.db import migrations

REACH = import_module("consents.migrations.0010_reach")

CREATE = """
DROP FUNCTION consents_may_send(bigint, bigint, text, text, text);
DROP FUNCTION consents_verdict(text, text, text, text, text, bigint, boolean, boolean, bigint, boolean, boolean);
DROP FUNCTION consents_contact_kind(text);

CREATE FUNCTION consents_line_is_taken(p_lines_taken varchar[], p_line_type text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
-- Whether a channel reaches such a line; where it names none, lines do not matter.
SELECT p_lines_taken = '{}' OR p_line_type = ANY (p_lines_taken)
$$;

CREATE FUNCTION consents_verdict(
    p_contact_kind text, p_lines_taken varchar[], p_needs_dialogue boolean, p_purpose text, p_legal_basis text,
    p_kind text, p_line_type text, p_dialogue bigint, p_is_open boolean, p_is_active boolean,
    p_consents bigint, p_is_withdrawn boolean, p_is_stopped boolean
) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
-- Returns '' when a message may go to a contact, else why not. Whatever is not known is refused.
-- The first three are the facts of the channel; NULL for a channel that nobody knows.
-- Advertising rests on two consents whatever basis is named; a contract carries service messages alone.
SELECT CASE
    WHEN p_is_open IS NOT TRUE OR p_purpose IS NULL OR p_contact_kind IS NULL OR p_kind IS DISTINCT FROM p_contact_kind
        OR (p_needs_dialogue AND p_dialogue IS NULL) THEN 'no_contact'
    WHEN NOT consents_line_is_taken(p_lines_taken, p_line_type) THEN 'not_sms_capable'
    WHEN NOT p_is_active THEN 'suppressed'
    WHEN consents_needed(p_purpose) IS NULL THEN 'no_consent'
    WHEN (p_legal_basis IS DISTINCT FROM 'contract' OR p_purpose <> 'service')
        AND COALESCE(p_consents, 0) < cardinality(consents_needed(p_purpose))
        THEN CASE WHEN p_is_withdrawn THEN 'withdrawn' ELSE 'no_consent' END
    WHEN p_is_stopped THEN 'suppressed'
    ELSE ''
END
$$;

CREATE FUNCTION consents_may_send(
    p_customer bigint, p_contact_point bigint, p_channel text, p_purpose text, p_legal_basis text
) RETURNS text LANGUAGE plpgsql STABLE PARALLEL SAFE SET plan_cache_mode = force_generic_plan AS $$
-- The verdict on one message. PL/pgSQL keeps the plan from one message to the next; to plan takes longer than to ask.
BEGIN
    RETURN COALESCE((
        SELECT consents_verdict(
            ch.contact_kind, ch.lines_taken, ch.needs_dialogue, p_purpose, p_legal_basis,
            p.kind, p.line_type, p.max_chat_id,
            p.is_current AND p.closed_at IS NULL AND c.erased_at IS NULL, c.is_active, g.consents,
            EXISTS (SELECT FROM consents_consentstate w WHERE w.customer_id = p_customer AND w.channel = p_channel
                    AND w.purpose = ANY (consents_needed(p_purpose)) AND w.value = 'withdrawn'),
            EXISTS (SELECT FROM consents_stops(p_purpose) s
                    WHERE consents_stop_covers(s.customer_id, s.kind, s.value, p_customer, p.kind, p.value)
                        AND consents_stop_holds(s.is_final, s.since, g.since)))
        FROM consents_contactpoint p
        JOIN consents_customer c ON c.id = p.customer_id
        JOIN consents_channelfacts ch ON ch.code = p_channel
        LEFT JOIN consents_agreed(p_purpose) g
            ON g.customer_id = p.customer_id AND g.channel = p_channel AND g.contact_point_id = p.id
        WHERE p.id = p_contact_point AND p.customer_id = p_customer
    ), 'no_contact');
END
$$;
"""

# The functions before this migration, all made anew by the text that made them.
DROP = """
DROP FUNCTION consents_may_send(bigint, bigint, text, text, text);
DROP FUNCTION consents_verdict(
    text, varchar[], boolean, text, text, text, text, bigint, boolean, boolean, bigint, boolean, boolean
);
DROP FUNCTION consents_line_is_taken(varchar[], text);
DROP FUNCTION consents_stop_holds(boolean, timestamptz, timestamptz);
DROP FUNCTION consents_stop_covers(bigint, text, text, bigint, text, text);
DROP FUNCTION consents_stops(text);
DROP FUNCTION consents_stop_is_final(text);
DROP FUNCTION consents_agreed(text);
DROP FUNCTION consents_needed(text);
"""


class Migration(migrations.Migration):
    dependencies = [("consents", "0012_channel_facts_filled")]

    operations = [migrations.RunSQL(CREATE, DROP + REACH.CREATE)]
