"""The rules of who may be written to, each once, as functions that PostgreSQL inlines into whatever asks them.

The gate asks about one message, `consents.reach` about everybody at once; they gather the facts each in the way that
is fast for it, and these functions judge. A later rule replaces the function in a migration of its own.
"""

from importlib import import_module

from django.db import migrations

GATE_BEFORE = import_module("consents.migrations.0004_may_send").CREATE

CREATE = """
CREATE FUNCTION consents_contact_kind(p_channel text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
-- The kind of contact that a channel reaches; NULL for a channel that nobody knows.
SELECT CASE p_channel WHEN 'sms' THEN 'phone' WHEN 'email' THEN 'email' WHEN 'max' THEN 'max' END
$$;

CREATE FUNCTION consents_needed(p_purpose text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
-- The consents that a purpose rests on; NULL for a purpose that nobody knows.
SELECT CASE WHEN p_purpose = 'service' THEN ARRAY['service']
            WHEN p_purpose IN ('promotion', 'advertising') THEN ARRAY['promotion', 'advertising'] END
$$;

CREATE FUNCTION consents_agreed(p_purpose text)
RETURNS TABLE (customer_id bigint, channel varchar, contact_point_id bigint, consents bigint, since timestamptz)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
-- What a contact has of the consents that a purpose rests on: how many are in force, and since when the older one is.
SELECT y.customer_id, y.channel, y.contact_point_id, count(*), min(y.since)
FROM consents_consentstate y
WHERE y.purpose = ANY (consents_needed(p_purpose)) AND y.value = 'granted'
    AND (y.valid_until IS NULL OR y.valid_until > statement_timestamp())
GROUP BY y.customer_id, y.channel, y.contact_point_id
$$;

CREATE FUNCTION consents_stop_is_final(p_reason text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
-- What is wrong with the address itself; all other stops are the person's own, who may think better of them.
SELECT p_reason IN ('bounced', 'not_mine')
$$;

CREATE FUNCTION consents_stops(p_purpose text)
RETURNS TABLE (id bigint, customer_id bigint, kind varchar, value varchar, since timestamptz, is_final boolean)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
-- The stops in force that messages of a purpose are held against. One of «all» holds contract messages back too.
SELECT s.id, s.customer_id, s.kind, s.value, s.created_at, consents_stop_is_final(s.reason)
FROM consents_stop s
WHERE s.lifted_at IS NULL AND (s.scope = 'all' OR p_purpose <> 'service')
$$;

CREATE FUNCTION consents_stop_covers(
    p_stop_customer bigint, p_stop_kind text, p_stop_value text, p_customer bigint, p_kind text, p_value text
) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
-- A stop names a person, a contact of one person, or a contact whoever has it.
SELECT (p_stop_customer = p_customer AND p_stop_value = '')
    OR (p_stop_kind = p_kind AND p_stop_value = p_value AND (p_stop_customer IS NULL OR p_stop_customer = p_customer))
$$;

CREATE FUNCTION consents_stop_holds(p_is_final boolean, p_since timestamptz, p_agreed timestamptz) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
-- A yes for this very contact that the person gave later overrules a stop, but not what is wrong with the address.
-- Of several stops: whether one is final, and the latest. Without a stop (NULL) nothing holds.
SELECT COALESCE(p_is_final OR p_since > COALESCE(p_agreed, '-infinity'), false)
$$;

CREATE FUNCTION consents_verdict(
    p_channel text, p_purpose text, p_legal_basis text,
    p_kind text, p_line_type text, p_dialogue bigint, p_is_open boolean, p_is_active boolean,
    p_consents bigint, p_is_withdrawn boolean, p_is_stopped boolean
) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
-- Returns '' when a message may go to a contact, else why not. Whatever is not known is refused.
-- Advertising rests on two consents whatever basis is named; a contract carries service messages alone.
SELECT CASE
    WHEN p_is_open IS NOT TRUE OR p_purpose IS NULL OR p_kind IS DISTINCT FROM consents_contact_kind(p_channel)
        OR (p_channel = 'max' AND p_dialogue IS NULL) THEN 'no_contact'
    WHEN p_channel = 'sms' AND p_line_type <> 'mobile' THEN 'not_sms_capable'
    WHEN NOT p_is_active THEN 'suppressed'
    WHEN consents_needed(p_purpose) IS NULL THEN 'no_consent'
    WHEN (p_legal_basis IS DISTINCT FROM 'contract' OR p_purpose <> 'service')
        AND COALESCE(p_consents, 0) < cardinality(consents_needed(p_purpose))
        THEN CASE WHEN p_is_withdrawn THEN 'withdrawn' ELSE 'no_consent' END
    WHEN p_is_stopped THEN 'suppressed'
    ELSE ''
END
$$;

CREATE OR REPLACE FUNCTION consents_may_send(
    p_customer bigint, p_contact_point bigint, p_channel text, p_purpose text, p_legal_basis text
) RETURNS text LANGUAGE plpgsql STABLE PARALLEL SAFE SET plan_cache_mode = force_generic_plan AS $$
-- The verdict on one message. PL/pgSQL keeps the plan from one message to the next; to plan takes longer than to ask.
BEGIN
    RETURN COALESCE((
        SELECT consents_verdict(
            p_channel, p_purpose, p_legal_basis, p.kind, p.line_type, p.max_chat_id,
            p.is_current AND p.closed_at IS NULL AND c.erased_at IS NULL, c.is_active, g.consents,
            EXISTS (SELECT FROM consents_consentstate w WHERE w.customer_id = p_customer AND w.channel = p_channel
                    AND w.purpose = ANY (consents_needed(p_purpose)) AND w.value = 'withdrawn'),
            EXISTS (SELECT FROM consents_stops(p_purpose) s
                    WHERE consents_stop_covers(s.customer_id, s.kind, s.value, p_customer, p.kind, p.value)
                        AND consents_stop_holds(s.is_final, s.since, g.since)))
        FROM consents_contactpoint p
        JOIN consents_customer c ON c.id = p.customer_id
        LEFT JOIN consents_agreed(p_purpose) g
            ON g.customer_id = p.customer_id AND g.channel = p_channel AND g.contact_point_id = p.id
        WHERE p.id = p_contact_point AND p.customer_id = p_customer
    ), 'no_contact');
END
$$;
"""

# The gate as it stood before asks the tables by itself.
DROP = """
DROP FUNCTION consents_may_send(bigint, bigint, text, text, text);
DROP FUNCTION consents_verdict(
    text, text, text, text, text, bigint, boolean, boolean, bigint, boolean, boolean
);
DROP FUNCTION consents_stop_holds(boolean, timestamptz, timestamptz);
DROP FUNCTION consents_stop_covers(bigint, text, text, bigint, text, text);
DROP FUNCTION consents_stops(text);
DROP FUNCTION consents_stop_is_final(text);
DROP FUNCTION consents_agreed(text);
DROP FUNCTION consents_needed(text);
DROP FUNCTION consents_contact_kind(text);
"""


class Migration(migrations.Migration):
    dependencies = [("consents", "0009_stop")]

    operations = [migrations.RunSQL(CREATE, DROP + GATE_BEFORE)]
