"""The sealer: adds the leaves of waiting events and signs the head. One runs at a time in an installation."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.backends.utils import CursorWrapper

from consents.errors import LedgerTampered
from consents.ledger import merkle
from consents.ledger.beside.recording import rows_record
from consents.ledger.rows import event_faults, sealed_events
from consents.ledger.tree.publishing import heads_file, heads_publish, published_head, refuse_a_second_history
from consents.ledger.tree.reading import last_seal, stored_frontier, tree_nodes
from consents.ledger.tree.signing import Head, KeyRing, SealKey, key_read, key_ring_read
from consents.ledger.vouching import is_vouched_for
from consents.models import Leaf

BATCH = 2000
LOCK = 0x6D6F7374696B
_WAITING = """
SELECT w.event_id, w.mac, e.uuid, e.leaf_hash, l.event_id IS NOT NULL
FROM (SELECT event_id, mac FROM consents_unsealedevent ORDER BY event_id LIMIT %s) w
LEFT JOIN consents_consentevent e ON e.id = w.event_id
LEFT JOIN consents_leaf l ON l.event_id = w.event_id
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


def ledger_seal(*, batch: int = BATCH) -> SealResult:
    """Record rows that proofs rest on, and seal all waiting events, `batch` at a time, each a transaction of its own.

    Signs nothing when no event waits and no row is new. Raises LedgerTampered naming the event when a stored row no
    longer matches or no program of ours wrote it, LedgerRolledBack when the heads outside know more than the database,
    HeadsMissing, HeadsUnreadable, HeadsUnwritable, SealKeyMissing.
    A killed run leaves whole batches; a head that did not reach the file is added before anything is signed.
    """
    path = Path(settings.SEAL_KEY_FILE)
    key, ring = key_read(path), key_ring_read(path)
    sealed = 0
    heads_publish()
    while _record_batch(batch) == batch:
        pass
    while True:
        with transaction.atomic(durable=True):
            result = _seal_batch(key, ring, batch)
        heads_publish()
        sealed += result.sealed
        if result.sealed < batch:
            return SealResult(sealed=sealed, size=result.size, is_busy=result.is_busy)


def _record_batch(batch: int) -> int:
    """Record rows that proofs rest on, so that what is signed next holds them; nothing while another sealer works."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        return rows_record(cursor, limit=batch) if _is_alone(cursor) else 0


def _is_alone(cursor: CursorWrapper) -> bool:
    """Take the sealer's lock until the transaction ends; return whether it was free."""
    cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
    return bool(cursor.fetchone()[0])


def _seal_batch(key: SealKey, ring: KeyRing, batch: int) -> SealResult:
    with connection.cursor() as cursor:
        if not _is_alone(cursor):
            return SealResult(sealed=0, size=0, is_busy=True)
        previous = _last_seal(ring)
        # Read again under the lock: another sealer may have added heads since the file was read.
        outside = published_head(heads_file(), previous)
        refuse_a_second_history(previous, outside)
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


def _move(cursor: CursorWrapper, size: int, batch: int) -> int:
    _check_waiting(cursor, batch)
    if Leaf.objects.filter(index__gte=size).exists():
        raise LedgerTampered(f"there are leaves past the last head over {size} events")
    cursor.execute(_MOVE, [size, batch])
    return int(cursor.rowcount)


def _check_waiting(cursor: CursorWrapper, batch: int) -> None:
    """Raise LedgerTampered for an event that waits and was not written by the ledger, is gone, or has a leaf."""
    cursor.execute(_WAITING, [batch])
    for event_id, mac, uuid, leaf_hash, has_leaf in cursor.fetchall():
        if leaf_hash is None or has_leaf:
            raise LedgerTampered(f"event № {event_id} waits for a leaf, but is gone or has one", event=f"№ {event_id}")
        if not is_vouched_for(mac=bytes(mac), leaf_hash=bytes(leaf_hash)):
            raise LedgerTampered(f"event {uuid} was added past the application", event=str(uuid))


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
