"""The links of one customer, for the desk."""

from notify.links.issuing import links_live
from notify.models import Link


def customer_links_count(*, customer_id: int) -> int:
    """Count the links of a customer that still open, those to take a change of contact back included."""
    return links_live(Link.objects.filter(customer_id=customer_id)).count()
