"""The traces of a case: the whole of it, or one line of it per branch."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.cases.lifecycle import Happening
from engine.cases.model import Branch
from engine.queries.cases.histories import History


@dataclass(frozen=True, slots=True)
class Trace:
    """A case, or what one branch went through together with the steps that all share (``branch`` named)."""

    history: History
    name: str
    branch: str | None
    happened: Sequence[Happening]


def traces(history: History, *, per_branch: bool) -> Iterator[Trace]:
    """One trace of a case, or ``number/branch`` for each key that its branches have."""
    number = history.state.case.number
    keys = list(dict.fromkeys(branch.key for branch in history.state.branches.values()))
    if not per_branch or not keys:
        yield Trace(history, number, None, history.happened)
        return
    for key in keys:
        chosen = _line(history, key)
        happened = [happening for happening in history.happened if _is_on(happening, chosen)]
        yield Trace(history, f"{number}/{key}", key, happened)


def _line(history: History, key: str) -> dict[str, Branch]:
    """Of each round of each block one branch: that of the key, else the first.

    A round that a branch takes no part in is gone through by others, and the case with them.
    """
    chosen: dict[tuple[str, int], Branch] = {}
    for branch in history.state.branches.values():
        place = (branch.block, branch.round)
        if place not in chosen or (branch.key == key and chosen[place].key != key):
            chosen[place] = branch
    return {branch.id: branch for branch in chosen.values()}


def _is_on(happening: Happening, chosen: dict[str, Branch]) -> bool:
    if happening.task is not None:
        return happening.task.branch_id is None or happening.task.branch_id in chosen
    return happening.branch is None or any(branch.key == happening.branch for branch in chosen.values())
