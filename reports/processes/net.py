"""One branch line of an SOP as a Petri net that is a sound workflow net: one token, which always gets out."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from engine.sop.defaults import lines_of
from engine.sop.machine import END, JOIN, OutcomeRule, SopMachine
from engine.sop.model import Definition, Step

SOURCE, SINK = "source", "sink"


Arc = tuple[str | None, str, str]
"""A label, or None where it is silent, from a place, to a place."""


@dataclass(frozen=True, slots=True)
class Transition:
    """From one place to one place; without a label it is silent."""

    id: str
    label: str | None
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Net:
    places: tuple[str, ...]
    transitions: tuple[Transition, ...]


def net_of(definition: Definition) -> Net:
    """What one branch goes through together with the steps that all share, deviations left out.

    A block is a choice of its lines: the others are gone through in other traces. In every place a step is
    one transition at most, so that replay never has to guess; silent ones only end a line that may go on.
    """
    return _Builder(definition).net()


@dataclass(slots=True)
class _Builder:
    definition: Definition
    machine: SopMachine = field(init=False)
    found: dict[Arc, None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.machine = SopMachine(self.definition)

    def net(self) -> Net:
        first = self.definition.steps[0].id
        self._silent(SOURCE, self._place(self.definition.block_of(first) or first, None))
        for block_id, block in self.definition.blocks.items():
            for line in lines_of(block):
                self._silent(f"b.{block_id}", f"p.{line[0]}")
            self._silent(f"j.{block_id}", self._place(block.next or END, None))
        for step in self.definition.steps:
            self._step(step)
        for block_id in self.definition.blocks:
            self._cut_off(block_id)
        arcs = _determined(_useful(self.found))
        transitions = tuple(
            Transition(f"t{index}", label, before, after)
            for index, (label, before, after) in enumerate(arcs, start=1)
        )
        places = dict.fromkeys([SOURCE, *(place for _, *both in arcs for place in both), SINK])
        return Net(tuple(places), transitions)

    def _step(self, step: Step) -> None:
        before, after = f"p.{step.id}", f"q.{step.id}"
        label = step.label or step.activity
        ways = list(dict.fromkeys(self._place(rule.to, step.id) for rule in self._rules(step)))
        again = step.assign == "each_holder"
        waits = any(start.wait for rule in self._rules(step) for start in rule.start_sop)
        if len(ways) == 1 and not again and not waits:
            self.found.setdefault((label, before, ways[0]))
        else:
            self.found.setdefault((label, before, after))
            for way in ways:
                self._silent(after, way)
        if again:  # every holder does it
            self.found.setdefault((label, after, after))
        if waits:  # a child case that ended in vain is asked for again
            self._silent(after, before)
        if step.when and step.next:
            self._silent(before, self._place(step.next, step.id))

    def _cut_off(self, block_id: str) -> None:
        """Where one branch leaves the block, the others stop wherever they are."""
        inside = [step_id for line in lines_of(self.definition.blocks[block_id]) for step_id in line]
        ways = {
            self._place(rule.to, step_id)
            for step_id in inside
            for rule in self._rules(self.definition.step(step_id))
            if rule.to != JOIN and rule.to not in inside
        }
        for way in sorted(ways):
            for step_id in inside:
                self._silent(f"p.{step_id}", way)
                self._silent(f"q.{step_id}", way)
            self._silent(f"j.{block_id}", way)  # where a branch that is done waits for the others

    def _rules(self, step: Step) -> list[OutcomeRule]:
        return [rule for rule in self.machine.outcome_rules[step.id].values() if not rule.deviation]

    def _place(self, target: str, origin: str | None) -> str:
        if target == END:
            return SINK
        if target == JOIN:
            return f"j.{self.definition.block_of(origin or '')}"
        return f"b.{target}" if target in self.definition.blocks else f"p.{target}"

    def _silent(self, before: str, after: str) -> None:
        if before != after:
            self.found.setdefault((None, before, after))


def _useful(arcs: Iterable[Arc]) -> list[Arc]:
    """The arcs on a way from the beginning to the end."""
    known = list(arcs)
    onward = set(_reached([SOURCE], ((before, after) for _, before, after in known)))
    back = set(_reached([SINK], ((after, before) for _, before, after in known)))
    return [arc for arc in known if {arc[1], arc[2]} <= onward & back]


def _determined(arcs: Sequence[Arc]) -> list[Arc]:
    """Arcs of the same language whose places are sets of the old ones, at most one for a label in each."""
    silent = [(before, after) for label, before, after in arcs if label is None]

    def closed(places: Iterable[str]) -> frozenset[str]:
        return frozenset(_reached(places, silent))

    first = closed([SOURCE])
    names, edges, waiting = {first: SOURCE}, list[Arc](), deque([first])
    while waiting:
        here = waiting.popleft()
        following: dict[str, dict[str, None]] = {}
        for label, before, after in arcs:
            if label is not None and before in here:
                following.setdefault(label, {})[after] = None
        if SINK in here and names[here] != SINK:
            edges.append((None, names[here], SINK))
        for label, places in following.items():
            there = closed(places)
            if there not in names:
                ends = SINK in there and not any(label and before in there for label, before, _ in arcs)
                names[there] = SINK if ends else f"p{len(names)}"
                waiting.append(there)
            edges.append((label, names[here], names[there]))
    return edges


def _reached(start: Iterable[str], arcs: Iterable[tuple[str, str]]) -> Iterator[str]:
    following: dict[str, list[str]] = {}
    for before, after in arcs:
        following.setdefault(before, []).append(after)
    waiting = deque(dict.fromkeys(start))
    seen = set(waiting)
    while waiting:
        place = waiting.popleft()
        yield place
        for after in following.get(place, ()):
            if after not in seen:
                seen.add(after)
                waiting.append(after)
