"""How it is measured: rounds in shuffled order, ratios inside a round, medians with their range."""

import os
import random
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Outcome = dict[str, Any] | str
BUSY = 0.5


@dataclass(slots=True)
class Rounds:
    """Every outcome of every round, by the key of who ran."""

    outcomes: list[dict[tuple[str, str], Outcome]] = field(default_factory=list)

    def values(self, key: tuple[str, str], name: str) -> list[float]:
        items = [outcome.get(key) for outcome in self.outcomes]
        return [float(item[name]) for item in items if isinstance(item, dict) and _is_figure(item.get(name))]

    def ratios(self, key: tuple[str, str], to: tuple[str, str], name: str) -> list[float]:
        """``key`` against ``to``, both of the same round."""
        ratios = []
        for outcome in self.outcomes:
            mine, other = outcome.get(key), outcome.get(to)
            if (
                isinstance(mine, dict)
                and isinstance(other, dict)
                and _is_figure(mine.get(name))
                and _is_figure(other.get(name))
            ):
                ratios.append(float(mine[name]) / float(other[name]))
        return ratios

    def said(self, key: tuple[str, str], name: str) -> str | None:
        """Why something was not measured, where that is what an outcome says of it."""
        items = [outcome.get(key) for outcome in self.outcomes]
        words = [item.get(name) for item in items if isinstance(item, dict)]
        return next((word for word in words if isinstance(word, str)), None)

    def failure(self, key: tuple[str, str]) -> str | None:
        said = [outcome[key] for outcome in self.outcomes if key in outcome]
        return next((item for item in said if isinstance(item, str)), None)


def measure(
    runs: Iterable[tuple[tuple[str, str], Callable[[], Outcome], bool]],
    rounds: int,
    heard: Callable[[str], None],
    seed: int,
) -> Rounds:
    """Run everything once a round, in an order shuffled anew; what is marked ``once`` in the first only."""
    measured, order = Rounds(), list(runs)
    shuffle = random.Random(seed)
    for number in range(rounds):
        shuffle.shuffle(order)
        outcome: dict[tuple[str, str], Outcome] = defaultdict()
        heard(f"round {number + 1} of {rounds}; {calibration()}")
        for key, run, once in order:
            if once and number:
                continue
            outcome[key] = run()
            heard(f"  {key[0]} · {key[1]}: {_short(outcome[key])}")
        measured.outcomes.append(outcome)
    return measured


def spread(values: list[float]) -> str:
    """``median [min..max]``, or a dash."""
    if not values:
        return "-"
    middle = statistics.median(values)
    return f"{number(middle)} [{number(min(values))}..{number(max(values))}]"


def number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def calibration() -> str:
    """What this machine does just now: a loop of Python, a flush, and how busy it is."""
    before = time.perf_counter()
    sum(range(5_000_000))
    loop = time.perf_counter() - before
    with tempfile.TemporaryFile(dir=Path.cwd()) as file:
        flushes = []
        for _ in range(100):
            file.write(b"x" * 4096)
            file.flush()
            since = time.perf_counter()
            os.fdatasync(file.fileno())
            flushes.append(time.perf_counter() - since)
    return (
        f"5 M additions {1000 * loop:.0f} ms, flush {1e6 * statistics.median(flushes):.0f} µs,"
        f" load {os.getloadavg()[0]:.2f}"
    )


def wait_until_quiet(seconds: float, heard: Callable[[str], None]) -> None:
    """Wait until nobody else uses the machine, but not for ever."""
    until = time.monotonic() + seconds
    while os.getloadavg()[0] > BUSY and time.monotonic() < until:
        heard(f"waiting for a quiet machine: load {os.getloadavg()[0]:.2f}")
        time.sleep(min(15.0, seconds))


def _short(outcome: Outcome) -> str:
    if isinstance(outcome, str):
        return outcome
    if "per_second" in outcome:
        return f"{outcome['per_second']:,.0f} steps/s, longest wait {outcome['longest_ms']:.1f} ms"
    figures = {name: number(value) if _is_figure(value) else value for name, value in outcome.items()}
    return ", ".join(f"{name} {figure}" for name, figure in figures.items())


def _is_figure(value: object) -> bool:
    return isinstance(value, int | float)
