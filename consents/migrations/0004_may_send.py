"""The gate as a function of the database, so that a sender can ask it in the statement that claims a message.

`consents.reach.eligibility` reads the same rules set by set; a test holds the two against each other.
"""

from django.db import migrations

CREATE = """
CREATE FUNCTION consents_may_send(
    p_customer bigint, p_contact_point bigint, p_channel text, p_purpose text, p_legal_basis text
) RETURNS text LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
-- Returns '' when the message may leave, else why not. Whatever is not known is refused.
DECLARE
    is_advertising boolean := p_purpose IN ('advertising', 'promotion');
    needed text[];
    granted integer;
    granted_since timestamptz;
    is_withdrawn boolean;
    point record;
BEGIN
    SELECT p.kind, p.value, p.line_type, p.max_chat_id, p.is_current AND p.closed_at IS NULL AS is_open,
           c.is_active, c.erased_at IS NULL AS is_kept
        INTO point
        FROM consents_contactpoint p JOIN consents_customer c ON c.id = p.customer_id
        WHERE p.id = p_contact_point AND p.customer_id = p_customer;
    IF NOT FOUND OR NOT point.is_open OR NOT point.is_kept OR p_purpose IS NULL OR point.kind <> (
        CASE p_channel WHEN 'sms' THEN 'phone' WHEN 'email' THEN 'email' WHEN 'max' THEN 'max' ELSE '' END
    ) OR (p_channel = 'max' AND point.max_chat_id IS NULL) THEN
        RETURN 'no_contact';
    END IF;
    IF p_channel = 'sms' AND point.line_type <> 'mobile' THEN
        RETURN 'not_sms_capable';
    END IF;
    IF NOT point.is_active THEN
        RETURN 'suppressed';
    END IF;

    -- Advertising rests on two consents whatever basis is named; a contract carries service messages alone.
    needed := CASE WHEN is_advertising THEN ARRAY['promotion', 'advertising']
                   WHEN p_purpose = 'service' THEN ARRAY['service'] END;
    IF needed IS NULL THEN
        RETURN 'no_consent';
    END IF;
    SELECT count(*) FILTER (WHERE s.value = 'granted' AND s.contact_point_id = p_contact_point
                            AND (s.valid_until IS NULL OR s.valid_until > statement_timestamp())),
           min(s.since) FILTER (WHERE s.value = 'granted' AND s.contact_point_id = p_contact_point
                                AND (s.valid_until IS NULL OR s.valid_until > statement_timestamp())),
           COALESCE(bool_or(s.value = 'withdrawn'), false)
        INTO granted, granted_since, is_withdrawn
        FROM consents_consentstate s
        WHERE s.customer_id = p_customer AND s.channel = p_channel AND s.purpose = ANY (needed);
    IF p_legal_basis IS DISTINCT FROM 'contract' OR is_advertising THEN
        IF granted < cardinality(needed) THEN
            RETURN CASE WHEN is_withdrawn THEN 'withdrawn' ELSE 'no_consent' END;
        END IF;
    END IF;

    -- A stop that the person asked for gives way to a later yes of the person for this very contact.
    -- What is wrong with the address itself (bounced, not theirs) does not.
    IF EXISTS (
        SELECT 1 FROM consents_suppression s
        WHERE s.lifted_at IS NULL
            AND (s.scope = 'all' OR is_advertising)
            AND ((s.customer_id = p_customer AND s.value = '')
                OR (s.kind = point.kind AND s.value = point.value
                    AND (s.customer_id IS NULL OR s.customer_id = p_customer)))
            AND (s.reason IN ('bounced', 'not_mine') OR granted_since IS NULL OR s.created_at > granted_since)
    ) THEN
        RETURN 'suppressed';
    END IF;
    RETURN '';
END
$$;
"""

DROP = """
DROP FUNCTION consents_may_send(bigint, bigint, text, text, text);
"""


class Migration(migrations.Migration):

    dependencies = [("consents", "0003_append_only")]

    operations = [migrations.RunSQL(CREATE, DROP)]
