"""The hash tree of RFC 9162 section 2.1 with SHA-256: pure, no database.

A leaf is SHA-256(0x00 || entry), an inner node SHA-256(0x01 || left || right). Only roots of *full* subtrees are ever
kept; `height` 0 is a leaf, `position` counts subtrees of that height from the left. Every proof is put together from
those nodes by a `NodeSource`, a function from (height, position) to a hash.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256

Hash = bytes
Place = tuple[int, int]
NodeSource = Callable[[int, int], Hash]

EMPTY_ROOT: Hash = sha256(b"").digest()


def leaf_hash(entry: bytes) -> Hash:
    """Return the hash of one leaf."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: Hash, right: Hash) -> Hash:
    """Return the hash of the node above two subtrees."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """The right edge of a growing tree: all that is needed to add leaves and to compute the root."""

    def __init__(self, size: int = 0, nodes: Sequence[Hash] = ()) -> None:
        """Start at `size` leaves with the roots of its full subtrees, the biggest (leftmost) first."""
        places = frontier_places(size)
        if len(places) != len(nodes):
            raise ValueError("a frontier has one node for each bit of its size")
        self.size = size
        self._stack: list[tuple[int, Hash]] = [(height, node) for (height, _), node in zip(places, nodes, strict=True)]

    def add(self, leaf: Hash) -> list[tuple[int, int, Hash]]:
        """Add one leaf; return the inner nodes that became full as (height, position, hash), lowest first."""
        grown: list[tuple[int, int, Hash]] = []
        height, node = 0, leaf
        while self._stack and self._stack[-1][0] == height:
            node = node_hash(self._stack.pop()[1], node)
            height += 1
            grown.append((height, self.size >> height, node))
        self._stack.append((height, node))
        self.size += 1
        return grown

    def root(self) -> Hash:
        """Return the root over all leaves so far."""
        if not self._stack:
            return EMPTY_ROOT
        root = self._stack[-1][1]
        for _, node in reversed(self._stack[:-1]):
            root = node_hash(node, root)
        return root


def frontier_places(size: int) -> list[Place]:
    """Return the places of the full subtrees that make up a tree of `size` leaves, leftmost first."""
    places: list[Place] = []
    start = 0
    for height in reversed(range(size.bit_length())):
        if size >> height & 1:
            places.append((height, start >> height))
            start += 1 << height
    return places


def root_from(low: int, high: int, node: NodeSource) -> Hash:
    """Return the root over leaves [low, high); `low` is 0 or aligned as the splits of a tree make it."""
    places = frontier_places(high - low)
    return Frontier(high - low, [node(height, (low >> height) + position) for height, position in places]).root()


def inclusion_proof(index: int, size: int, node: NodeSource) -> list[Hash]:
    """Return PATH(index, D_size) of RFC 9162 2.1.3.1. Raises ValueError when the leaf is not in the tree."""
    if not 0 <= index < size:
        raise ValueError("the leaf is outside the tree")
    low, high = 0, size
    path: list[Hash] = []
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            path.append(root_from(middle, high, node))
            high = middle
        else:
            path.append(root_from(low, middle, node))
            low = middle
    return path[::-1]


def _split(count: int) -> int:
    """Return the largest power of two below `count`."""
    return 1 << (count - 1).bit_length() - 1
