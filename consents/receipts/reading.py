"""Receipts as they are shown: on the page, on paper and as data."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from consents.documents.company_reading import CompanyView, company_at, company_of
from consents.ledger.history import EventView, event_views
from consents.ledger.tree.reading import InclusionProof, inclusion_proofs
from consents.ledger.tree.row_proofs import RowProof, row_proof
from consents.models import ConsentEvent, Evidence, Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptLine:
    """One event of a receipt; ``proof`` is None until it is sealed, ``salt`` is empty once the person is erased."""

    event: EventView
    proof: InclusionProof | None
    salt: bytes

    @property
    def title(self) -> str:
        """Return the title of the text that was answered, empty where there was none."""
        return self.event.personal.get("title", "")

    @property
    def processor(self) -> str:
        """Return who sends on the company's behalf by that text; empty where the company sends by itself."""
        return self.event.personal.get("processor", "")

    @property
    def is_broken(self) -> bool:
        """Return whether the event is sealed and its proof cannot be put together: a part of the tree is gone."""
        return self.proof is None and self.event.leaf_index is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptView:
    """One receipt, whole. Name and number are those of the answers, whatever the register says today."""

    uuid: UUID
    number: str
    created_at: datetime
    customer_id: int
    subject: UUID
    company: CompanyView | None
    lines: tuple[ReceiptLine, ...]

    @property
    def name(self) -> str:
        """Return the person's name as the last answer has it; empty once the person is erased."""
        return self._last("name")

    @property
    def external_id(self) -> str:
        """Return the customer's number as the last answer has it; empty once the person is erased."""
        return self._last("external_id")

    @property
    def zone(self) -> str:
        """Return the zone that times were shown in to the person; empty once the person is erased."""
        return self._last("zone")

    @property
    def is_erased(self) -> bool:
        """Return whether the evidence of every answer was erased."""
        return all(line.event.is_erased for line in self.lines)

    @property
    def is_sealed(self) -> bool:
        """Return whether every event has its place in the signed tree."""
        return all(line.proof for line in self.lines)

    @property
    def is_broken(self) -> bool:
        """Return whether the proof of any event cannot be put together."""
        return any(line.is_broken for line in self.lines)

    def _last(self, fact: str) -> str:
        kept = [line.event.personal[fact] for line in self.lines if line.event.personal.get(fact)]
        return kept[-1] if kept else ""


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
    subject: UUID = receipt.customer.subject
    # Whatever a receipt was made to name, it shows the events of its own customer only.
    named = ConsentEvent.objects.filter(pk__in=receipt.event_ids, subject=subject).order_by("id")
    events = tuple(event_views(named))
    return ReceiptView(
        uuid=receipt.uuid,
        number=receipt.number,
        created_at=receipt.created_at,
        customer_id=receipt.customer_id,
        subject=subject,
        company=_company(events),
        lines=receipt_lines(events),
    )


def receipt_record(*, receipt_uuid: UUID) -> RowProof | None:
    """Return the proof that a receipt's row, with its number and date, is in the ledger; None while it waits."""
    row_id = Receipt.objects.filter(uuid=receipt_uuid).values_list("pk", flat=True).first()
    return row_proof(table_name="receipt", row_id=row_id) if row_id else None


def receipts_of(*, customer_id: int) -> list[ReceiptRow]:
    """Return the receipts of one customer, the newest first."""
    rows = Receipt.objects.filter(customer_id=customer_id).order_by("-id")
    return [ReceiptRow(**row) for row in rows.values("uuid", "number", "created_at")]


def receipts_with(*, customer_id: int, event_ids: Collection[int]) -> list[ReceiptRow]:
    """Return the receipts of one customer that name any of these events, the oldest first."""
    rows = Receipt.objects.filter(customer_id=customer_id).order_by("id")
    return [
        ReceiptRow(uuid=row.uuid, number=row.number, created_at=row.created_at)
        for row in rows
        if not set(row.event_ids).isdisjoint(event_ids)
    ]


def receipt_lines(events: Sequence[EventView]) -> tuple[ReceiptLine, ...]:
    """Return events with what proves each of them."""
    ids = [event.id for event in events]
    proofs = inclusion_proofs(ids)
    salts = dict(Evidence.objects.filter(event_id__in=ids).values_list("event_id", "salt"))
    return tuple(
        ReceiptLine(event=event, proof=proofs.get(event.id), salt=bytes(salts.get(event.id, b""))) for event in events
    )


def _company(events: tuple[EventView, ...]) -> CompanyView | None:
    """Return the requisites that the texts named; where no text was answered, those of that time."""
    profile_ids = [event.values["operator_profile"] for event in events if event.values["operator_profile"]]
    if profile_ids:
        return company_of(profile_ids[-1])
    return company_at(events[-1].occurred_at) if events else None
