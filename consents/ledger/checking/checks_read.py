"""Past checks of the ledger and its signed heads, for the page of the DPO."""

from dataclasses import dataclass
from datetime import datetime

from consents.enums import CheckOutcome
from consents.ledger.checking.finding_sentences import finding_line, reason_line
from consents.ledger.checking.findings import Finding
from consents.ledger.tree.reading import head_of
from consents.ledger.tree.signing import Head
from consents.models import LedgerCheck, Seal


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRow:
    """One check; ``lines`` are why it could not decide and what it found, at most the first hundred findings."""

    finished_at: datetime
    outcome: CheckOutcome
    event_count: int
    finding_count: int
    lines: tuple[str, ...]


def ledger_checks(*, limit: int = 10) -> list[CheckRow]:
    """Return the last checks, newest first."""
    return [_row(check) for check in LedgerCheck.objects.order_by("-finished_at")[:limit]]


def last_heads(*, limit: int = 10) -> list[Head]:
    """Return the newest signed heads, newest first."""
    return [head_of(seal) for seal in Seal.objects.order_by("-tree_size")[:limit]]


def _row(check: LedgerCheck) -> CheckRow:
    reason = [reason_line(check.reason)] if check.reason else []
    found = [finding_line(Finding(**found)) for found in check.findings]
    return CheckRow(
        finished_at=check.finished_at,
        outcome=CheckOutcome(check.outcome),
        event_count=check.event_count,
        finding_count=check.finding_count,
        lines=(*reason, *found),
    )
