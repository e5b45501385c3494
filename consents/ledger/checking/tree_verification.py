"""One pass over the whole tree: every event, leaf, node and head is computed anew and compared.

Memory does not grow with the ledger: rows come in batches, heads one by one. The pass goes on after a difference, with
whichever of the two hashes of an event still agrees with something, so that one changed row is named alone instead of
making all that follows look changed.
"""

import heapq
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter

from django.db import connection

from consents.errors import CannotDecide
from consents.ledger import merkle
from consents.ledger.checking.findings import Finding
from consents.ledger.rows import StoredEvent, event_faults, sealed_events
from consents.ledger.tree.signing import Head, KeyRing

BATCH = 2000

_STORED_NODES = """
SELECT n.height, n.position, n.node_hash
FROM unnest(%s::smallint[], %s::bigint[], %s::bigint[]) AS span (height, low, high)
JOIN consents_treenode n ON n.height = span.height AND n.position >= span.low AND n.position < span.high
"""


@dataclass(slots=True, kw_only=True)
class Walk:
    """The state of one walk and what it has counted.

    ``agreed_size`` is how far heads from outside, rightly signed, have confirmed the tree.
    """

    size: int
    ring: KeyRing
    report: Callable[[Finding], None]
    frontier: merkle.Frontier = field(default_factory=merkle.Frontier)
    events: int = 0
    heads: int = 0
    outside_heads: int = 0
    agreed_size: int = 0
    good_size: int = 0
    bad_heads: int = 0
    previous: str = ""
    doubt: CannotDecide | None = None

    def run(self, stored: Iterator[Head], outside: Iterator[Head], batch: int = BATCH) -> None:
        """Walk from the frontier to `size` leaves, holding every head against the root at its size."""
        self.good_size = self.agreed_size = self.frontier.size
        heads = heapq.merge(
            ((head.size, 0, head) for head in stored),
            ((head.size, 1, head) for head in self._counted(outside)),
            key=itemgetter(0, 1),
        )
        pairs = _paired(heads, self.frontier.size)
        pair = next(pairs, None)
        for low in range(self.frontier.size, self.size, batch):
            high = min(low + batch, self.size)
            grown: list[tuple[int, int, bytes, str]] = []
            found = {event.leaf_index: event for event in sealed_events(low, high)}
            for index in range(low, high):
                grown += self._step(index, found.get(index))
                while pair and pair[0] <= self.frontier.size:
                    self._check_heads(*pair)
                    pair = next(pairs, None)
            self._check_nodes(low, high, grown)
        while pair:
            self._check_beyond(*pair)
            pair = next(pairs, None)
        if self.bad_heads > 1:
            self.report(Finding(code="more_heads_differ", place="heads", at=(self.bad_heads - 1,)))

    def _counted(self, outside: Iterator[Head]) -> Iterator[Head]:
        for head in outside:
            self.outside_heads += 1
            yield head

    def _step(self, index: int, event: StoredEvent | None) -> list[tuple[int, int, bytes, str]]:
        """Check one leaf; return the nodes it made full, each with the events it is likely to be about.

        ``event`` is None where the leaf is gone.
        """
        if event is None:
            self.report(Finding(code="leaf_missing", place="leaf", at=(index,)))
            name, leaf = "", bytes(32)
        else:
            self.events += 1
            name, faults = event.uuid, event_faults(event)
            for code in faults:
                self.report(Finding(code=code, place="leaf", at=(index,), event=name))
            own, sealed = event.own_hash, event.sealed_hash or b""
            leaf = own if own and "leaf_differs" in faults and "event_changed" not in faults else sealed
        about = f"{self.previous}, {name}" if index & 1 else name
        self.previous = name
        return [
            (height, position, node, about if height == 1 else "") for height, position, node in self.frontier.add(leaf)
        ]

    def _check_nodes(self, low: int, high: int, grown: list[tuple[int, int, bytes, str]]) -> None:
        """Hold the nodes that became full in [low, high) against the stored ones."""
        spans = [(height, low >> height, high >> height) for height in range(1, high.bit_length())]
        with connection.cursor() as cursor:
            cursor.execute(_STORED_NODES, [[span[part] for span in spans] for part in range(3)])
            stored = {(height, position): bytes(node) for height, position, node in cursor.fetchall()}
        for height, position, node, about in grown:
            if stored.get((height, position)) != node:
                code = "node_differs" if (height, position) in stored else "node_missing"
                self.report(Finding(code=code, place="node", at=(height, position), event=about))

    def _check_heads(self, size: int, stored: Head | None, outside: Head | None) -> None:
        """Check the heads of one size: each one's root and signature, and that the two are the same."""
        outside = self._trusted(outside)
        root = self.frontier.root()
        for head, place in ((stored, "head_span"), (outside, "outside_head_span")):
            if head is None:
                continue
            self.heads += 1
            if head.root != root:
                self._bad_head(place, size, self.good_size, size - 1)
                return
        if stored:
            self._check_signature(stored)
        if stored or outside:
            self.good_size = size
        self._check_pair(size, stored, outside)

    def _check_beyond(self, size: int, stored: Head | None, outside: Head | None) -> None:
        """Report a head over more events than there are: the tail of the tree is gone."""
        if stored:
            self._bad_head("head_beyond", size, self.size)
        elif self._trusted(outside):
            self._bad_head("outside_head_beyond", size, self.size)

    def _trusted(self, outside: Head | None) -> Head | None:
        """Return a head from outside if its signature is good. Anyone can write a line: without it, it says nothing."""
        if outside is None or self.ring.verifies(outside):
            return outside
        code = "outside_unsigned" if self.ring.knows(outside.key_id) else "key_unknown"
        self.doubt = CannotDecide(code, size=outside.size, key=outside.key_id)
        return None

    def _bad_head(self, place: str, *at: int) -> None:
        self.bad_heads += 1
        if self.bad_heads == 1:
            self.report(Finding(code="head_differs", place=place, at=at))

    def _check_signature(self, head: Head) -> None:
        if not self.ring.knows(head.key_id):
            self.doubt = CannotDecide("key_unknown", size=head.size, key=head.key_id)
        elif not self.ring.verifies(head):
            self.report(Finding(code="signature_bad", place="head", at=(head.size,)))

    def _check_pair(self, size: int, stored: Head | None, outside: Head | None) -> None:
        if outside is None:
            return
        if stored == outside:
            self.agreed_size = size
            return
        code = "head_changed" if stored else "head_deleted"
        self.report(Finding(code=code, place="head", at=(size,)))


def _paired(heads: Iterable[tuple[int, int, Head]], after: int) -> Iterator[tuple[int, Head | None, Head | None]]:
    """Yield (size, stored head, outside head) for each size past `after`, smallest first."""
    for size, same in groupby(heads, key=itemgetter(0)):
        found = {source: head for _, source, head in same}
        if size > after:
            yield size, found.get(0), found.get(1)
