"""An SOP made ready to be run many times: minutes, shares and positions in the place of texts. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from typing import TypeVar

from engine.calendar.calendar import Calendar
from engine.calendar.durations import Duration
from engine.errors import InvalidInput
from engine.simulation.options import Options
from engine.sop.defaults import lines_of
from engine.sop.machine import OutcomeRule, SopMachine
from engine.sop.model import Definition, Step
from engine.text.bilingual import Text

Value = TypeVar("Value")
FEWEST_VISITS = 20
"""From so many on earlier visits are drawn from."""


@dataclass(frozen=True, slots=True)
class StepHistory:
    """What earlier visits of a step took, in working minutes, and how often each outcome was chosen."""

    working: Sequence[int] = ()
    waiting: Sequence[int] = ()
    outcomes: Mapping[str, int] = field(default_factory=dict)


Positions = Callable[[Step, int | None], tuple[str, ...]]
"""Who may do a step in the branch of that number (None: the main line); the positions, or none."""


@dataclass(frozen=True, slots=True)
class Setting:
    """The office in which an SOP is run: calendar and now, who does what, how many there are, what was."""

    calendar: Calendar
    now: datetime
    positions: Positions
    holders: Callable[[str], int] = lambda _: 1
    history: Mapping[str, StepHistory] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StepPlan:
    """One step in minutes; ``ways`` are (share up to here, target), ``allowed`` is how long it may take."""

    id: str
    standard: float
    pickup: float
    allowed: float | None
    work: bool
    observed: Sequence[int] | None
    waits: Sequence[int] | None
    ways: tuple[tuple[float, str], ...]
    return_share: float | None
    seen: int


@dataclass(frozen=True, slots=True)
class BlockPlan:
    """Where each branch is entered, what is inside, and what follows when all are done."""

    entries: tuple[str, ...]
    inside: frozenset[str]
    after: str


@dataclass(frozen=True, slots=True)
class Plan:
    first: str
    steps: Mapping[str, StepPlan]
    blocks: Mapping[str, BlockPlan]
    pools: Mapping[tuple[str, int | None], tuple[str, ...]]
    servers: Mapping[str, int]
    away: Mapping[str, tuple[float, float]]
    rate: float | None
    """Cases per working minute; None where all come at once."""


def plan_of(definition: Definition, setting: Setting, options: Options) -> Plan:
    """`InvalidInput` names a step or position that options name and the SOP does not know."""
    _require_known(definition, options)
    machine = SopMachine(definition)
    branches = options.branches or 1
    blocks = {
        block_id: BlockPlan(
            entries=(
                (block.steps[0],) * branches if block.for_each else tuple(line[0] for line in block.branches)
            ),
            inside=frozenset(step_id for line in lines_of(block) for step_id in line),
            after=block.next or "end",
        )
        for block_id, block in definition.blocks.items()
    }
    first = definition.steps[0].id
    pools = _pools(definition, setting, branches)
    known = sorted({name for pool in pools.values() for name in pool})
    _require_positions(known, options)
    return Plan(
        first=definition.block_of(first) or first,
        steps={step.id: _step(machine, setting, options, step) for step in definition.steps},
        blocks=blocks,
        pools=pools,
        servers={name: _chosen(options.holders, name) or max(1, setting.holders(name)) for name in known},
        away={
            name: _minutes_away(setting, *days)
            for name in known
            if (days := _chosen(options.absent, name)) is not None
        },
        rate=_rate(setting, options),
    )


def base(position: str) -> str:
    """A position without the number of its branch, as it is asked for and told."""
    return position.partition("#")[0]


def _step(machine: SopMachine, setting: Setting, options: Options, step: Step) -> StepPlan:
    def minutes(length: Duration | None) -> float:
        return setting.calendar.minutes_of(setting.now, length) + length.seconds / 60 if length else 0.0

    standard = minutes(options.time.get(step.id, step.time) if step.kind != "auto" else None)
    pickup = minutes(step.pickup)
    history = setting.history.get(step.id, StepHistory())
    rules = [rule for rule in machine.outcome_rules[step.id].values() if not rule.deviation]
    share = _return_share(step, rules, history, options)
    timed = step.time is not None or step.id in options.time
    return StepPlan(
        id=step.id,
        standard=standard,
        pickup=pickup if step.kind != "auto" else 0.0,
        allowed=minutes(step.time) + pickup if timed and step.clock != "external" and step.time else None,
        work=step.kind != "auto" and step.clock != "external",
        observed=_enough(history.working) if step.id not in options.time else None,
        waits=_enough(history.waiting),
        ways=_ways(rules, history, share),
        return_share=share,
        seen=len(history.working),
    )


def _return_share(
    step: Step, rules: Sequence[OutcomeRule], history: StepHistory, options: Options
) -> float | None:
    """How often a decision sends back: as asked, else (r + 1) / (n + 2); None where it never can."""
    returns = [rule for rule in rules if rule.returns]
    if not returns:
        return None
    if step.id in options.returns:
        return options.returns[step.id]
    sent_back = sum(history.outcomes.get(rule.outcome or "", 0) for rule in returns)
    seen = sum(history.outcomes.get(rule.outcome or "", 0) for rule in rules)
    return (sent_back + 1) / (seen + 2)


def _ways(
    rules: Sequence[OutcomeRule], history: StepHistory, share: float | None
) -> tuple[tuple[float, str], ...]:
    """Every way out with the shares up to it; ways of one kind as often as they were taken, plus one each."""
    parts: list[tuple[float, str]] = []
    for returns, whole in ((False, 1 - (share or 0.0)), (True, share or 0.0)):
        kind = [rule for rule in rules if rule.returns is returns and whole]
        counts = [history.outcomes.get(rule.outcome or "", 0) + 1 for rule in kind]
        parts += [(whole * n / sum(counts), rule.to) for n, rule in zip(counts, kind, strict=True)]
    shares = [*[*accumulate(part for part, _ in parts)][:-1], 1.0]
    return tuple((share, target) for share, (_, target) in zip(shares, parts, strict=True))


def _enough(values: Sequence[int]) -> Sequence[int] | None:
    return values if len(values) >= FEWEST_VISITS else None


def _pools(
    definition: Definition, setting: Setting, branches: int
) -> dict[tuple[str, int | None], tuple[str, ...]]:
    pools: dict[tuple[str, int | None], tuple[str, ...]] = {}
    for step in definition.steps:
        block_id = definition.block_of(step.id)
        block = definition.blocks[block_id] if block_id else None
        count = (branches if block.for_each else len(block.branches)) if block else 0
        if block is None:
            pools[step.id, None] = setting.positions(step, None)
        for branch in range(count):
            pools[step.id, branch] = setting.positions(step, branch if block and block.for_each else None)
    return pools


def _chosen(given: Mapping[str, Value], position: str) -> Value | None:
    return given.get(position, given.get(base(position)))


def _minutes_away(setting: Setting, first: date, last: date) -> tuple[float, float]:
    calendar = setting.calendar
    start = datetime.combine(first, time(), calendar.timezone)
    end = datetime.combine(last + timedelta(days=1), time(), calendar.timezone)
    return float(calendar.between(setting.now, start)), float(calendar.between(setting.now, end))


def _rate(setting: Setting, options: Options) -> float | None:
    if options.arrivals is None:
        return None
    length = {"wd": Duration(working_days=1), "h": Duration(minutes=60), "m": Duration(minutes=1)}
    opening = setting.calendar.next_opening(setting.now)
    return options.arrivals.rate / setting.calendar.minutes_of(opening, length[options.arrivals.unit])


def _require_known(definition: Definition, options: Options) -> None:
    known = {step.id: step for step in definition.steps}
    for name, given in (("time", options.time), ("return", options.returns)):
        for step_id in given:
            if step_id not in known:
                raise _unknown(f"{name}.{step_id}", step_id, sorted(known))
    for step_id in options.returns:
        returning = [step for step in definition.steps if any(way.return_ for way in step.outcomes.values())]
        if known[step_id] not in returning:
            raise _unknown(f"return.{step_id}", step_id, [step.id for step in returning])


def _require_positions(known: Sequence[str], options: Options) -> None:
    names = {*known, *map(base, known)}
    for option, given in (("holders", options.holders), ("absent", options.absent)):
        for position in given:
            if position not in names:
                raise _unknown(f"{option}.{position}", position, sorted(set(map(base, known))))


def _unknown(path: str, name: str, known: Sequence[str]) -> InvalidInput:
    there = ", ".join(known) or "-"
    return InvalidInput.at(
        path, Text(f'"{name}" tidak dikenal. Yang ada: {there}.', f"{name!r} is none of: {there}")
    )
