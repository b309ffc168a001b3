"""One repetition: a heap of events on the axis of working minutes. Pure."""

import heapq
from collections import deque
from dataclasses import dataclass, field
from itertools import count
from random import Random

from engine.errors import InvalidInput
from engine.simulation.options import Options
from engine.simulation.plan import Plan, StepPlan
from engine.sop.machine import END, JOIN
from engine.text.bilingual import Text

MOST_VISITS = 10_000
"""Of one case; an SOP in which a case goes on longer than that does not end."""


def too_much(most: int) -> InvalidInput:
    """The refusal of a question whose branches and returns make it longer than its asker may wait."""
    said = f"Simulasi ini melewati {most} kunjungan: kurangi runs, cases, branches, atau bagian yang kembali;"
    english = f"this simulation passes {most} visits: ask for fewer runs, cases, branches or returns,"
    return InvalidInput.at("runs", Text(f"{said} atau `alur simulate`.", f"{english} or `alur simulate`"))


@dataclass(slots=True)
class Round:
    """One entry into a block: how many of its branches are still on their way."""

    block: str
    left: int
    open: bool = True


@dataclass(slots=True)
class OneCase:
    arrived: float
    visits: int = 0
    late: bool = False
    done: float | None = None


@dataclass(slots=True)
class Visit:
    """One visit on its way: of which case, step, round and branch, since when."""

    case: OneCase
    step: StepPlan
    round: Round | None
    branch: int | None
    ready: float
    begun: bool = False

    @property
    def counts(self) -> bool:
        """Whether it still leads anywhere: its case goes on, and nobody has left its block."""
        return self.case.done is None and (self.round is None or self.round.open)


@dataclass(slots=True)
class Position:
    servers: int
    away: tuple[float, float] | None
    busy: int = 0
    waiting: deque[Visit] = field(default_factory=deque)
    worked: float = 0.0
    waited: float = 0.0

    def free_at(self, t: float) -> bool:
        return self.busy < self.servers and not (self.away and self.away[0] <= t < self.away[1])


@dataclass(slots=True)
class Tally:
    """What a step took over all runs."""

    visits: int = 0
    waiting: float = 0.0
    working: float = 0.0


class Run:
    """All cases of one repetition, from the first arrival to the last end."""

    def __init__(
        self, plan: Plan, options: Options, chance: Random, tallies: dict[str, Tally], visits: int = 0
    ) -> None:
        self.plan, self.options, self.chance, self.tallies = plan, options, chance, tallies
        self.visits = visits  # those of the repetitions before count, too
        self.positions = {
            name: Position(servers, plan.away.get(name)) for name, servers in plan.servers.items()
        }
        self.queues = options.waiting == "queue"
        self.events: list[tuple[float, int, Visit | OneCase | Position, Position | None]] = []
        self.order = count()
        self.cases: list[OneCase] = []
        self.inside, self.since, self.area, self.now = 0, 0.0, 0.0, 0.0

    def go(self) -> "Run":
        t = 0.0
        for _ in range(self.options.cases):
            t += self.chance.expovariate(self.plan.rate) if self.plan.rate else 0.0
            self._put(t, OneCase(t))
        for position in self.positions.values():
            if position.away and self.queues:
                self._put(position.away[1], position)
        while self.events:
            self.now, _, thing, at = heapq.heappop(self.events)
            if isinstance(thing, OneCase):
                self._population(1)
                self.cases.append(thing)
                self._move(self.plan.first, thing, None, None)
            elif isinstance(thing, Position):
                self._serve(thing)  # who was away is back
            else:
                self._finish(thing, at)
        return self

    # --- visits ---

    def _open(self, step_id: str, case: OneCase, round: Round | None, branch: int | None) -> None:
        step = self.plan.steps[step_id]
        case.visits += 1
        if case.visits > MOST_VISITS:
            raise InvalidInput(
                Text(
                    "Berkas tidak berakhir: keputusannya selalu kembali.",
                    f"a case does not end within {MOST_VISITS} visits: its decisions always send back",
                )
            )
        self.visits += 1
        if self.options.most_visits is not None and self.visits > self.options.most_visits:
            raise too_much(self.options.most_visits)
        visit = Visit(case, step, round, branch, self.now)
        pool = self.plan.pools[step_id, branch] if step.work else ()
        if self.queues and pool:
            for name in pool:
                position = self.positions[name]
                if position.free_at(self.now):
                    self._begin(visit, position)
                    return
            for name in pool:
                self.positions[name].waiting.append(visit)
            return
        start = self.now + self._wait(step)
        away = [self.positions[name].away for name in pool]
        if pool and all(days and days[0] <= start < days[1] for days in away):
            start = min(days[1] for days in away if days)
        self._work(visit, start, self.positions[pool[0]] if pool else None)

    def _begin(self, visit: Visit, position: Position) -> None:
        visit.begun = True
        position.busy += 1
        position.waited += self.now - visit.ready
        self._work(visit, self.now, position)

    def _work(self, visit: Visit, start: float, position: Position | None) -> None:
        took = self._service(visit.step)
        tally = self.tallies[visit.step.id]
        tally.visits += 1
        tally.waiting += start - visit.ready
        tally.working += took
        if position is not None:
            position.worked += took
        self._put(start + took, visit, position)

    def _finish(self, visit: Visit, position: Position | None) -> None:
        if position is not None and self.queues:
            position.busy -= 1
            self._serve(position)
        if not visit.counts:
            return
        if visit.step.allowed is not None and self.now - visit.ready > visit.step.allowed + 1e-9:
            visit.case.late = True
        target, drawn = visit.step.ways[-1][1], self.chance.random()
        for share, way in visit.step.ways:
            if drawn < share:
                target = way
                break
        self._move(target, visit.case, visit.round, visit.branch)

    def _serve(self, position: Position) -> None:
        while position.waiting and position.free_at(self.now):
            visit = position.waiting.popleft()
            if not visit.begun and visit.counts:
                self._begin(visit, position)

    # --- where a case goes ---

    def _move(self, target: str, case: OneCase, round: Round | None, branch: int | None) -> None:
        if target == JOIN and round is not None:
            round.left -= 1
            if round.left == 0:
                self._move(self.plan.blocks[round.block].after, case, None, None)
            return
        if round is not None and target not in self.plan.blocks[round.block].inside:
            round.open = False
            round, branch = None, None
        if target == END:
            case.done = self.now
            self._population(-1)
        elif target in self.plan.blocks:
            entries = self.plan.blocks[target].entries
            opened = Round(target, len(entries))
            for number, entry in enumerate(entries):
                self._open(entry, case, opened, number)
        else:
            self._open(target, case, round, branch)

    # --- chance and time ---

    def _service(self, step: StepPlan) -> float:
        if not step.standard and step.observed is None:
            return 0.0
        match self.options.service_time:
            case "exponential":
                return self.chance.expovariate(1 / step.standard) if step.standard else 0.0
            case "log" if step.observed is not None:
                return float(self.chance.choice(step.observed))
            case "log" | "triangular":
                return self.chance.triangular(step.standard / 2, step.standard * 2, step.standard)
            case _:
                return step.standard

    def _wait(self, step: StepPlan) -> float:
        match self.options.waiting:
            case "log" if step.waits is not None:
                return float(self.chance.choice(step.waits))
            case "log" | "pickup":
                return step.pickup
            case _:
                return 0.0

    def _population(self, more: int) -> None:
        self.area += self.inside * (self.now - self.since)
        self.inside, self.since = self.inside + more, self.now

    def _put(self, t: float, thing: Visit | OneCase | Position, position: Position | None = None) -> None:
        heapq.heappush(self.events, (t, next(self.order), thing, position))
