"""Whether the ledger is sealed and checked in time, with its last checks and heads, as staff read them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Min

from consents.database.clock import database_now
from consents.enums import CheckOutcome
from consents.ledger.checking.finding_sentences import finding_line, reason_line
from consents.ledger.checking.findings import Finding
from consents.ledger.tree.reading import head_of, last_seal
from consents.ledger.tree.signing import Head
from consents.models import ConsentEvent, LedgerCheck, Seal, UnsealedEvent

SEAL_WITHIN = timedelta(minutes=1)
CHECK_WITHIN = timedelta(hours=36)


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerHealth:
    """Where sealing and checking stand. ``delay`` is how long the oldest event has waited for its leaf."""

    tree_size: int
    root: str
    sealed_at: datetime | None
    waiting: int
    delay: timedelta
    checked_at: datetime | None
    check_outcome: CheckOutcome | None

    @property
    def is_sealing_late(self) -> bool:
        """Return whether an event has waited for longer than sealing may take."""
        return self.delay > SEAL_WITHIN

    @property
    def is_check_due(self) -> bool:
        """Return whether the last check is missing or old."""
        return self.checked_at is None or database_now() - self.checked_at > CHECK_WITHIN


def ledger_health() -> LedgerHealth:
    """Return the state of the ledger in four small queries, however long it is."""
    head = last_seal()
    waiting = UnsealedEvent.objects.all()
    oldest = ConsentEvent.objects.filter(pk__in=waiting.values("event_id")).aggregate(at=Min("occurred_at"))["at"]
    check = LedgerCheck.objects.order_by("-finished_at").first()
    return LedgerHealth(
        tree_size=head.size if head else 0,
        root=head.root.hex() if head else "",
        sealed_at=datetime.fromisoformat(head.time) if head else None,
        waiting=waiting.count(),
        delay=max(database_now() - oldest, timedelta()) if oldest else timedelta(),
        checked_at=check.finished_at if check else None,
        check_outcome=CheckOutcome(check.outcome) if check else None,
    )


def ledger_checks(*, limit: int = 10) -> list[tuple[LedgerCheck, list[str]]]:
    """Return the last checks, newest first, each with lines that say why it could not decide and what it found.

    Of the findings it keeps at most the first hundred.
    """
    return [(check, _lines(check)) for check in LedgerCheck.objects.order_by("-finished_at")[:limit]]


def last_heads(*, limit: int = 10) -> list[Head]:
    """Return the newest signed heads, newest first."""
    return [head_of(seal) for seal in Seal.objects.order_by("-tree_size")[:limit]]


def _lines(check: LedgerCheck) -> list[str]:
    reason = [reason_line(check.reason)] if check.reason else []
    return reason + [finding_line(Finding(**found)) for found in check.findings]
