"""Who may be written to, over which channel and on what ground. Whatever is not known is refused.

The rules stand once, as functions of the database (the migrations of this room): `consents_verdict` judges, over what
`consents_agreed` and `consents_stops` find. `consents_may_send` asks them about one message, when it leaves; here they
are asked about everybody at once, for figures that somebody waits for. The rules:

- the contact is a current one of an active customer, of the channel's kind; SMS needs a mobile line, MAX a dialogue
  (the facts of each channel are rows, written from its declaration by `consents.reach.channel_facts`);
- advertising needs two consents in force for this very contact, whatever basis is named: promotion and advertising;
- a service message needs the service consent on the basis of consent; on the basis of a contract it needs nothing but
  that the person has not said no to service messages on that channel, by refusing or by withdrawing;
- nobody is written to against a stop. A stop of «all» stops contract messages of campaigns too;
- a yes that the person gave later than a no or a stop overrules it, but not the news that the address does not exist or
  is somebody else's;
- what law or contract obliges (basis «law») passes every no of the person, but not such news; advertising never does;
- where mailings need the subscriber's consent (SMS), a service message that no consent carries needs the contract to
  hold it, whatever the basis.

After a no a customer gets what is obliged and what they ask for themselves: codes, and notices of their own acts.
"""

from dataclasses import dataclass
from typing import Any, Final

from consents.enums import Channel, LegalBasis, Purpose, SubscriberConsent

# Stops are cut by what they name, so that each join has one row at most.
_REFUSALS: Final = """
WITH agreed AS (
    SELECT * FROM consents_agreed(%s)
), noes AS (
    SELECT * FROM consents_noes(%s)
), stops AS (
    SELECT customer_id, kind, value, max(since) AS since, bool_or(is_final) AS is_final
    FROM consents_stops(%s) WHERE is_final OR NOT consents_is_obliged(%s, %s) GROUP BY customer_id, kind, value
)
SELECT a.*,
    consents_verdict(
        ch.contact_kind, ch.lines_taken, ch.needs_dialogue, ch.needs_subscriber_consent, %s, %s, %s,
        p.kind, p.line_type, p.max_chat_id,
        p.is_current AND p.closed_at IS NULL AND c.erased_at IS NULL, c.is_active, g.consents, n.value,
        consents_stop_holds(
            sp.is_final IS TRUE OR sa.is_final IS TRUE OR so.is_final IS TRUE, GREATEST(sp.since, sa.since, so.since),
            g.since)) AS refusal
FROM ({people}) AS a(customer_id, contact_point_id, time_zone)
LEFT JOIN consents_channelfacts ch ON ch.code = %s
JOIN consents_customer c ON c.id = a.customer_id
LEFT JOIN consents_contactpoint p ON p.id = a.contact_point_id AND p.customer_id = a.customer_id
LEFT JOIN agreed g ON g.contact_point_id = p.id AND g.channel = ch.code
LEFT JOIN noes n ON n.customer_id = p.customer_id AND n.channel = ch.code
LEFT JOIN stops sp ON sp.customer_id = p.customer_id AND sp.value = ''
LEFT JOIN stops sa ON sa.kind = p.kind AND sa.value = p.value AND sa.customer_id IS NULL
LEFT JOIN stops so ON so.kind = p.kind AND so.value = p.value AND so.customer_id = p.customer_id
"""

ANSWERED_SINCE: Final = """EXISTS (
    SELECT FROM consents_consentstate s WHERE s.customer_id = {customer} AND s.since >= {since})"""
"""Condition for statements of the room above: the person has said a yes or a no since a moment, wherever that was."""

ADDRESS_STOP: Final = """EXISTS (
    SELECT FROM consents_stop s LEFT JOIN consents_contactpoint p ON p.id = {contact_point}
    WHERE s.lifted_at IS NULL AND consents_stop_is_final(s.reason)
        AND s.kind = COALESCE(p.kind, (SELECT contact_kind FROM consents_channelfacts WHERE code = {channel}))
        AND s.value = COALESCE(p.value, {address})
        AND (s.customer_id IS NULL OR s.customer_id = {customer})
)"""
"""Condition for statements of the room above: the contact, or the bare address, does not exist or is not theirs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a message stands on, as the gate asks it. ``subscriber_consent`` matters where the channel needs it."""

    purpose: Purpose
    legal_basis: LegalBasis | str
    subscriber_consent: SubscriberConsent | str = ""


def refusals_sql(
    people: str, parameters: tuple[Any, ...], *, channel: Channel, ground: Ground
) -> tuple[str, list[Any]]:
    """Write a SELECT of (customer_id, contact_point_id, time_zone, refusal) over ``people``, and its parameters.

    ``people`` is a SELECT of the first three; ``refusal`` is '' or what the gate would answer now.
    """
    purpose, basis = ground.purpose.value, str(ground.legal_basis)
    facts = [purpose, purpose, purpose, purpose, basis, purpose, basis, str(ground.subscriber_consent)]
    return _REFUSALS.replace("{people}", people), [*facts, *parameters, channel.value]
