"""What came out of all runs of a simulation. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

from engine.simulation.options import Options
from engine.simulation.plan import Plan, Setting, base, plan_of
from engine.simulation.run import Run, Tally
from engine.sop.model import Definition
from engine.statistics.measures import Share, wilson


@dataclass(frozen=True, slots=True)
class PositionLoad:
    """How much of its time a position works, and how many visits wait for it on average."""

    position: str
    utilisation: float
    queue_mean: float


@dataclass(frozen=True, slots=True)
class Result:
    """Working minutes throughout; ``values`` are the cases in rising order."""

    options: Options
    plan: Plan
    values: Sequence[float]
    mean: float
    late: Share
    finish: dict[int, datetime]
    tallies: dict[str, Tally]
    positions: Sequence[PositionLoad]
    inside: float
    rate: float
    cases: int

    def percentile(self, percent: int) -> float:
        return self.values[-(-percent * len(self.values) // 100) - 1]


def simulated(definition: Definition, setting: Setting, options: Options) -> Result:
    """Run an SOP as often as is asked; the same question with the same seed has the same answer."""
    plan = plan_of(definition, setting, options)
    chance = Random(options.seed)  # noqa: S311 - dice, not secrets
    tallies = {step.id: Tally() for step in definition.steps}
    minutes: list[float] = []
    late, area, horizon, visits = 0, 0.0, 0.0, 0
    worked, waited = dict.fromkeys(plan.servers, 0.0), dict.fromkeys(plan.servers, 0.0)
    for _ in range(options.runs):
        run = Run(plan, options, chance, tallies, visits).go()
        visits = run.visits
        minutes += [case.done - case.arrived for case in run.cases if case.done is not None]
        late += sum(case.late for case in run.cases)
        area, horizon = area + run.area, horizon + run.now
        for name, position in run.positions.items():
            worked[name] += position.worked
            waited[name] += position.waited
    minutes.sort()
    count = options.runs * options.cases
    return Result(
        options=options,
        plan=plan,
        values=minutes,
        mean=sum(minutes) / count,
        late=wilson(late, count),
        finish={p: _at(setting, minutes[-(-p * count // 100) - 1]) for p in (10, 50, 90)},
        tallies=tallies,
        positions=_loads(plan, worked, waited, horizon),
        inside=area / horizon if horizon else 0.0,
        rate=count / horizon if horizon else 0.0,
        cases=count,
    )


def _at(setting: Setting, minutes: float) -> datetime:
    at = setting.calendar.add(setting.now, round(minutes))
    return at.astimezone(setting.calendar.timezone)


def _loads(
    plan: Plan, worked: dict[str, float], waited: dict[str, float], horizon: float
) -> list[PositionLoad]:
    """Positions by their names, the branches of one taken together."""
    groups: dict[str, list[str]] = {}
    for name in plan.servers:
        groups.setdefault(base(name), []).append(name)
    return [
        PositionLoad(
            name,
            sum(worked[position] for position in members)
            / (horizon * sum(plan.servers[position] for position in members) or 1),
            sum(waited[position] for position in members) / (horizon or 1),
        )
        for name, members in groups.items()
    ]
