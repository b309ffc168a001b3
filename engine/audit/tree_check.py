"""The tree over all events grown again and held against checkpoints, leaf by leaf. Pure."""

from collections.abc import Iterable

from engine.audit.checkpoint import Checkpoint, Note, Signed, VerifierKey, encoded
from engine.audit.merkle import Peaks
from engine.audit.verifier import Fault, TreeState

LOG = "log"
"""Where a fault is that is of no stream but of the log as a whole."""


class TreeCheck:
    """Grows a tree and remembers which of the checkpoints it does not agree with."""

    def __init__(self, held: Iterable[Checkpoint]) -> None:
        self.grown = Peaks()
        self.faults: list[Fault] = []
        self._held: dict[int, list[Checkpoint]] = {}
        for checkpoint in held:
            self._held.setdefault(checkpoint.size, []).append(checkpoint)
        self._hold()

    def add(self, leaf: bytes) -> None:
        """The next leaf."""
        self.grown.add(leaf)
        if self.grown.size in self._held:
            self._hold()

    def end(self, newest: Checkpoint | None, unsequenced: int = 0) -> TreeState:
        """What was found, told of the newest checkpoint; ``unsequenced`` events have no leaf yet."""
        size = self.grown.size
        for missing in sorted(self._held):
            what = f"the log holds {size} events, a checkpoint of it {missing}"
            self.faults.append(Fault(LOG, 0, what))
        if newest is None:
            return TreeState(None, size, encoded(self.grown.root()), size + unsequenced)
        unsealed = max(0, size + unsequenced - newest.size)
        return TreeState(newest.origin, newest.size, encoded(newest.root), unsealed)

    def _hold(self) -> None:
        root = self.grown.root()
        for checkpoint in self._held.pop(self.grown.size, ()):
            if checkpoint.root != root:
                what = f"the first {checkpoint.size} events are not those that a checkpoint was signed of"
                self.faults.append(Fault(LOG, 0, what))


def untrusted(note: Note, keys: Iterable[VerifierKey], signed: Signed) -> str | None:
    """Why a checkpoint cannot be relied on; None where one of the keys signed it."""
    try:
        return None if note.signers(keys, signed) else "a checkpoint is not signed by a known key"
    except ValueError:
        return "the signature under a checkpoint does not hold"
