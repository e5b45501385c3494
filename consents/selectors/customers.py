"""Who the customers are, by where they came from."""

from consents.models import Customer


def customers_of_source(*, source: str) -> list[int]:
    """Give the ids of all active customers of one source system, in the order of their customer ids."""
    rows = Customer.objects.filter(source=source, is_active=True, erased_at=None)
    return list(rows.order_by("external_id").values_list("pk", flat=True))
