"""A no stops what it says it stops: on its channel also what goes by contract, but not what is obliged.

What asks meanwhile without the last argument (the release before this one) is refused where a channel needs it.
"""

from importlib import import_module

from django.db import migrations

_, _VERDICT, _REST = import_module("consents.migrations.0013_reach_by_facts").CREATE.partition(
    "CREATE FUNCTION consents_verdict("
)
GATE_BEFORE = _VERDICT + _REST
"""The two functions as they were made before."""

CREATE = """
DROP FUNCTION consents_may_send(bigint, bigint, text, text, text);
DROP FUNCTION consents_verdict(
    text, varchar[], boolean, text, text, text, text, bigint, boolean, boolean, bigint, boolean, boolean
);

CREATE FUNCTION consents_noes(p_purpose text) RETURNS TABLE (customer_id bigint, channel varchar, value text)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
-- Where a person's last word about a channel is a no: 'withdrawn' or 'refused'. Of two, 'withdrawn' is named.
SELECT y.customer_id, y.channel, max(y.value)
FROM consents_consentstate y
WHERE y.purpose = ANY (consents_needed(p_purpose)) AND y.value IN ('refused', 'withdrawn')
GROUP BY y.customer_id, y.channel
$$;

CREATE FUNCTION consents_is_obliged(p_purpose text, p_legal_basis text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
-- What law or contract obliges to send passes every no that the person may say; advertising is never obliged.
SELECT COALESCE(p_purpose = 'service' AND p_legal_basis = 'law', false)
$$;

CREATE FUNCTION consents_verdict(
    p_contact_kind text, p_lines_taken varchar[], p_needs_dialogue boolean, p_needs_subscriber_consent boolean,
    p_purpose text, p_legal_basis text, p_subscriber_consent text,
    p_kind text, p_line_type text, p_dialogue bigint, p_is_open boolean, p_is_active boolean,
    p_consents bigint, p_no text, p_is_stopped boolean
) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
-- Returns '' when a message may go to a contact, else why not. Whatever is not known is refused.
-- The first four are the facts of the channel; NULL for a channel that nobody knows.
-- Advertising rests on two consents whatever basis is named; a contract carries service messages alone, and none on a
-- channel that the person has said no to. `p_is_stopped` leaves out the stops that an obliged message passes.
-- Where mailings need the subscriber's consent, the consents in force are one; else the contract must hold it.
SELECT CASE
    WHEN p_is_open IS NOT TRUE OR p_purpose IS NULL OR p_contact_kind IS NULL OR p_kind IS DISTINCT FROM p_contact_kind
        OR (p_needs_dialogue AND p_dialogue IS NULL) THEN 'no_contact'
    WHEN NOT consents_line_is_taken(p_lines_taken, p_line_type) THEN 'not_sms_capable'
    WHEN NOT p_is_active THEN 'suppressed'
    WHEN consents_needed(p_purpose) IS NULL THEN 'no_consent'
    WHEN COALESCE(p_consents, 0) < cardinality(consents_needed(p_purpose)) AND (
        p_purpose <> 'service' OR COALESCE(p_legal_basis, '') NOT IN ('contract', 'law')
        OR (p_needs_subscriber_consent AND p_subscriber_consent = 'own')) THEN COALESCE(p_no, 'no_consent')
    WHEN p_is_stopped THEN 'suppressed'
    WHEN p_no IS NOT NULL AND NOT consents_is_obliged(p_purpose, p_legal_basis) THEN p_no
    WHEN COALESCE(p_consents, 0) < cardinality(consents_needed(p_purpose)) AND p_needs_subscriber_consent
        AND p_subscriber_consent IS DISTINCT FROM 'contract' THEN 'no_mailing_consent'
    ELSE ''
END
$$;

CREATE FUNCTION consents_may_send(
    p_customer bigint, p_contact_point bigint, p_channel text, p_purpose text, p_legal_basis text,
    p_subscriber_consent text DEFAULT ''
) RETURNS text LANGUAGE plpgsql STABLE PARALLEL SAFE SET plan_cache_mode = force_generic_plan AS $$
-- The verdict on one message. PL/pgSQL keeps the plan from one message to the next; to plan takes longer than to ask.
BEGIN
    RETURN COALESCE((
        SELECT consents_verdict(
            ch.contact_kind, ch.lines_taken, ch.needs_dialogue, ch.needs_subscriber_consent,
            p_purpose, p_legal_basis, p_subscriber_consent, p.kind, p.line_type, p.max_chat_id,
            p.is_current AND p.closed_at IS NULL AND c.erased_at IS NULL, c.is_active, g.consents, n.value,
            EXISTS (SELECT FROM consents_stops(p_purpose) s
                    WHERE consents_stop_covers(s.customer_id, s.kind, s.value, p_customer, p.kind, p.value)
                        AND (s.is_final OR NOT consents_is_obliged(p_purpose, p_legal_basis))
                        AND consents_stop_holds(s.is_final, s.since, g.since)))
        FROM consents_contactpoint p
        JOIN consents_customer c ON c.id = p.customer_id
        JOIN consents_channelfacts ch ON ch.code = p_channel
        LEFT JOIN consents_agreed(p_purpose) g
            ON g.customer_id = p.customer_id AND g.channel = p_channel AND g.contact_point_id = p.id
        LEFT JOIN consents_noes(p_purpose) n ON n.customer_id = p.customer_id AND n.channel = p_channel
        WHERE p.id = p_contact_point AND p.customer_id = p_customer
    ), 'no_contact');
END
$$;
"""

DROP = """
DROP FUNCTION consents_may_send(bigint, bigint, text, text, text, text);
DROP FUNCTION consents_verdict(
    text, varchar[], boolean, boolean, text, text, text, text, text, bigint, boolean, boolean, bigint, text, boolean
);
DROP FUNCTION consents_is_obliged(text, text);
DROP FUNCTION consents_noes(text);
"""


class Migration(migrations.Migration):
    dependencies = [("consents", "0019_subscriber_consent_filled")]

    operations = [migrations.RunSQL(CREATE, DROP + GATE_BEFORE)]
