"""The words that a filter of people can choose from: segments, sources and messengers that the base really holds."""

from typing import Final

from django.db import connection

from consents.models import Messenger

MOST: Final = 200

# Jumps from one value to the next along the index: the cost is one step a value, however many customers there are.
_DISTINCT: Final = """
WITH RECURSIVE word AS (
    (SELECT {column} AS value FROM consents_customer ORDER BY {column} LIMIT 1)
    UNION ALL
    SELECT (SELECT {column} FROM consents_customer WHERE {column} > word.value ORDER BY {column} LIMIT 1)
    FROM word WHERE word.value IS NOT NULL
)
SELECT value FROM word WHERE value <> '' LIMIT %s
"""


def segment_words() -> list[str]:
    """Return the segments of the customer base in alphabetical order, at most two hundred."""
    return _distinct("segment")


def source_words() -> list[str]:
    """Return the systems that customers came from, in alphabetical order."""
    return _distinct("source")


def messenger_words() -> list[tuple[str, str]]:
    """Return the messengers as (code, name)."""
    return list(Messenger.objects.order_by("name").values_list("code", "name"))


def _distinct(column: str) -> list[str]:
    """Return the values of one of our two indexed columns."""
    with connection.cursor() as cursor:
        cursor.execute(_DISTINCT.format(column=column), [MOST])
        return [value for (value,) in cursor.fetchall()]
