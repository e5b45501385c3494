"""The hash tree, against the RFC, against another implementation, and against forgers."""

import random
from collections.abc import Callable
from hashlib import sha256

import pytest
from pymerkle import InmemoryTree, verify_consistency, verify_inclusion

from consents.ledger import merkle
from tests.consents import merkle_verifier

SIZES = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 64, 100]
FORGERIES = 1000


class Tree:
    """A whole tree in memory: leaves, stored nodes and nothing clever."""

    def __init__(self, size: int) -> None:
        self.entries = [f"запись {index}".encode() for index in range(size)]
        self.leaves = [merkle.leaf_hash(entry) for entry in self.entries]
        self.nodes = {(0, index): leaf for index, leaf in enumerate(self.leaves)}
        frontier = merkle.Frontier()
        for leaf in self.leaves:
            self.nodes.update({(height, place): node for height, place, node in frontier.add(leaf)})

    def node(self, height: int, position: int) -> bytes:
        return self.nodes[height, position]

    def root(self, size: int) -> bytes:
        """Return the root by the recursive definition of RFC 9162 2.1.1."""
        return self._root(self.entries[:size])

    def _root(self, entries: list[bytes]) -> bytes:
        if not entries:
            return sha256(b"").digest()
        if len(entries) == 1:
            return sha256(b"\x00" + entries[0]).digest()
        split = 1
        while split * 2 < len(entries):
            split *= 2
        return sha256(b"\x01" + self._root(entries[:split]) + self._root(entries[split:])).digest()


def test_the_empty_tree_has_the_hash_of_nothing() -> None:
    assert merkle.Frontier().root() == sha256(b"").digest()


@pytest.mark.parametrize("size", SIZES)
def test_the_root_is_the_one_of_the_definition(size: int) -> None:
    tree = Tree(size)

    assert merkle.root_from(0, size, tree.node) == tree.root(size)


def test_the_root_stays_right_while_the_tree_grows() -> None:
    tree, frontier = Tree(130), merkle.Frontier()

    for size, leaf in enumerate(tree.leaves, start=1):
        frontier.add(leaf)
        assert frontier.root() == tree.root(size)


def test_only_full_subtrees_become_nodes() -> None:
    tree = Tree(100)

    assert {place for place in tree.nodes if place[0]} == {
        (height, position) for height in range(1, 7) for position in range(100 >> height)
    }


@pytest.mark.parametrize("size", SIZES)
def test_every_inclusion_proof_is_accepted(size: int) -> None:
    tree = Tree(size)

    for index in range(size):
        proof = merkle.inclusion_proof(index, size, tree.node)
        assert merkle_verifier.verify_inclusion(
            leaf=tree.leaves[index], index=index, size=size, proof=proof, root=tree.root(size)
        )


def test_the_worked_example_of_the_rfc() -> None:
    """RFC 9162 2.1.5: seven leaves d0..d6, named hashes a..l."""
    tree = Tree(7)
    a, b, c, d, e, f, j = tree.leaves
    g, h, i = merkle.node_hash(a, b), merkle.node_hash(c, d), merkle.node_hash(e, f)
    k = merkle.node_hash(g, h)
    left_of_five = merkle.node_hash(i, j)

    assert merkle.root_from(0, 7, tree.node) == merkle.node_hash(k, left_of_five)
    assert merkle.inclusion_proof(0, 7, tree.node) == [b, h, left_of_five]
    assert merkle.inclusion_proof(3, 7, tree.node) == [c, g, left_of_five]
    assert merkle.inclusion_proof(4, 7, tree.node) == [f, j, k]
    assert merkle.inclusion_proof(6, 7, tree.node) == [i, k]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 33])
def test_another_implementation_agrees(size: int) -> None:
    tree, other = Tree(size), InmemoryTree(algorithm="sha256")
    for entry in tree.entries:
        other.append_entry(entry)

    assert other.get_root() == tree.root(size)
    for index, leaf in enumerate(tree.leaves):
        theirs = other.prove_inclusion(index + 1)
        verify_inclusion(leaf, tree.root(size), theirs)
        assert sorted(theirs.path) == sorted([leaf, *merkle.inclusion_proof(index, size, tree.node)])
    for old in range(1, size):
        verify_consistency(tree.root(old), tree.root(size), other.prove_consistency(old, size))


def _mutations(rng: random.Random, proof: list[bytes]) -> list[bytes]:
    """Return the proof with one thing wrong."""
    forged = list(proof)
    kind = rng.choice(["bit", "drop", "double", "swap", "longer", "shorter hash"])
    place = rng.randrange(len(forged))
    if kind == "bit":
        item = bytearray(forged[place])
        item[rng.randrange(32)] ^= 1 << rng.randrange(8)
        forged[place] = bytes(item)
    elif kind == "drop":
        del forged[place]
    elif kind == "double":
        forged.insert(place, forged[place])
    elif kind == "swap":
        other = rng.randrange(len(forged))
        forged[place], forged[other] = forged[other], forged[place]
    elif kind == "longer":
        forged.append(rng.randbytes(32))
    else:
        forged[place] = forged[place][:31]
    return forged


def _count_accepted(seed: int, attempt: Callable[[random.Random], bool | None]) -> int:
    rng, tried, accepted = random.Random(seed), 0, 0
    while tried < FORGERIES:
        result = attempt(rng)
        if result is not None:
            tried += 1
            accepted += result
    return accepted


def test_no_forged_inclusion_proof_is_accepted() -> None:
    tree = Tree(100)

    def attempt(rng: random.Random) -> bool | None:
        size = rng.randrange(2, 101)
        index = rng.randrange(size)
        proof = merkle.inclusion_proof(index, size, tree.node)
        forged = _mutations(rng, proof)
        if forged == proof:
            return None
        return merkle_verifier.verify_inclusion(
            leaf=tree.leaves[index], index=index, size=size, proof=forged, root=tree.root(size)
        )

    assert _count_accepted(1, attempt) == 0


def test_no_inclusion_proof_of_another_leaf_place_or_head_is_accepted() -> None:
    tree = Tree(100)

    def attempt(rng: random.Random) -> bool | None:
        size = rng.randrange(2, 101)
        index = rng.randrange(size)
        proof = merkle.inclusion_proof(index, size, tree.node)
        other_index, other_size, leaf, root = index, size, tree.leaves[index], tree.root(size)
        kind = rng.choice(["leaf", "index", "head", "root", "entry"])
        if kind == "leaf":
            leaf = tree.leaves[(index + 1) % size]
        elif kind == "index":
            other_index = rng.randrange(-1, size + 2)
        elif kind == "head":
            other_size = rng.randrange(0, 101)
            root = tree.root(other_size)
        elif kind == "root":
            root = rng.randbytes(32)
        else:
            leaf = merkle.node_hash(leaf, proof[0])
            proof = proof[1:]
        if (other_index, other_size, leaf, root) == (index, size, tree.leaves[index], tree.root(size)):
            return None
        return merkle_verifier.verify_inclusion(leaf=leaf, index=other_index, size=other_size, proof=proof, root=root)

    assert _count_accepted(2, attempt) == 0


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (-1, 4), (4, 4)])
def test_a_leaf_outside_the_tree_has_no_proof(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="outside"):
        merkle.inclusion_proof(index, size, Tree(4).node)
