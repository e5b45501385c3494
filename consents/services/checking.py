"""The check of the whole ledger, for the nightly task and for the command."""

from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from consents import merkle
from consents.enums import CheckOutcome
from consents.errors import CannotDecide, ConsentsError
from consents.ledger_questions import leaf_count, odd_rows, odd_states, odd_unsealed
from consents.ledger_walk import BATCH, Finding, Walk
from consents.models import LedgerCheck, Seal
from consents.sealing import Head, heads_read, key_ring_read
from consents.selectors.tree import head_of, heads_after, tree_nodes
from consents.services.sealing import heads_file

KEPT_FINDINGS = 100


@dataclass(slots=True, kw_only=True)
class Findings:
    """What a check came to. ``kept`` are the first findings, ``reason`` says why it could not decide."""

    started_at: datetime
    tree_size: int = 0
    events: int = 0
    waiting: int = 0
    heads: int = 0
    count: int = 0
    reason: str = ""
    kept: list[Finding] = field(default_factory=list)

    @property
    def outcome(self) -> CheckOutcome:
        """A difference that was found stands, even if the check then broke off."""
        if self.count:
            return CheckOutcome.MISMATCH
        return CheckOutcome.UNDECIDED if self.reason else CheckOutcome.OK


def ledger_check(
    *,
    since: int = 0,
    against: Path | None = None,
    on_finding: Callable[[Finding], None] | None = None,
    batch: int = BATCH,
) -> Findings:
    """Check the ledger, tell each difference to `on_finding`, and return the sum of it.

    ``since`` skips the events under the head over so many; ``against`` is a file of heads from outside, by default the
    one that the sealer writes. Whatever goes wrong on the way ends as "undecided" and never as "ok".
    """
    findings = Findings(started_at=timezone.now())

    def report(finding: Finding) -> None:
        findings.count += 1
        if len(findings.kept) < KEPT_FINDINGS:
            findings.kept.append(finding)
        if on_finding is not None:
            on_finding(finding)

    try:
        _check(findings, report, since, against or heads_file(), batch)
    except ConsentsError as error:
        findings.reason = f"{error.code}: {error}"
    except Exception as error:  # a check that broke must say so instead of passing
        findings.reason = type(error).__name__
    return findings


def ledger_check_record(*, findings: Findings) -> int:
    """Keep the result for the DPO; return the id of the record."""
    check = LedgerCheck.objects.create(
        started_at=findings.started_at,
        finished_at=timezone.now(),
        outcome=findings.outcome,
        tree_size=findings.tree_size,
        event_count=findings.events,
        finding_count=findings.count,
        findings=[finding.as_json() for finding in findings.kept],
    )
    return check.pk


def _check(findings: Findings, report: Callable[[Finding], None], since: int, against: Path, batch: int) -> None:
    ring = key_ring_read(Path(settings.SEAL_KEY_FILE))
    # Taken before the snapshot: a head that is published later may be over events that the snapshot lacks.
    end = against.stat().st_size if against.exists() else None
    with _snapshot():
        if end is None and Seal.objects.exists():
            raise CannotDecide("there is no file of heads outside the database to compare with")
        size = leaf_count()
        findings.tree_size = size
        walk = Walk(size=size, ring=ring, report=report, frontier=_start(since))
        with closing(heads_after(0)) as stored, closing(_heads_outside(against, end)) as outside:
            walk.run(stored, outside, batch)
        findings.events, findings.heads = walk.events, walk.heads
        if walk.good_size < size and not walk.bad_heads:
            report(Finding(code="head_missing", place=f"no head over events {walk.good_size} to {size - 1}"))
        for finding in odd_unsealed(batch):
            if finding is None:
                findings.waiting += 1
            else:
                report(finding)
        for finding in chain(odd_rows(size), odd_states()):
            report(finding)
        if walk.doubt:
            raise CannotDecide(walk.doubt)


def _heads_outside(path: Path, end: int | None) -> Generator[Head, None, None]:
    if end is not None:
        yield from heads_read(path, end=end)


def _start(since: int) -> merkle.Frontier:
    """Return the frontier at the head over `since` events. Raises CannotDecide when it cannot be trusted."""
    if since == 0:
        return merkle.Frontier()
    head: Head | None = next(map(head_of, Seal.objects.filter(tree_size=since)), None)
    if head is None:
        raise CannotDecide(f"there is no head over {since} events")
    places = merkle.frontier_places(since)
    nodes = tree_nodes(places)
    frontier = merkle.Frontier(since, [nodes.get(place, b"") for place in places])
    if frontier.root() != head.root:
        raise CannotDecide(f"the stored tree does not give the head over {since} events; check from the start")
    return frontier


@contextmanager
def _snapshot() -> Iterator[None]:
    """See one state of the database from beginning to end; inside a caller's transaction, whatever that sees."""
    is_own = not connection.in_atomic_block
    with transaction.atomic():
        if is_own:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                # A whole ledger takes longer than a page may: limits on queries are for pages.
                cursor.execute("SET LOCAL statement_timeout = 0")
                cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        yield
