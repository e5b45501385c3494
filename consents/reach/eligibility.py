"""Who may be written to, over which channel and on what ground. Whatever is not known is refused.

The database's function `consents_may_send` decides about one message, when it leaves. Asked about a hundred thousand
people it takes many seconds, so the same rules are read here set by set, for figures that somebody waits for; a test
holds the two against each other. The rules:

- the contact is a current one of an active customer, of the channel's kind; SMS needs a mobile line, MAX a dialogue;
- advertising needs two consents in force for this very contact, whatever basis is named: promotion and advertising;
- a service message needs nothing on the basis of a contract, and the service consent on the basis of consent;
- nobody is written to against a stop. A stop of «all» stops contract messages of campaigns too: after it a customer
  gets only what they ask for themselves (codes), and what the law demands goes by other ways;
- a yes that the person gave later than a stop overrules it for that contact, but not the news that the address does not
  exist or is somebody else's.
"""

from typing import Any, Final

from consents.enums import Channel, LegalBasis, Purpose

NEEDED: Final = {
    Purpose.SERVICE: (Purpose.SERVICE,),
    Purpose.PROMOTION: (Purpose.PROMOTION, Purpose.ADVERTISING),
    Purpose.ADVERTISING: (Purpose.PROMOTION, Purpose.ADVERTISING),
}
"""The consents that a purpose rests on; those of a service message count under a contract too, against a stop."""

# Stops are cut by what they name, so that each join has one row at most.
_REFUSALS: Final = """
WITH granted AS (
    SELECT contact_point_id, count(*) AS consents, min(since) AS since FROM consents_consentstate
    WHERE channel = %s AND purpose = ANY(%s) AND value = 'granted'
        AND (valid_until IS NULL OR valid_until > statement_timestamp())
    GROUP BY contact_point_id
), withdrawn AS (
    SELECT DISTINCT customer_id FROM consents_consentstate
    WHERE channel = %s AND purpose = ANY(%s) AND value = 'withdrawn'
), stops AS (
    SELECT customer_id, kind, value, max(created_at) AS since, bool_or(reason IN ('bounced', 'not_mine')) AS is_final
    FROM consents_suppression
    WHERE lifted_at IS NULL AND (scope = 'all' OR %s) GROUP BY customer_id, kind, value
), of_person AS (
    SELECT customer_id, max(since) AS since, bool_or(is_final) AS is_final FROM stops
    WHERE value = '' AND customer_id IS NOT NULL GROUP BY customer_id
)
SELECT a.customer_id, a.contact_point_id, a.time_zone,
    CASE
        WHEN p.id IS NULL OR NOT p.is_current OR p.closed_at IS NOT NULL OR c.erased_at IS NOT NULL OR p.kind <> %s
            OR (p.kind = 'max' AND p.max_chat_id IS NULL) THEN 'no_contact'
        WHEN p.kind = 'phone' AND p.line_type <> 'mobile' THEN 'not_sms_capable'
        WHEN NOT c.is_active THEN 'suppressed'
        WHEN %s > COALESCE(g.consents, 0) THEN CASE WHEN w.customer_id IS NULL THEN 'no_consent' ELSE 'withdrawn' END
        WHEN sp.is_final OR sa.is_final OR so.is_final
            OR GREATEST(sp.since, sa.since, so.since) > COALESCE(g.since, '-infinity') THEN 'suppressed'
        ELSE ''
    END AS refusal
FROM ({people}) AS a(customer_id, contact_point_id, time_zone)
JOIN consents_customer c ON c.id = a.customer_id
LEFT JOIN consents_contactpoint p ON p.id = a.contact_point_id AND p.customer_id = a.customer_id
LEFT JOIN granted g ON g.contact_point_id = p.id
LEFT JOIN withdrawn w ON w.customer_id = a.customer_id
LEFT JOIN of_person sp ON sp.customer_id = a.customer_id
LEFT JOIN stops sa ON sa.kind = p.kind AND sa.value = p.value AND sa.customer_id IS NULL
LEFT JOIN stops so ON so.kind = p.kind AND so.value = p.value AND so.customer_id = a.customer_id
"""

ADDRESS_STOP: Final = """EXISTS (
    SELECT FROM consents_suppression s LEFT JOIN consents_contactpoint p ON p.id = {contact_point}
    WHERE s.lifted_at IS NULL AND s.reason IN ('bounced', 'not_mine')
        AND s.kind = COALESCE(p.kind, CASE {channel} WHEN 'sms' THEN 'phone' ELSE {channel} END)
        AND s.value = COALESCE(p.value, {address})
        AND (s.customer_id IS NULL OR s.customer_id = {customer})
)"""
"""Condition for statements of the room above: the contact, or the bare address, does not exist or is not theirs."""


def refusals_sql(
    people: str, parameters: tuple[Any, ...], *, channel: Channel, purpose: Purpose, legal_basis: LegalBasis | str
) -> tuple[str, list[Any]]:
    """Write a SELECT of (customer_id, contact_point_id, time_zone, refusal) over ``people``, and its parameters.

    ``people`` is a SELECT of the first three; ``refusal`` is '' or what the gate would answer now.
    """
    needed = [word.value for word in NEEDED[purpose]]
    is_advertising = purpose != Purpose.SERVICE
    rests_on_consent = is_advertising or legal_basis != LegalBasis.CONTRACT
    consents = [channel.value, needed]
    values = [*consents, *consents, is_advertising, channel.kind.value, len(needed) if rests_on_consent else 0]
    return _REFUSALS.replace("{people}", people), [*values, *parameters]
