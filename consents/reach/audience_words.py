"""The words that a filter of people can choose from: segments, sources and cities that the base holds."""

from collections.abc import Collection
from typing import Final

from django.db import connection
from django.db.models import Count

from consents.models import Customer

MOST: Final = 200
MOST_CITIES: Final = 500

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


def city_words() -> list[str]:
    """Return the cities of the customer base, those of most customers first, at most five hundred."""
    cities = Customer.objects.exclude(city="").values_list("city").annotate(customers=Count("id"))
    return [city for city, _customers in cities.order_by("-customers", "city")[:MOST_CITIES]]


def cities_missing(words: Collection[str]) -> list[str]:
    """Return those of some cities that no customer has, in the order given."""
    held = set(Customer.objects.filter(city__in=words).values_list("city", flat=True).distinct()) if words else set()
    return [word for word in words if word not in held]


def _distinct(column: str) -> list[str]:
    """Return the values of one of our two indexed columns."""
    with connection.cursor() as cursor:
        cursor.execute(_DISTINCT.format(column=column), [MOST])
        return [value for (value,) in cursor.fetchall()]
