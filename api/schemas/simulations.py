"""What a simulation is asked."""

from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from api.schemas.parts import Shape
from engine.calendar.durations import Duration
from engine.errors import BadDuration, InvalidInput
from engine.simulation.options import (
    LARGEST_RETURN,
    MOST_BRANCHES,
    MOST_HOLDERS,
    Options,
    Service,
    Waiting,
    arrivals_of,
    days_of,
)
from engine.text.bilingual import Text

Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Word = Annotated[str, StringConstraints(min_length=1, max_length=50)]
MOST_TOGETHER = 20_000
"""Runs times cases of one request: about a second of the server."""
MOST_VISITS = 500_000
"""Visits of one request: branches and returns make many of one case."""


class SimulationBody(Shape):
    model_config = ConfigDict(
        populate_by_name=True,
        json_schema_extra={
            "examples": [{"sop": "perbaikan-data-kinerja", "runs": 100, "seed": 7, "return": {"s6": 0.1}}]
        },
    )

    sop: Name
    version: Word | None = None
    runs: int = Field(default=1000, ge=1, le=MOST_TOGETHER)
    cases: int = Field(default=1, ge=1, le=MOST_TOGETHER)
    seed: int = Field(default=1, ge=0, le=2**53)
    branches: int | None = Field(default=None, ge=1, le=MOST_BRANCHES)
    arrivals: Word | None = Field(default=None, examples=["poisson:0.4/wd"])
    service_time: Annotated[Service, Field(alias="service")] = "standard"
    waiting: Waiting = "none"
    holders: dict[Name, Annotated[int, Field(ge=1, le=MOST_HOLDERS)]] = Field(
        default_factory=dict, max_length=200
    )
    absent: dict[Name, Word] = Field(
        default_factory=dict, max_length=200, examples=[{"sekretaris": "2026-03-02..2026-03-13"}]
    )
    time: dict[Name, Word] = Field(default_factory=dict, max_length=200, examples=[{"s5": "1wd"}])
    return_: Annotated[
        dict[Name, Annotated[float, Field(ge=0, le=LARGEST_RETURN)]],
        Field(alias="return", max_length=200, examples=[{"s6": 0.1}]),
    ] = Field(default_factory=dict)

    def options(self) -> Options:
        """`InvalidInput` for what is no duration, day or arrival, and for too many runs of one request."""
        if self.runs * self.cases > MOST_TOGETHER:
            said = f"runs × cases paling banyak {MOST_TOGETHER}; lebih dari itu dengan `alur simulate`."
            english = f"runs × cases may be {MOST_TOGETHER}; ask for more with `alur simulate`"
            raise InvalidInput.at("runs", Text(said, english))
        return Options(
            runs=self.runs,
            cases=self.cases,
            seed=self.seed,
            branches=self.branches,
            arrivals=arrivals_of(self.arrivals) if self.arrivals else None,
            service_time=self.service_time,
            waiting=self.waiting,
            holders=self.holders,
            absent={name: days_of(name, text) for name, text in self.absent.items()},
            time={step: _duration(f"time.{step}", text) for step, text in self.time.items()},
            returns=self.return_,
            most_visits=MOST_VISITS,
        )


def _duration(path: str, text: str) -> Duration:
    try:
        return Duration.parse(text)
    except BadDuration as error:
        raise InvalidInput.at(path, error.message) from None
