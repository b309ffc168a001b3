"""How far the visits of a case follow the ways that its SOP draws: the cheapest alignment of both. Pure.

A case is laid out in lines, each with the common steps and one branch of every block, as an export per branch
has them; what the lines share counts once.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from engine.conformance.records import VisitRecord
from engine.sop.machine import END, JOIN, SopMachine
from engine.sop.model import Definition

START = "start"


@dataclass(frozen=True, eq=False)
class Flow:
    """Which step may follow which without a deviation; ``optional`` steps may be passed unseen."""

    following: Mapping[str, tuple[str, ...]]
    optional: frozenset[str]
    block_of: Mapping[str, str]

    @classmethod
    def of(cls, definition: Definition, machine: SopMachine) -> "Flow":
        """The flow of a version: blocks are entered at their first steps, and left where they join."""
        block_of = {
            step: name
            for name, block in definition.blocks.items()
            for step in (*block.steps, *(step for line in block.branches for step in line))
        }
        entries = {
            name: (*block.steps[:1], *(line[0] for line in block.branches))
            for name, block in definition.blocks.items()
        }

        def places(target: str, home: str | None) -> tuple[str, ...]:
            if target == JOIN:
                after = definition.blocks[home].next if home else None
                return places(after or END, None)
            return entries.get(target, (target,))

        following: dict[str, tuple[str, ...]] = {}
        for step in definition.steps:
            rules = [rule for rule in machine.outcome_rules[step.id].values() if not rule.deviation]
            targets = [rule.to for rule in rules] or [step.next or END]
            if step.when and step.next:
                targets.append(step.next)
            following_places = (
                place for target in targets for place in places(target, block_of.get(step.id))
            )
            following[step.id] = tuple(dict.fromkeys(following_places))
        first = definition.steps[0].id
        following[START] = entries[block_of[first]] if first in block_of else (first,)
        optional = frozenset(step.id for step in definition.steps if step.when or step.kind == "auto")
        return cls(following, optional, block_of)

    @lru_cache(maxsize=4096)  # noqa: B019 - a flow is kept as long as its version
    def aligned(self, trace: tuple[str, ...]) -> "Aligned":
        """The cheapest way through the flow that these steps may be taken for."""
        return _aligned(self, trace)


@dataclass(frozen=True, slots=True)
class Aligned:
    """Which steps of a trace no way has (by their place), and which steps of the way it lacks."""

    only_in_log: frozenset[int]
    only_in_model: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Conformity:
    """How one case follows its SOP: its fitness between 0 and 1, and the steps (with branch) it lacks."""

    fitness: float
    skipped: tuple[tuple[str, str | None], ...]


def conformity(flow: Flow, visits: Iterable[VisitRecord]) -> Conformity:
    """`1 - (moves only in log + only in model) / (visits + shortest path)` of a finished case."""
    counted = _counted(flow, visits)
    strange: set[int] = set()
    skipped: dict[tuple[str, str | None, int], None] = {}
    shortest: set[tuple[str, str | None, int]] = set()
    for keys in _lines(flow, counted):
        line = [
            (index, visit)
            for index, visit in enumerate(counted)
            if visit.branch is None or visit.branch == keys.get(flow.block_of.get(visit.step_id, ""))
        ]
        aligned = flow.aligned(tuple(visit.step_id for _, visit in line))
        strange |= {line[place][0] for place in aligned.only_in_log}
        skipped |= dict.fromkeys(_placed(flow, keys, aligned.only_in_model))
        shortest |= set(_placed(flow, keys, flow.aligned(()).only_in_model))
    moves = len(strange) + len(skipped)
    fitness = 1 - moves / (len(counted) + len(shortest)) if moves else 1.0
    return Conformity(max(0.0, fitness), tuple(dict.fromkeys((step, branch) for step, branch, _ in skipped)))


def _counted(flow: Flow, visits: Iterable[VisitRecord]) -> list[VisitRecord]:
    """The visits in the order they came about: of several holders one, and none that was taken back.

    A visit was taken back, or was in vain, where the same step was asked for once more in its place.
    """
    by_place: dict[tuple[str, str | None, int], VisitRecord] = {}
    last: dict[tuple[str, str | None, str | None], int] = {}
    for visit in sorted(visits, key=lambda visit: visit.ordinal):
        if not visit.is_approval:
            by_place.setdefault((visit.step_id, visit.branch, visit.visit), visit)
            led = (visit.step_id, visit.branch, visit.origin_id)
            last[led] = max(last.get(led, 0), visit.visit)
    distinct = list(by_place.values())
    again = {(visit.origin_id, visit.step_id, visit.branch) for visit in distinct}
    return [
        visit
        for visit in distinct
        if last[visit.step_id, visit.branch, visit.origin_id] == visit.visit
        and (
            (visit.id, visit.step_id, visit.branch) not in again
            or visit.step_id in flow.following[visit.step_id]
        )
    ]


def _lines(flow: Flow, visits: Sequence[VisitRecord]) -> list[dict[str, str | None]]:
    """Of every block one branch (block to its key), until each branch was in a line."""
    keys: dict[str, dict[str | None, None]] = defaultdict(dict)
    for visit in visits:
        if visit.branch is not None and visit.step_id in flow.block_of:
            keys[flow.block_of[visit.step_id]][visit.branch] = None
    length = max((len(blocks) for blocks in keys.values()), default=1)
    return [
        {block: list(blocks)[min(index, len(blocks) - 1)] for block, blocks in keys.items()}
        for index in range(length)
    ]


def _placed(
    flow: Flow, keys: Mapping[str, str | None], steps: Sequence[str]
) -> Iterable[tuple[str, str | None, int]]:
    """Steps with the branch of this line and how many of the same came before, to tell them apart."""
    seen: dict[str, int] = defaultdict(int)
    for step in steps:
        yield step, keys.get(flow.block_of.get(step, "")), seen[step]
        seen[step] += 1


def _aligned(flow: Flow, trace: tuple[str, ...]) -> Aligned:
    """The way of least cost from the start to the end: what only one side has costs one.

    States are (step, how many of the trace are told); moves that cost nothing go first (0-1 search).
    """
    begin = (START, 0)
    cost = {begin: 0}
    came: dict[tuple[str, int], tuple[tuple[str, int], str]] = {}
    queue = deque([begin])
    done: set[tuple[str, int]] = set()
    while queue:
        state = queue.popleft()
        if state in done:
            continue
        done.add(state)
        if state == (END, len(trace)):
            break
        for then, move, price in _moves(flow, trace, state):
            if cost[state] + price < cost.get(then, 1 << 30):
                cost[then] = cost[state] + price
                came[then] = (state, move)
                (queue.append if price else queue.appendleft)(then)
    return _traced(flow, came, (END, len(trace)))


def _moves(
    flow: Flow, trace: tuple[str, ...], state: tuple[str, int]
) -> Iterable[tuple[tuple[str, int], str, int]]:
    step, told = state
    following = flow.following.get(step, ())
    if told < len(trace) and trace[told] in following:
        yield (trace[told], told + 1), "both", 0
    for target in following:
        if target == END:
            yield (END, told), "end", 0
        else:
            yield (target, told), "model", 0 if target in flow.optional else 1
    if told < len(trace):
        yield (step, told + 1), "log", 1


def _traced(
    flow: Flow, came: Mapping[tuple[str, int], tuple[tuple[str, int], str]], at: tuple[str, int]
) -> Aligned:
    strange, lacking = [], []
    while at in came:
        before, move = came[at]
        if move == "log":
            strange.append(before[1])
        elif move == "model" and at[0] not in flow.optional:
            lacking.append(at[0])
        at = before
    return Aligned(frozenset(strange), tuple(reversed(lacking)))
