"""Cases as this process last saw them, each under the hash at the head of its audit chain.

No branch or task changes without an event, so a case whose head is the same is the same: a command that finds
its head here need not read the case again. The head itself is always read, under the lock.
"""

from collections import OrderedDict
from threading import Lock

from engine.cases.model import CaseState

MOST = 256


class CaseCache:
    """Safe to use from many threads; forgets the case that was not used for the longest time."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._lock = Lock()
        self._cases: OrderedDict[str, tuple[str, CaseState]] = OrderedDict()

    def at(self, case_id: str, head: str) -> CaseState | None:
        """A copy of the case as it stood at this head; None when it is not known so."""
        with self._lock:
            kept = self._cases.get(case_id)
            if kept is None or kept[0] != head:
                return None
            self._cases.move_to_end(case_id)
            return kept[1].copy()

    def keep(self, head: str, state: CaseState) -> None:
        """Remember a case; should the transaction be undone, nobody will ever ask for this head."""
        with self._lock:
            self._cases[state.case.id] = (head, state.copy())
            self._cases.move_to_end(state.case.id)
            if len(self._cases) > self._most:
                self._cases.popitem(last=False)
