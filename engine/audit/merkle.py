"""The tree over all events (RFC 6962): roots, and proofs that an event or an earlier tree is in it.

Standard library only. A tree of n leaves has the indices 0 … n-1; hashes are 32 bytes.
"""

import hashlib
from collections.abc import Iterable, Sequence

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(body: bytes) -> bytes:
    """The leaf of an event: its bytes as stored, apart from every other hash by their first byte."""
    return hashlib.sha256(b"\x00" + body).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


class Peaks:
    """The roots of the perfect trees that a tree consists of, the largest first: enough to grow it by."""

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        if size < 0 or len(peaks) != size.bit_count():
            raise ValueError(f"a tree of {size} leaves has {size.bit_count()} peaks, not {len(peaks)}")
        self.size = size
        self.peaks = list(peaks)

    @classmethod
    def of(cls, size: int, stored: bytes) -> "Peaks":
        """The peaks as `packed` wrote them. Raises `ValueError` where they are not of this size."""
        return cls(size, [stored[at : at + HASH_BYTES] for at in range(0, len(stored), HASH_BYTES)])

    @property
    def packed(self) -> bytes:
        return b"".join(self.peaks)

    def add(self, leaf: bytes) -> None:
        """One leaf more at the end."""
        grown = leaf
        size = self.size
        while size & 1:
            grown = node_hash(self.peaks.pop(), grown)
            size >>= 1
        self.peaks.append(grown)
        self.size += 1

    def root(self) -> bytes:
        if not self.peaks:
            return EMPTY_ROOT
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = node_hash(peak, root)
        return root


class Tree:
    """A whole tree in memory, level by level: 64 bytes for each leaf."""

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self._levels: list[bytearray] = [bytearray()]
        for leaf in leaves:
            self.add(leaf)

    def __len__(self) -> int:
        return len(self._levels[0]) // HASH_BYTES

    def add(self, leaf: bytes) -> None:
        """One leaf more at the end."""
        grown, level, index = leaf, 0, len(self)
        self._levels[0] += leaf
        while index & 1:
            grown = node_hash(self._node(level, index - 1), grown)
            level, index = level + 1, index >> 1
            if level == len(self._levels):
                self._levels.append(bytearray())
            self._levels[level] += grown

    def root(self, size: int | None = None) -> bytes:
        """The root of the first ``size`` leaves, of all where none is named."""
        wanted = len(self) if size is None else size
        self._require(0 <= wanted <= len(self))
        return self._range(0, wanted) if wanted else EMPTY_ROOT

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """The path from a leaf to the root of the first ``size`` leaves, from the bottom."""
        self._require(0 <= index < size <= len(self))
        path: list[bytes] = []
        low, high = 0, size
        while high - low > 1:
            middle = low + _split(high - low)
            if index < middle:
                path.append(self._range(middle, high))
                high = middle
            else:
                path.append(self._range(low, middle))
                low = middle
        return path[::-1]

    def consistency(self, earlier: int, size: int) -> list[bytes]:
        """The proof that the first ``earlier`` of the first ``size`` leaves are what they were."""
        self._require(0 <= earlier <= size <= len(self))
        if earlier in (0, size):
            return []
        path: list[bytes] = []
        low, high, known = 0, size, True  # known: the verifier has the root of low … earlier itself
        while earlier != high:
            middle = low + _split(high - low)
            if earlier <= middle:
                path.append(self._range(middle, high))
                high = middle
            else:
                path.append(self._range(low, middle))
                low, known = middle, False
        if not known:
            path.append(self._range(low, high))
        return path[::-1]

    def _node(self, level: int, index: int) -> bytes:
        return bytes(self._levels[level][index * HASH_BYTES : (index + 1) * HASH_BYTES])

    def _range(self, low: int, high: int) -> bytes:
        length = high - low
        if length & (length - 1) == 0 and low % length == 0:
            return self._node(length.bit_length() - 1, low // length)
        middle = low + _split(length)
        return node_hash(self._range(low, middle), self._range(middle, high))

    def _require(self, holds: bool) -> None:
        if not holds:
            raise ValueError(f"the tree has {len(self)} leaves")


def includes(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether a path leads from a leaf to a root."""
    if not 0 <= index < size:
        return False
    node, last, hash = index, size - 1, leaf
    for step in path:
        if last == 0:
            return False
        if node & 1 or node == last:
            hash = node_hash(step, hash)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            hash = node_hash(hash, step)
        node, last = node >> 1, last >> 1
    return last == 0 and hash == root


def continues(earlier: int, before: bytes, size: int, root: bytes, path: Sequence[bytes]) -> bool:
    """Whether the tree with ``root`` begins with the tree of ``earlier`` leaves with the root ``before``."""
    if earlier == size:
        return not path and before == root
    if earlier == 0:
        return not path and before == EMPTY_ROOT
    if not 0 < earlier < size or not path:
        return False
    steps = [before, *path] if earlier & (earlier - 1) == 0 else list(path)
    node, last = earlier - 1, size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            old, new = node_hash(step, old), node_hash(step, new)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new = node_hash(new, step)
        node, last = node >> 1, last >> 1
    return last == 0 and old == before and new == root


def _split(size: int) -> int:
    """The largest power of two below a size above one."""
    return 1 << (size - 1).bit_length() - 1
