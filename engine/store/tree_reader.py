"""The tree of a database verified: every event once and as stored, every checkpoint as it was signed."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection

from engine.audit.checkpoint import Checkpoint, Note, VerifierKey
from engine.audit.log_key import is_signed
from engine.audit.tree_check import LOG, TreeCheck, untrusted
from engine.audit.verifier import Fault, TreeState
from engine.store.log_tree import Leaf, LogTree, StoredCheckpoint
from engine.store.transaction import Transaction


def verify_tree(
    connection: Connection, given: Sequence[Note] = (), keys: Sequence[VerifierKey] = ()
) -> tuple[TreeState, list[Fault]]:
    """Grow the tree again from the stored events; hold it against its own checkpoints and those ``given``.

    Those given have to be signed by one of ``keys``, or of those of the database where none is named. What
    is told of the newest checkpoint is of the given ones, where there are any.
    """
    tree = LogTree(Transaction(connection))
    stored, faults = _stored(tree)
    trusted = keys or {key for checkpoint in stored for key in checkpoint.keys}
    faults += (Fault(LOG, 0, what) for note in given if (what := untrusted(note, trusted, is_signed)))
    own = [checkpoint.parsed.checkpoint for checkpoint in stored]
    check = TreeCheck([*own, *(note.checkpoint for note in given)])
    for leaf in tree.leaves():
        if (fault := _leaf_fault(leaf, check.grown.size)) is not None:
            faults.append(fault)
            break
        check.add(leaf.leaf)
    else:
        told = check.end(_newest(given, own), tree.unsequenced())
        return told, faults + check.faults
    return TreeState(None, check.grown.size, "", 0), faults


def _stored(tree: LogTree) -> tuple[list[StoredCheckpoint], list[Fault]]:
    """The checkpoints of the database, the newest first; those that were edited as faults."""
    try:
        stored = tree.checkpoints()
    except (ValueError, TypeError) as error:
        return [], [Fault(LOG, 0, f"cannot be read: {error}")]
    whole, faults = [], []
    for checkpoint in stored:
        try:
            what = untrusted(checkpoint.parsed, checkpoint.keys, is_signed)
        except ValueError:
            what = "a checkpoint of the database is none"
        if what is None:
            whole.append(checkpoint)
        else:
            faults.append(Fault(LOG, 0, what))
    return whole, faults


def _leaf_fault(leaf: Leaf, expected: int) -> Fault | None:
    if leaf.index != expected:
        return Fault(LOG, 0, f"leaf {expected} is missing")
    if leaf.fits:
        return None
    if leaf.stream is None:
        return Fault(LOG, 0, f"the event of leaf {expected} is missing")
    seq = leaf.seq if isinstance(leaf.seq, int) else 0
    return Fault(str(leaf.stream), seq, "its bytes are not those of its leaf: the event was edited")


def _newest(given: Iterable[Note], own: Sequence[Checkpoint]) -> Checkpoint | None:
    sizes = [note.checkpoint for note in given]
    if sizes:
        return max(sizes, key=lambda checkpoint: checkpoint.size)
    return own[0] if own else None
