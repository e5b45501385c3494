"""The stored tree: nodes, heads and proofs out of them."""

from collections.abc import Collection, Generator
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from consents.database.snapshot import plain_cursor
from consents.ledger import merkle
from consents.ledger.canonical import canonical_time
from consents.ledger.tree.signing import Head
from consents.models import Leaf, Seal

_NODES = """
SELECT n.height, n.position, n.node_hash
FROM unnest(%s::smallint[], %s::bigint[]) AS wanted (height, position)
JOIN consents_treenode n USING (height, position)
"""
_HEADS = """
SELECT tree_size, root_hash, sealed_at, key_id, signature FROM consents_seal WHERE tree_size > %s ORDER BY tree_size
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class InclusionProof:
    """Where an event lies in the tree and the hashes that lead from its leaf to the signed root."""

    index: int
    leaf: bytes
    path: tuple[bytes, ...]
    head: Head


def tree_nodes(places: Collection[merkle.Place]) -> dict[merkle.Place, bytes]:
    """Return the stored hashes at these places; a place that is not stored is left out."""
    leaves = [position for height, position in places if height == 0]
    inner = [place for place in places if place[0] > 0]
    found: dict[merkle.Place, bytes] = {}
    if leaves:
        rows = Leaf.objects.filter(index__in=leaves).values_list("index", "leaf_hash")
        found |= {(0, index): bytes(leaf) for index, leaf in rows}
    if inner:
        with connection.cursor() as cursor:
            cursor.execute(_NODES, [[height for height, _ in inner], [position for _, position in inner]])
            found |= {(height, position): bytes(node) for height, position, node in cursor.fetchall()}
    return found


def stored_frontier(size: int) -> merkle.Frontier:
    """Return the right edge of the stored tree of `size` events; where a node is gone, its root is no head's."""
    places = merkle.frontier_places(size)
    nodes = tree_nodes(places)
    return merkle.Frontier(size, [nodes.get(place, b"") for place in places])


def head_of(seal: Seal) -> Head:
    """Return a stored seal as the head that was signed."""
    return Head(
        size=seal.tree_size,
        root=bytes(seal.root_hash),
        time=canonical_time(seal.sealed_at),
        key_id=seal.key_id,
        signature=bytes(seal.signature),
    )


def last_seal() -> Head | None:
    """Return the newest head, None before the first sealing."""
    seal = Seal.objects.order_by("-tree_size").first()
    return head_of(seal) if seal else None


def heads_after(size: int) -> Generator[Head, None, None]:
    """Yield the heads over more than `size` events, the smallest first, whatever stands in them."""
    with plain_cursor(is_chunked=True) as cursor:
        cursor.execute(_HEADS, [size])
        for tree_size, root, sealed_at, key_id, signature in cursor:
            time = canonical_time(sealed_at) if isinstance(sealed_at, datetime) else str(sealed_at)
            yield Head(size=tree_size, root=bytes(root), time=time, key_id=key_id, signature=bytes(signature))


def inclusion_proofs(event_ids: Collection[int]) -> dict[int, InclusionProof]:
    """Return a proof under the newest head for each of these events that is sealed; three queries for all.

    An event whose path has lost a node is left out; its page shows that it has a leaf and no proof.
    """
    head = last_seal()
    if head is None:
        return {}
    leaves = Leaf.objects.filter(event_id__in=event_ids, index__lt=head.size)
    rows = [(leaf.event_id, leaf.index, bytes(leaf.leaf_hash)) for leaf in leaves]
    wanted: set[merkle.Place] = set()

    def note(height: int, position: int) -> bytes:
        wanted.add((height, position))
        return merkle.EMPTY_ROOT

    for _, index, _ in rows:
        merkle.inclusion_proof(index, head.size, note)
    nodes = tree_nodes(wanted)
    proofs: dict[int, InclusionProof] = {}
    for event_id, index, leaf in rows:
        path = _path(index, head.size, nodes)
        if path is not None:
            proofs[event_id] = InclusionProof(index=index, leaf=leaf, path=path, head=head)
    return proofs


def _path(index: int, size: int, nodes: dict[merkle.Place, bytes]) -> tuple[bytes, ...] | None:
    try:
        return tuple(merkle.inclusion_proof(index, size, lambda *place: nodes[place]))
    except KeyError:
        return None
