"""The tree over all events: roots and proofs as RFC 6962 says, and nothing else accepted."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.audit.merkle import EMPTY_ROOT, Peaks, Tree, continues, includes, leaf_hash, node_hash

# The tree that RFC 6962's authors test theirs with.
INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOT = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
MOST = 70
LEAVES = [leaf_hash(str(number).encode()) for number in range(MOST)]
WHOLE = Tree(LEAVES)


def root_of(leaves: list[bytes]) -> bytes:
    """The definition, word for word."""
    if len(leaves) < 2:
        return leaves[0] if leaves else EMPTY_ROOT
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return node_hash(root_of(leaves[:half]), root_of(leaves[half:]))


def test_the_root_is_that_of_the_known_tree() -> None:
    assert Tree(leaf_hash(bytes.fromhex(text)) for text in INPUTS).root().hex() == ROOT


def test_every_size_has_the_root_of_the_definition_however_it_is_grown() -> None:
    grown = Peaks()
    for size in range(MOST + 1):
        assert WHOLE.root(size) == grown.root() == root_of(LEAVES[:size])
        assert Peaks.of(size, grown.packed).root() == grown.root()
        if size < MOST:
            grown.add(LEAVES[size])


@given(st.integers(1, MOST), st.data())
def test_a_leaf_is_included_where_it_stands_and_nowhere_else(size: int, data: st.DataObject) -> None:
    index, other = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size - 1))
    path, root = WHOLE.inclusion(index, size), WHOLE.root(size)
    assert includes(LEAVES[index], index, size, path, root)
    assert includes(LEAVES[index], other, size, path, root) is (index == other)
    assert not includes(LEAVES[index], index, size, [*path, root], root)
    assert not path or not includes(LEAVES[index], index, size, path[:-1], root)
    assert not includes(leaf_hash(b"another"), index, size, path, root)


@given(st.integers(0, MOST), st.data())
def test_a_tree_continues_what_it_grew_from_and_nothing_else(size: int, data: st.DataObject) -> None:
    earlier = data.draw(st.integers(0, size))
    path, root = WHOLE.consistency(earlier, size), WHOLE.root(size)
    assert continues(earlier, WHOLE.root(earlier), size, root, path)
    assert not continues(earlier, b"x" * 32, size, root, path)
    assert not continues(earlier, WHOLE.root(earlier), size, b"x" * 32, path) or earlier == 0
    assert not continues(earlier, WHOLE.root(earlier), size, root, [*path, root])
