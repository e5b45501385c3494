"""The gate of the database, asked about one message."""

from django.db import connection

from consents.enums import Channel, LegalBasis, Purpose
from consents.reach.eligibility import Ground, refusals_sql


def gate_reason(
    *,
    customer_id: int,
    contact_point_id: int | None,
    channel: str,
    purpose: str,
    legal_basis: str,
    subscriber_consent: str = "contract",
) -> str:
    """Return '' when the message may leave, else the reason.

    Unless a test says otherwise, the contract holds the subscriber's consent to mailings.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT consents_may_send(%s, %s, %s, %s, %s, %s)",
            [customer_id, contact_point_id, channel, purpose, legal_basis, subscriber_consent],
        )
        reason: str = cursor.fetchone()[0]
    return reason


def refusals_of_all(
    *, channel: Channel, purpose: Purpose, legal_basis: LegalBasis, subscriber_consent: str = "contract"
) -> dict[tuple[int, int], str]:
    """Return what the sets answer for every contact, by customer and contact."""
    people = "SELECT customer_id, id, '' FROM consents_contactpoint"
    ground = Ground(purpose=purpose, legal_basis=legal_basis, subscriber_consent=subscriber_consent)
    sql, parameters = refusals_sql(people, (), channel=channel, ground=ground)
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return {(customer_id, point_id): refusal for customer_id, point_id, _, refusal in cursor.fetchall()}
