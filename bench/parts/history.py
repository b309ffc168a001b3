"""Pages that look back beside 100,000 and 1,000,000 finished tasks, and the memory of an export of all."""

import json
import resource
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from bench import office
from bench.contenders import options_of
from bench.contenders.ours import finished_cases
from bench.finished_cases import APART_MINUTES, seed_finished
from bench.parts.lists import median_ms
from engine.access.actor import Actor
from engine.engine import Engine
from engine.queries.cases.logged_visits import LogFilter
from reports.timing_log import timing_log

SIZES = (100_000, 1_000_000)
TIMES = 20
AUDITOR, HEAD, SUPERIOR = Actor("auditor"), Actor("kadis"), Actor("kabid.psr")


def main(arguments: list[str]) -> dict[str, float]:
    options = options_of(arguments)
    files = Path(options.folder) / "files"
    [case_id] = finished_cases(options, files, 1)
    figures: dict[str, float] = {}
    standing = 0
    for size in SIZES:
        standing = seed_finished(options.migration, size, case_id=case_id, first=standing)
        with office.opened(options.database, files) as engine:
            for name, look in looks(engine, standing).items():
                look()  # what is kept is built
                figures[f"{name}_{size // 1000}k_ms"] = median_ms(look, TIMES, time.thread_time)
    with office.opened(options.database, files) as engine:
        figures |= _export(engine)
    return figures


def looks(engine: Engine, cases: int) -> dict[str, Callable[[], object]]:
    """What is measured, by name; each is a page of fifty, ``day`` and ``week`` are those in the middle."""
    queries = engine.queries
    half = engine.context.clock.now() - timedelta(days=3650) + timedelta(minutes=APART_MINUTES * cases // 2)
    week = LogFilter(from_=half, to=half + timedelta(days=7))

    def log(who: Actor, wanted: LogFilter) -> Callable[[], object]:
        return lambda: queries.timing_log.page(who, wanted)

    return {
        "log": log(AUDITOR, LogFilter()),
        "log_week": log(AUDITOR, week),
        "log_week_of_superior": log(SUPERIOR, week),
        "log_of_superior": log(SUPERIOR, LogFilter()),
        "log_of_rare_sop": log(AUDITOR, LogFilter(sop="pengaduan-masyarakat")),
        "cases": lambda: queries.cases.list(AUDITOR),
        "cases_of_head": lambda: queries.cases.list(HEAD),
        "cases_of_superior": lambda: queries.cases.list(SUPERIOR),
        "notices": lambda: queries.notices.list(SUPERIOR),
        "unread": lambda: queries.notices.unread(HEAD),
        "done": lambda: queries.inbox(SUPERIOR, "done"),
    }


def _export(engine: Engine) -> dict[str, float]:
    before, used, rows = _peak_mb(), time.process_time(), 0
    for piece in timing_log(engine.queries.timing_log.slices(AUDITOR, LogFilter()), "csv"):
        rows += piece.count(b"\n")
    return {
        "csv_rows": rows,
        "csv_cpu_s": time.process_time() - used,
        "csv_more_mb": _peak_mb() - before,
    }


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1:])))
