"""The gate of the database, asked about one message."""

from django.db import connection

from consents.enums import Channel, LegalBasis, Purpose
from consents.reach.eligibility import refusals_sql


def gate_reason(*, customer_id: int, contact_point_id: int | None, channel: str, purpose: str, legal_basis: str) -> str:
    """Return '' when the message may leave, else the reason."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT consents_may_send(%s, %s, %s, %s, %s)",
            [customer_id, contact_point_id, channel, purpose, legal_basis],
        )
        reason: str = cursor.fetchone()[0]
    return reason


def refusals_of_all(*, channel: Channel, purpose: Purpose, legal_basis: LegalBasis) -> dict[tuple[int, int], str]:
    """Return what the sets answer for every contact, by customer and contact."""
    people = "SELECT customer_id, id, '' FROM consents_contactpoint"
    sql, parameters = refusals_sql(people, (), channel=channel, purpose=purpose, legal_basis=legal_basis)
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return {(customer_id, point_id): refusal for customer_id, point_id, _, refusal in cursor.fetchall()}
