"""Customers by their source, and their time zones."""

from consents.models import Customer


def customers_of_source(*, source: str) -> list[int]:
    """Return the ids of all active customers of one source system, in the order of their customer ids."""
    rows = Customer.objects.filter(source=source, is_active=True, erased_at=None)
    return list(rows.order_by("external_id").values_list("pk", flat=True))


def zone_of(*, customer_id: int) -> str:
    """Return the name of a customer's time zone; empty where none is on file."""
    return Customer.objects.filter(pk=customer_id).values_list("time_zone", flat=True).first() or ""


def customer_named(*, customer_id: int) -> tuple[str, str]:
    """Return the name and the number of a customer, for themselves; empty where there is none."""
    return Customer.objects.filter(pk=customer_id).values_list("name", "external_id").first() or ("", "")


def customers_numbered(*, external_id: str, limit: int = 2) -> list[int]:
    """Return the ids of active customers with that number; of two systems each may have one."""
    rows = Customer.objects.filter(external_id=external_id, is_active=True, erased_at=None)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])
