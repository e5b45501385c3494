"""The sealer: adds the leaves of waiting events and signs the head. One runs at a time in an installation."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.backends.utils import CursorWrapper

from consents.errors import HeadsMissing, HeadsUnreadable, LedgerRolledBack, LedgerTampered
from consents.ledger import merkle
from consents.ledger.rows import event_faults, sealed_events
from consents.ledger.tree.heads import heads_append, last_head
from consents.ledger.tree.reading import heads_after, last_seal, stored_frontier, tree_nodes
from consents.ledger.tree.signing import Head, KeyRing, SealKey, key_read, key_ring_read
from consents.models import Leaf, Seal

BATCH = 2000
LOCK = 0x6D6F7374696B

# A waiting row whose event is gone or has a leaf already was not written by the ledger.
_ODD = """
SELECT w.event_id FROM (SELECT event_id FROM consents_unsealedevent ORDER BY event_id LIMIT %s) w
LEFT JOIN consents_consentevent e ON e.id = w.event_id
LEFT JOIN consents_leaf l ON l.event_id = w.event_id
WHERE e.id IS NULL OR l.event_id IS NOT NULL LIMIT 1
"""
_MOVE = """
INSERT INTO consents_leaf (index, event_id, leaf_hash)
SELECT %s + row_number() OVER (ORDER BY e.id) - 1, e.id, e.leaf_hash
FROM (SELECT event_id FROM consents_unsealedevent ORDER BY event_id LIMIT %s) w
JOIN consents_consentevent e ON e.id = w.event_id
"""
_CLEAR = "DELETE FROM consents_unsealedevent w USING consents_leaf l WHERE l.event_id = w.event_id AND l.index >= %s"
_NODES = """
INSERT INTO consents_treenode (height, position, node_hash)
SELECT * FROM unnest(%s::smallint[], %s::bigint[], %s::bytea[])
"""
_SEAL = """
INSERT INTO consents_seal (tree_size, root_hash, sealed_at, key_id, signature)
SELECT %s, %s, %s, %s, %s WHERE (SELECT coalesce(max(tree_size), 0) FROM consents_seal) = %s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SealResult:
    """How many events were sealed, and the size of the tree now; ``is_busy`` when another sealer holds the lock."""

    sealed: int
    size: int
    is_busy: bool = False


def heads_file() -> Path:
    """Return where signed heads are kept outside the database."""
    return Path(settings.VAR_DIR) / "heads" / "heads.jsonl"


def ledger_seal(*, batch: int = BATCH) -> SealResult:
    """Seal all waiting events, `batch` at a time, each batch a transaction and a head of its own.

    Signs nothing when no event waits. Raises LedgerTampered naming the event when a stored row no longer matches,
    LedgerRolledBack when the heads outside know more than the database, HeadsMissing, HeadsUnreadable, SealKeyMissing.
    A killed run leaves whole batches; a head that did not reach the file is added before anything is signed.
    """
    path = Path(settings.SEAL_KEY_FILE)
    key, ring = key_read(path), key_ring_read(path)
    sealed = 0
    heads_publish()
    while True:
        with transaction.atomic(durable=True):
            result = _seal_batch(key, ring, batch)
        heads_publish()
        sealed += result.sealed
        if result.sealed < batch:
            return SealResult(sealed=sealed, size=result.size, is_busy=result.is_busy)


def heads_publish(*, anew: bool = False) -> int:
    """Add the heads that the file lacks, in order, under the file's lock; return how many.

    Makes the file only for the first head; a later file without heads raises HeadsMissing, unless the administrator
    asks for ``anew``. Raises LedgerRolledBack when the file holds a head of another history, HeadsUnreadable.
    """
    path = heads_file()
    with _file_lock(path.with_suffix(".lock")):
        previous = last_seal()
        if anew or previous is None:
            path.touch()
        outside = last_head(path) if anew else _published(path, previous)
        _refuse_a_second_history(previous, outside)
        return heads_append(path, heads_after(outside.size if outside else 0))


def heads_begin_anew() -> int:
    """Put the file of heads aside after a restore and begin it anew; the old one stays beside it, as evidence.

    A file that goes on as the database does stays. Return how many heads were written.
    """
    path = heads_file()
    with _file_lock(path.with_suffix(".lock")):
        try:
            _refuse_a_second_history(last_seal(), last_head(path))
        except (LedgerRolledBack, HeadsUnreadable):
            path.rename(path.with_name(f"heads-before-{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}.jsonl"))
    return heads_publish(anew=True)


def _seal_batch(key: SealKey, ring: KeyRing, batch: int) -> SealResult:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return SealResult(sealed=0, size=0, is_busy=True)
        previous = _last_seal(ring)
        # Read again under the lock: another sealer may have added heads since the file was read.
        outside = _published(heads_file(), previous)
        _refuse_a_second_history(previous, outside)
        if previous is not None and outside is None:
            # The first head is on its way to the file: with a second one an empty file would count as a lost one.
            return SealResult(sealed=0, size=previous.size, is_busy=True)
        size = previous.size if previous else 0
        moved = _move(cursor, size, batch)
        if not moved:
            return SealResult(sealed=0, size=size)
        frontier = _frontier(size, previous.root if previous else merkle.EMPTY_ROOT)
        nodes = _grow(frontier, size + moved)
        _store_nodes(cursor, nodes)
        _sign(cursor, key, size, frontier.size)
        cursor.execute(_CLEAR, [size])
    return SealResult(sealed=moved, size=frontier.size)


def _last_seal(ring: KeyRing) -> Head | None:
    """Return the newest head; raises LedgerTampered when its signature is not good."""
    head = last_seal()
    if head is not None and not ring.verifies(head):
        raise LedgerTampered(f"the signature of the head over {head.size} events is not good")
    return head


def _published(path: Path, previous: Head | None) -> Head | None:
    """Return the last head outside. Raises HeadsMissing when heads were signed and none is there.

    A missing file is accepted while there is one head only: a crash may fall between its signature and the file.
    """
    outside = last_head(path)
    if previous is None or outside is not None:
        return outside
    if not path.exists() or Seal.objects.count() > 1:
        raise HeadsMissing("the file of published heads is gone or empty; bring it back, or write it with ledger_heads")
    return None


def _refuse_a_second_history(previous: Head | None, outside: Head | None) -> None:
    """Raise LedgerRolledBack when the database lacks a published head: two histories would carry good signatures."""
    if outside is None:
        return
    size = previous.size if previous else 0
    if outside.size > size:
        raise LedgerRolledBack(f"a head over {outside.size} events was published, the database knows of {size}")
    known = Seal.objects.filter(tree_size=outside.size).values_list("root_hash", flat=True).first()
    if known is None or bytes(known) != outside.root:
        raise LedgerRolledBack(f"the published head over {outside.size} events is another than the stored one")


def _move(cursor: CursorWrapper, size: int, batch: int) -> int:
    cursor.execute(_ODD, [batch])
    odd = cursor.fetchone()
    if odd:
        raise LedgerTampered(f"event № {odd[0]} waits for a leaf, but is gone or has one", event=f"№ {odd[0]}")
    if Leaf.objects.filter(index__gte=size).exists():
        raise LedgerTampered(f"there are leaves past the last head over {size} events")
    cursor.execute(_MOVE, [size, batch])
    return int(cursor.rowcount)


def _frontier(size: int, root: bytes) -> merkle.Frontier:
    """Return the right edge of the stored tree; raises LedgerTampered when it does not give the signed root."""
    frontier = stored_frontier(size)
    if frontier.root() != root:
        raise LedgerTampered(f"the stored tree does not give the sealed root over {size} events")
    return frontier


def _grow(frontier: merkle.Frontier, size: int) -> list[tuple[int, int, bytes]]:
    """Read the new leaves back with their events, hash all anew, and return the nodes that became full."""
    nodes: list[tuple[int, int, bytes]] = []
    for event in sealed_events(frontier.size, size):
        faults = event_faults(event)
        if faults:
            raise LedgerTampered(f"event {event.uuid}: {', '.join(faults)}", event=event.uuid)
        nodes += frontier.add(event.sealed_hash or b"")
    return nodes


def _store_nodes(cursor: CursorWrapper, nodes: list[tuple[int, int, bytes]]) -> None:
    heights, positions, hashes = [[node[part] for node in nodes] for part in range(3)]
    try:
        cursor.execute(_NODES, [heights, positions, hashes])
    except IntegrityError as error:
        raise LedgerTampered("a node of the tree was there before its leaves") from error


def _sign(cursor: CursorWrapper, key: SealKey, old: int, size: int) -> None:
    """Compute the root from the stored nodes, sign it and store the head, if no other head was added meanwhile."""
    nodes = tree_nodes(merkle.frontier_places(size))
    root = merkle.root_from(0, size, lambda height, position: nodes[height, position])
    cursor.execute("SELECT clock_timestamp()")
    now: datetime = cursor.fetchone()[0]
    head = key.sign(size=size, root=root, time=now)
    cursor.execute(_SEAL, [size, root, now, head.key_id, head.signature, old])
    if cursor.rowcount != 1:
        raise LedgerTampered(f"another head was stored while the one over {size} events was made")


@contextmanager
def _file_lock(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
