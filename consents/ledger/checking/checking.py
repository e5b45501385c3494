"""The check of the whole ledger, for the nightly task and for the command."""

from collections.abc import Callable, Generator, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass, field
from datetime import datetime
from itertools import chain
from pathlib import Path

from django.conf import settings

from consents.database.clock import database_now
from consents.database.snapshot import snapshot
from consents.enums import CheckOutcome
from consents.errors import CannotDecide, ConsentsError
from consents.ledger import merkle
from consents.ledger.checking.consistency import (
    leaf_count,
    odd_copies,
    odd_editions,
    odd_rows,
    odd_unsealed,
)
from consents.ledger.checking.findings import Finding
from consents.ledger.checking.recorded_rows import odd_recorded_rows
from consents.ledger.checking.standing import odd_contacts, odd_states, odd_stops
from consents.ledger.checking.tree_verification import BATCH, Walk
from consents.ledger.tree.heads import heads_read
from consents.ledger.tree.publishing import heads_file
from consents.ledger.tree.reading import head_of, heads_after, stored_frontier
from consents.ledger.tree.signing import Head, KeyRing, key_ring_read
from consents.models import LedgerCheck, Seal

KEPT_FINDINGS = 100
_UNTIMED = ("SET LOCAL statement_timeout = 0", "SET LOCAL idle_in_transaction_session_timeout = 0")
"""A whole ledger takes longer than a page may: limits on queries are for pages."""


@dataclass(slots=True, kw_only=True)
class Findings:
    """The result of a check. ``kept`` are the first findings, ``reason`` is why it could not decide, if so.

    ``since`` events were not looked at; ``agreed_size`` is how far heads from outside confirm the rest.
    """

    started_at: datetime
    since: int = 0
    agreed_size: int = 0
    tree_size: int = 0
    events: int = 0
    waiting: int = 0
    heads: int = 0
    count: int = 0
    reason: Mapping[str, int | str] = field(default_factory=dict)
    kept: list[Finding] = field(default_factory=list)

    @property
    def outcome(self) -> CheckOutcome:
        """Return the outcome; findings count even when the check then broke off."""
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
    """Check the ledger, call `on_finding` with each difference, and return the result.

    ``since`` skips the events under the head of that size, which must be outside the database too; ``against`` is a
    file of heads from outside, by default the one that the sealer writes. Whatever goes wrong on the way, a file
    without a head among it, ends as "undecided" and never as "ok".
    """
    findings = Findings(started_at=database_now(), since=since)

    def report(finding: Finding) -> None:
        findings.count += 1
        if len(findings.kept) < KEPT_FINDINGS:
            findings.kept.append(finding)
        if on_finding is not None:
            on_finding(finding)

    try:
        _check(findings, report, _Outside(path=against or heads_file(), is_given=against is not None), batch)
    except CannotDecide as error:
        findings.reason = error.reason
    except ConsentsError as error:
        findings.reason = {"code": error.code}
    except Exception as error:  # a check that broke must end as undecided
        findings.reason = {"code": "broke_off", "error": type(error).__name__}
    return findings


def ledger_check_record(*, findings: Findings) -> int:
    """Keep the result for the DPO; return the id of the record."""
    check = LedgerCheck.objects.create(
        started_at=findings.started_at,
        finished_at=database_now(),
        outcome=findings.outcome,
        tree_size=findings.tree_size,
        event_count=findings.events,
        finding_count=findings.count,
        findings=[asdict(finding) for finding in findings.kept],
        reason=findings.reason,
    )
    return check.pk


class _Outside:
    """The file of heads from outside, up to its length before the snapshot: later heads are not in the snapshot."""

    def __init__(self, *, path: Path, is_given: bool) -> None:
        self._path = path
        self._end = path.stat().st_size if path.exists() else None
        self.is_given = is_given

    def heads(self) -> Generator[Head, None, None]:
        if self._end is not None:
            yield from heads_read(self._path, end=self._end)

    def must_exist(self) -> None:
        """Raise CannotDecide when there is no file but the database holds heads."""
        if self._end is None and (self.is_given or Seal.objects.exists()):
            raise CannotDecide("heads_file_missing")

    def must_hold(self, heads: int) -> None:
        """Raise CannotDecide when the file held no head but must hold at least one."""
        if not heads and (self.is_given or Seal.objects.exists()):
            raise CannotDecide("heads_file_empty")


def _check(findings: Findings, report: Callable[[Finding], None], outside: _Outside, batch: int) -> None:
    ring = key_ring_read(Path(settings.SEAL_KEY_FILE))
    with snapshot(*_UNTIMED):
        outside.must_exist()
        size = findings.tree_size = leaf_count()
        walk = Walk(size=size, ring=ring, report=report, frontier=_start(findings.since, ring, outside))
        with closing(heads_after(0)) as stored, closing(outside.heads()) as published:
            walk.run(stored, published, batch)
        findings.events, findings.heads, findings.agreed_size = walk.events, walk.heads, walk.agreed_size
        if walk.good_size < size and not walk.bad_heads:
            report(Finding(code="head_missing", place="span", at=(walk.good_size, size - 1)))
        for finding in odd_unsealed(batch):
            if finding is None:
                findings.waiting += 1
            else:
                report(finding)
        for finding in chain(
            odd_rows(size), odd_copies(), odd_editions(), odd_states(), odd_contacts(), odd_stops(), odd_recorded_rows()
        ):
            report(finding)
        outside.must_hold(walk.outside_heads)
        if walk.doubt:
            raise walk.doubt


def _start(since: int, ring: KeyRing, outside: _Outside) -> merkle.Frontier:
    """Return the frontier at the head over `since` events. Raises CannotDecide when it cannot be trusted.

    A trusted head is signed and is outside the database too: the events below it are not checked.
    """
    if since == 0:
        return merkle.Frontier()
    head: Head | None = next(map(head_of, Seal.objects.filter(tree_size=since)), None)
    if head is None:
        raise CannotDecide("since_unknown", size=since)
    if not ring.verifies(head):
        raise CannotDecide("since_unsigned", size=since)
    with closing(outside.heads()) as published:
        if head not in published:
            raise CannotDecide("since_not_outside", size=since)
    frontier = stored_frontier(since)
    if frontier.root() != head.root:
        raise CannotDecide("since_tree_differs", size=since)
    return frontier
