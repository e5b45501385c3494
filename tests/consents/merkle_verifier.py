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


def _climb(first: int, last: int) -> tuple[int, int]:
    """Skip the levels where the node has no right neighbour (the inner loop of both verifiers)."""
    while not first & 1 and first:
        first, last = first >> 1, last >> 1
    return first, last
