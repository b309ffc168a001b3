"""The figures over 100,000 finished visits, as an auditor and as a superior reads them."""

import json
import sys
import time
from pathlib import Path

from bench import office
from bench.contenders import options_of
from bench.contenders.ours import acts_on, walk_all
from bench.finished_cases import seed_finished
from bench.parts.lists import median_ms
from engine.queries.cases.logged_visits import LogFilter

VISITS, TIMES = 100_000, 5
YEARS = 2
"""How long before now the visits begin: their year is one that the calendar covers."""


def main(arguments: list[str]) -> dict[str, float]:
    options = options_of(arguments)
    files = Path(options.folder) / "files"
    office.prepare(options.database, options.migration, files)
    passwords = json.loads((files / "passwords.json").read_text(encoding="utf-8"))
    with office.opened(options.database, files) as engine:
        cases, given = office.start_cases(engine, 1)
        walk_all(lambda: acts_on(engine), options.database, passwords, cases, given, 1)
    seed_finished(options.migration, VISITS, case_id=cases[0], years=YEARS)
    with office.opened(options.database, files) as engine:
        return {
            f"{who}_cpu_ms": median_ms(
                lambda name=name: engine.queries.statistics(name, LogFilter()), TIMES, time.thread_time
            )
            for who, name in (("auditor", "auditor"), ("superior", "kabid.psr"))
        }


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1:])))
