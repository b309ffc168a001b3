"""The figures over 100,000 finished visits, as an auditor and as a superior reads them."""

import json
import sys
import time
from functools import partial
from pathlib import Path

from bench import office
from bench.contenders import options_of
from bench.contenders.ours import finished_cases
from bench.finished_cases import seed_finished
from bench.parts.lists import median_ms
from engine.access.actor import Actor
from engine.queries.cases.logged_visits import LogFilter

VISITS, TIMES = 100_000, 5
YEARS = 2
"""How long before now the visits begin: their year is one that the calendar covers."""


def main(arguments: list[str]) -> dict[str, float]:
    options = options_of(arguments)
    files = Path(options.folder) / "files"
    [case_id] = finished_cases(options, files, 1)
    seed_finished(options.migration, VISITS, case_id=case_id, years=YEARS)
    with office.opened(options.database, files) as engine:
        figures = partial(engine.queries.statistics, wanted=LogFilter())
        return {
            f"{role}_cpu_ms": median_ms(partial(figures, Actor(who)), TIMES, time.thread_time)
            for role, who in (("auditor", "auditor"), ("superior", "kabid.psr"))
        }


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1:])))
