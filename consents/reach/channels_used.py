"""Which channels the company has ever used: those with a contact or an answer on file."""

from typing import Final

from django.db import connection

from consents.enums import Channel, Purpose

# Each question is one step into an index, also where its answer is no: a plain EXISTS may read a whole table for that.
_USED: Final = """
SELECT ch.code FROM unnest(%(codes)s::text[], %(kinds)s::text[]) AS ch(code, kind)
WHERE ch.kind = (SELECT p.kind FROM consents_contactpoint p WHERE p.kind >= ch.kind ORDER BY p.kind LIMIT 1)
    OR EXISTS (
        SELECT FROM unnest(%(purposes)s::text[]) AS asked(purpose)
        WHERE ch.code = (
            SELECT s.channel FROM consents_consentstate s
            WHERE s.purpose = asked.purpose AND s.channel >= ch.code ORDER BY s.purpose, s.channel LIMIT 1))
"""


def channels_used() -> frozenset[Channel]:
    """Return the channels that anybody has a contact of, today or in the past, or has answered about."""
    channels = list(Channel)
    asked = {
        "codes": [channel.value for channel in channels],
        "kinds": [channel.kind.value for channel in channels],
        "purposes": Purpose.values,
    }
    with connection.cursor() as cursor:
        cursor.execute(_USED, asked)
        return frozenset(Channel(code) for (code,) in cursor.fetchall())
