"""Receipts as they are shown: on the page, on paper and as data."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from consents.models import ConsentEvent, Customer, OperatorProfile, Processor, Receipt
from consents.selectors.history import EventView, event_views
from consents.selectors.operator import Operator, operator_current
from consents.selectors.tree import InclusionProof, inclusion_proofs


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptLine:
    """One event of a receipt; ``proof`` is None until it is sealed."""

    event: EventView
    proof: InclusionProof | None
    processor: str

    @property
    def title(self) -> str:
        """Return the title of the text that was answered, empty where there was none."""
        return self.event.personal.get("title", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptView:
    """One receipt, whole."""

    uuid: UUID
    number: str
    created_at: datetime
    customer_id: int
    subject: UUID
    external_id: str
    name: str
    zone: str
    operator: Operator | None
    lines: tuple[ReceiptLine, ...]

    @property
    def is_sealed(self) -> bool:
        """Tell whether every event has its place in the signed tree."""
        return all(line.proof for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptRow:
    """One receipt in a list."""

    uuid: UUID
    number: str
    created_at: datetime


def receipt_view(*, receipt_uuid: UUID, customer_id: int | None = None) -> ReceiptView | None:
    """Return a receipt, None when there is none.

    With ``customer_id`` only a receipt of that customer is found: pages of customers always pass it.
    """
    receipts = Receipt.objects.select_related("customer").filter(uuid=receipt_uuid)
    if customer_id is not None:
        receipts = receipts.filter(customer_id=customer_id)
    receipt = receipts.first()
    if receipt is None:
        return None
    customer: Customer = receipt.customer
    events = tuple(event_views(ConsentEvent.objects.filter(pk__in=receipt.event_ids).order_by("id")))
    return ReceiptView(
        uuid=receipt.uuid,
        number=receipt.number,
        created_at=receipt.created_at,
        customer_id=customer.pk,
        subject=customer.subject,
        external_id=customer.external_id,
        name=customer.name,
        zone=customer.time_zone,
        operator=_operator(events),
        lines=_lines(events),
    )


def receipts_of(*, customer_id: int) -> tuple[ReceiptRow, ...]:
    """Return the receipts of one customer, the newest first."""
    rows = Receipt.objects.filter(customer_id=customer_id).order_by("-id")
    return tuple(
        ReceiptRow(uuid=uuid, number=number, created_at=created_at)
        for uuid, number, created_at in rows.values_list("uuid", "number", "created_at")
    )


def _lines(events: tuple[EventView, ...]) -> tuple[ReceiptLine, ...]:
    proofs = inclusion_proofs([event.id for event in events])
    processors = dict(Processor.objects.values_list("channel", "name"))
    return tuple(
        ReceiptLine(
            event=event,
            proof=proofs.get(event.id),
            processor=event.personal.get("processor") or processors.get(event.values["channel"], ""),
        )
        for event in events
    )


def _operator(events: tuple[EventView, ...]) -> Operator | None:
    """Return the requisites that the texts named, else those of today."""
    profile_ids = [event.values["operator_profile"] for event in events if event.values["operator_profile"]]
    profile = OperatorProfile.objects.filter(pk=profile_ids[-1]).first() if profile_ids else None
    if profile is None:
        return operator_current()
    return Operator(**{name: getattr(profile, name) for name in Operator.__slots__})
