"""What a simulation is asked: how many runs, who comes when, how long things take, who is there. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, get_args

from engine.calendar.durations import Duration
from engine.errors import InvalidInput
from engine.text.bilingual import Text

Service = Literal["standard", "triangular", "exponential", "log"]
Waiting = Literal["none", "pickup", "log", "queue"]
SERVICES: tuple[Service, ...] = get_args(Service)
WAITINGS: tuple[Waiting, ...] = get_args(Waiting)
MOST_RUNS, MOST_CASES, MOST_TOGETHER, MOST_BRANCHES, MOST_HOLDERS = 100_000, 100_000, 1_000_000, 100, 1_000
YEARS = (1900, 2999)
LARGEST_RETURN = 0.95
"""Beyond that a case hardly ever ends."""
_ARRIVALS = re.compile(r"poisson:([0-9]{1,6}(?:\.[0-9]{1,6})?)/(wd|h|m)")


@dataclass(frozen=True, slots=True)
class Arrivals:
    """How many cases come in on average per working day, hour or minute, each independent of the others."""

    rate: float
    unit: Literal["wd", "h", "m"]

    def __str__(self) -> str:
        return f"poisson:{self.rate:g}/{self.unit}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """One question; what is None or not named is as the SOP and the office have it."""

    runs: int = 1000
    cases: int = 1
    seed: int = 1
    branches: int | None = None
    arrivals: Arrivals | None = None
    service_time: Service = "standard"
    waiting: Waiting = "none"
    holders: Mapping[str, int] = field(default_factory=dict)
    absent: Mapping[str, tuple[date, date]] = field(default_factory=dict)
    time: Mapping[str, Duration] = field(default_factory=dict)
    returns: Mapping[str, float] = field(default_factory=dict)
    most_visits: int | None = None  # of all runs together, for who may not wait for more

    def __post_init__(self) -> None:
        _between("runs", self.runs, 1, MOST_RUNS)
        _between("cases", self.cases, 1, MOST_CASES)
        _between("runs", self.runs * self.cases, 1, MOST_TOGETHER)
        if self.branches is not None:
            _between("branches", self.branches, 1, MOST_BRANCHES)
        for position, count in self.holders.items():
            _between(f"holders.{position}", count, 1, MOST_HOLDERS)
        for position, (first, last) in self.absent.items():
            if last < first:
                said, english = "Sampai lebih awal daripada dari.", "The end is before the beginning."
                raise InvalidInput.at(f"absent.{position}", Text(said, english))
        for step_id, share in self.returns.items():
            if not 0 <= share <= LARGEST_RETURN:
                raise InvalidInput.at(
                    f"return.{step_id}",
                    Text(
                        f"Bagian yang kembali antara 0 dan {LARGEST_RETURN}.",
                        f"A share of returns is from 0 to {LARGEST_RETURN}.",
                    ),
                )


def arrivals_of(text: str) -> Arrivals:
    """``poisson:0.4/wd``; `InvalidInput` for anything else."""
    match = _ARRIVALS.fullmatch(text)
    if match is None or not float(match[1]):
        said = 'Tulis misalnya "poisson:0.4/wd": rata-rata 0,4 berkas per hari kerja (wd, h, m).'
        english = 'Write for example "poisson:0.4/wd": on average 0.4 cases per working day (wd, h, m).'
        raise InvalidInput.at("arrivals", Text(said, english))
    return Arrivals(float(match[1]), match[2])  # type: ignore[arg-type]


def days_of(position: str, text: str) -> tuple[date, date]:
    """``2026-03-02..2026-03-13``: the first and the last day of an absence."""
    first, dots, last = text.partition("..")
    try:
        days = date.fromisoformat(first), date.fromisoformat(last)
        if not dots or not YEARS[0] <= days[0].year <= days[1].year <= YEARS[1]:
            raise ValueError
        return days
    except ValueError:
        said = "Tulis dua tanggal, misalnya 2026-03-02..2026-03-13."
        english = "Write two days, for example 2026-03-02..2026-03-13."
        raise InvalidInput.at(f"absent.{position}", Text(said, english)) from None


def _between(name: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise InvalidInput.at(
            name, Text(f"{name}: antara {least} dan {most}.", f"{name} is from {least} to {most}.")
        )
