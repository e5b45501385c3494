"""The verifiers of RFC 9162, written from its text: what whoever distrusts the ledger runs."""

from collections.abc import Sequence

from consents.ledger.merkle import EMPTY_ROOT, Hash, node_hash


def verify_inclusion(*, leaf: Hash, index: int, size: int, proof: Sequence[Hash], root: Hash) -> bool:
    """Return whether `proof` shows `leaf` at `index` of the tree with this root (RFC 9162 2.1.3.2)."""
    if not 0 <= index < size or any(len(item) != len(EMPTY_ROOT) for item in (leaf, *proof)):
        return False
    first, last, found = index, size - 1, leaf
    for item in proof:
        if last == 0:
            return False
        if first & 1 or first == last:
            found = node_hash(item, found)
            first, last = _climb(first, last)
        else:
            found = node_hash(found, item)
        first, last = first >> 1, last >> 1
    return last == 0 and found == root


def verify_consistency(*, old: int, new: int, old_root: Hash, new_root: Hash, proof: Sequence[Hash]) -> bool:
    """Return whether `proof` shows that the tree of `new` leaves begins with that of `old` (RFC 9162 2.1.4.2)."""
    if not 0 < old <= new or any(len(item) != len(EMPTY_ROOT) for item in proof):
        return False
    if old == new:
        return not proof and old_root == new_root
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not path:
        return False
    first, last = _climb_full(old - 1, new - 1)
    found_old = found_new = path[0]
    for item in path[1:]:
        if last == 0:
            return False
        if first & 1 or first == last:
            found_old, found_new = node_hash(item, found_old), node_hash(item, found_new)
            first, last = _climb(first, last)
        else:
            found_new = node_hash(found_new, item)
        first, last = first >> 1, last >> 1
    return last == 0 and found_old == old_root and found_new == new_root


def _climb(first: int, last: int) -> tuple[int, int]:
    """Skip the levels where the node has no right neighbour (the inner loop of both verifiers)."""
    while not first & 1 and first:
        first, last = first >> 1, last >> 1
    return first, last


def _climb_full(first: int, last: int) -> tuple[int, int]:
    """Skip the levels where the old tree ends in a right child."""
    while first & 1:
        first, last = first >> 1, last >> 1
    return first, last
