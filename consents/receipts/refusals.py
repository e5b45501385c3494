"""The receipt of a no: whoever says no gets one, as whoever says yes does."""

from collections.abc import Collection
from hashlib import sha256

from consents.errors import NothingToReceipt
from consents.receipts.issuing import IssuedReceipt, receipt_issue
from consents.types import AppendedEvent, Circumstances


def refusal_receipt(
    *, customer_id: int, events: Collection[AppendedEvent], circumstances: Circumstances
) -> IssuedReceipt | None:
    """Issue and return the receipt of one no, which names all its events; None where nothing was recorded.

    A repeat that records nothing finds the first one. The same button after a new yes is the same request and yet a
    further no: it gets a receipt of its own. Joins the caller's transaction or makes one.
    """
    key, ids = _key(circumstances.request_key), [event.id for event in events]
    try:
        receipt = receipt_issue(customer_id=customer_id, event_ids=ids, request_key=key)
        if not receipt.is_new and any(event.is_new for event in events):
            receipt = receipt_issue(customer_id=customer_id, event_ids=ids, request_key=_key(key, *ids))
    except NothingToReceipt:
        return None
    return receipt


def _key(*facts: object) -> str:
    return sha256("|".join(["receipt", *map(str, facts)]).encode()).hexdigest()
