"""What a simulation answers. Pure."""

from typing_extensions import TypedDict

from engine.simulation.plan import base
from engine.simulation.result import Result
from engine.views.parts import Instant, Shape
from engine.views.statistics import Share


class CaseMinutes(Shape):
    """Working minutes of a case from arrival to end; ``values`` are at most 10,000, in rising order."""

    mean: float
    p10: float
    p50: float
    p90: float
    values: list[float]


class Finish(Shape):
    """When a case that begins now would end."""

    p10: Instant
    p50: Instant
    p90: Instant


class SimulatedStep(Shape):
    """Visits per case, and working minutes per visit."""

    step_id: str
    visits: float
    waiting: float
    working: float


class SimulatedPosition(Shape):
    """The share of its time that a position works, and how many visits wait for it on average."""

    position: str
    utilisation: float
    queue_mean: float


_Rate = TypedDict("_Rate", {"lambda": float})


class Little(_Rate, Shape):
    """Cases in the office on average, cases per working minute, working minutes of a case: l = lambda × w."""

    l: float  # noqa: E741 - as the law is written
    w: float


class Assumptions(Shape):
    """What the answer rests on. ``returns`` is the share of a decision that sends back, ``observed`` how many
    earlier visits of a step were counted; ``late``: one visit after its deadline makes its case late.
    """

    service: str
    waiting: str
    cases: int
    branches: int
    arrivals: str | None
    times: dict[str, float]
    returns: dict[str, float]
    holders: dict[str, int]
    absent: dict[str, list[float]]
    observed: dict[str, int]
    late: str


class Simulation(Shape):
    """The result of all runs, in working minutes; the same seed gives the same numbers."""

    runs: int
    seed: int
    assumptions: Assumptions
    case_minutes: CaseMinutes
    late_share: Share
    finish: Finish
    steps: list[SimulatedStep]
    positions: list[SimulatedPosition]
    little: Little


MOST_VALUES = 10_000


def simulation_view(result: Result) -> Simulation:
    """A result as JSON; instants in the zone of the calendar."""
    options, cases = result.options, result.cases
    finish = {f"p{percent}": at.isoformat() for percent, at in result.finish.items()}
    return {
        "runs": options.runs,
        "seed": options.seed,
        "assumptions": _assumptions(result),
        "case_minutes": {
            "mean": _short(result.mean),
            "p10": _short(result.percentile(10)),
            "p50": _short(result.percentile(50)),
            "p90": _short(result.percentile(90)),
            "values": _thinned(result),
        },
        "late_share": {"value": result.late.value, "low": result.late.low, "high": result.late.high},
        "finish": {"p10": finish["p10"], "p50": finish["p50"], "p90": finish["p90"]},
        "steps": [
            {
                "step_id": step_id,
                "visits": _short(tally.visits / cases),
                "waiting": _short(tally.waiting / tally.visits if tally.visits else 0.0),
                "working": _short(tally.working / tally.visits if tally.visits else 0.0),
            }
            for step_id, tally in result.tallies.items()
        ],
        "positions": [
            {
                "position": position.position,
                "utilisation": round(position.utilisation, 4),
                "queue_mean": round(position.queue_mean, 4),
            }
            for position in result.positions
        ],
        "little": {"l": result.inside, "lambda": result.rate, "w": result.mean},
    }


def _assumptions(result: Result) -> Assumptions:
    options, plan = result.options, result.plan
    return {
        "service": options.service_time,
        "waiting": options.waiting,
        "cases": options.cases,
        "branches": options.branches or 1,
        "arrivals": str(options.arrivals) if options.arrivals else None,
        "times": {step.id: _short(step.standard) for step in plan.steps.values()},
        "returns": {
            step.id: round(step.return_share, 4)
            for step in plan.steps.values()
            if step.return_share is not None
        },
        "holders": {base(name): count for name, count in plan.servers.items()},
        "absent": {name: list(minutes) for name, minutes in plan.away.items()},
        "observed": {step.id: step.seen for step in plan.steps.values()},
        "late": "visit",
    }


def _thinned(result: Result) -> list[float]:
    values, count = result.values, len(result.values)
    if count > MOST_VALUES:
        values = [values[(2 * place + 1) * count // (2 * MOST_VALUES)] for place in range(MOST_VALUES)]
    return [_short(value) for value in values]


def _short(value: float) -> float:
    return round(value, 2)
