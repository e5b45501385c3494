"""Making receipts: a number and the events that it names."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from uuid import uuid4

from django.db import connection, transaction
from django.utils import timezone

from consents.database.clock import database_now
from consents.errors import CustomerMissing, NothingToReceipt
from consents.models import ConsentEvent, Customer, Receipt
from consents.receipts.numbers import receipt_number
from consents.receipts.reading import ReceiptRow

_NEXT = "SELECT nextval(pg_get_serial_sequence('consents_receipt', 'id'))"


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedReceipt(ReceiptRow):
    """A stored receipt; ``is_new`` is False when a repeat found it."""

    is_new: bool = False


def receipt_issue(*, customer_id: int, event_ids: Collection[int], request_key: str) -> IssuedReceipt:
    """Store a receipt for these events of the customer and return it; join the caller's transaction or make one.

    A repeat with the same request key returns the first receipt, whatever its events. Raises CustomerMissing, and
    NothingToReceipt when there is no event or one that is not the customer's.
    """
    found = _find(customer_id, request_key)
    if found is not None:
        return found
    with transaction.atomic():
        _check_events(customer_id, event_ids)
        count = _next_count()
        now = database_now()
        receipt = Receipt(
            pk=count,
            uuid=uuid4(),
            number=receipt_number(timezone.localtime(now).year, count),
            customer_id=customer_id,
            request_key=request_key,
            event_ids=sorted(set(event_ids)),
            created_at=now,
        )
        # Two at once: the second writes nothing and reads what the first has committed.
        Receipt.objects.bulk_create([receipt], ignore_conflicts=True)
        stored = _find(customer_id, request_key)
    if stored is None:
        raise NothingToReceipt("the receipt was not stored")
    return replace(stored, is_new=stored.uuid == receipt.uuid)


def _find(customer_id: int, request_key: str) -> IssuedReceipt | None:
    rows = Receipt.objects.filter(customer_id=customer_id, request_key=request_key)
    return next((IssuedReceipt(**row) for row in rows.values("uuid", "number", "created_at")), None)


def _check_events(customer_id: int, event_ids: Collection[int]) -> None:
    subject = Customer.objects.filter(pk=customer_id).values_list("subject", flat=True).first()
    if subject is None:
        raise CustomerMissing(f"no customer {customer_id}")
    wanted = set(event_ids)
    if not wanted or ConsentEvent.objects.filter(pk__in=wanted, subject=subject).count() != len(wanted):
        raise NothingToReceipt("a receipt names events of its customer")


def _next_count() -> int:
    with connection.cursor() as cursor:
        cursor.execute(_NEXT)
        return int(cursor.fetchone()[0])
