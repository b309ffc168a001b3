"""What lets others check the log without trusting us: checkpoints, the public key, the proof of one event."""

from threading import Lock

from engine.access.actor import Actor, accepts_names
from engine.audit.checkpoint import encoded, proof_text
from engine.audit.merkle import Tree
from engine.context import Context
from engine.errors import NoCheckpoint, NotFound
from engine.queries.audit.audit import AuditQueries
from engine.store import Tx
from engine.store.account_guards import operator
from engine.store.log_tree import StoredCheckpoint
from engine.text.bilingual import Text
from engine.views.audit import LogState

SHOWN = 5


class GrownTree:
    """The tree of the newest checkpoint, kept while it grows: the next proof reads what came since."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._tree = Tree()

    def at(self, tx: Tx, size: int, root: bytes) -> Tree:
        """A tree that holds the first ``size`` leaves; read anew where what is kept is of another log."""
        with self._lock:
            if len(self._tree) >= size and self._tree.root(size) == root:
                return self._tree
            for leaf in tx.log_tree.hashes(len(self._tree), size):
                self._tree.add(leaf)
            if len(self._tree) != size or self._tree.root() != root:
                self._tree = Tree(tx.log_tree.hashes(0, size))
            return self._tree


@accepts_names
class ProofQueries:
    """For auditors: public proofs, but whoever asks sees who acts when."""

    def __init__(self, context: Context, audit: AuditQueries) -> None:
        self.context = context
        self.audit = audit
        self.tree = GrownTree()

    def state(self, actor: Actor) -> LogState:
        """How far the log is sealed, for administrators and auditors."""

        def query(tx: Tx) -> LogState:
            operator(tx, actor)
            shown = tx.log_tree.checkpoints(limit=SHOWN)
            events = tx.log_tree.size() + tx.log_tree.unsequenced()
            sealed = shown[0].parsed.checkpoint.size if shown else 0
            signed = [(checkpoint.parsed.checkpoint, checkpoint.at) for checkpoint in shown]
            return {
                "events": events,
                "unsealed": max(0, events - sealed),
                "checkpoints": [
                    {
                        "origin": checkpoint.origin,
                        "size": checkpoint.size,
                        "root": encoded(checkpoint.root),
                        "at": at.isoformat(),
                    }
                    for checkpoint, at in signed
                ],
            }

        return self.context.store.ask(query)

    def checkpoint(self, actor: Actor) -> str:
        """The newest checkpoint as it was signed. Raises `NoCheckpoint`."""
        self.audit.require_auditor(actor)
        return self.context.store.ask(newest).note

    def key(self, actor: Actor) -> str:
        """The verifier key of the newest checkpoint, a line. Raises `NoCheckpoint`."""
        self.audit.require_auditor(actor)
        return self.context.store.ask(newest).keys[-1].text + "\n"

    def proof(self, actor: Actor, stream: str, seq: int) -> str:
        """That one event is in the newest checkpoint (tlog-proof). Raises `NotFound`, `NoCheckpoint`."""

        def query(tx: Tx) -> str:
            if not self.audit.sees_stream(tx, actor, stream, seq):
                raise NotFound(Text("Peristiwa ini tidak ada.", f"there is no event {stream} {seq}"))
            last = newest(tx)
            signed, index = last.parsed.checkpoint, tx.log_tree.place(stream, seq)
            if index is None or index >= signed.size:
                raise NoCheckpoint(
                    Text(
                        "Peristiwa ini lebih baru daripada titik periksa terakhir. Coba lagi setelah titik"
                        " periksa berikutnya.",
                        "the event is younger than the newest checkpoint; try again after the next one",
                    )
                )
            tree = self.tree.at(tx, signed.size, signed.root)
            return proof_text(index, tree.inclusion(index, signed.size), last.note)

        return self.context.store.ask(query)


def newest(tx: Tx) -> StoredCheckpoint:
    """The checkpoint that was signed last. Raises `NoCheckpoint`."""
    last = tx.log_tree.last()
    if last is None:
        raise NoCheckpoint(
            Text(
                "Belum ada titik periksa (checkpoint) yang ditandatangani. Buat dengan `alur audit"
                " checkpoint`; setelah jam kerja dibuat sendiri.",
                "no checkpoint has been signed yet; run `alur audit checkpoint`, or wait for closing time",
            )
        )
    return last
