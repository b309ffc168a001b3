"""The first page of fifty from many open tasks, through the engine's own query, on a database in use."""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import office
from bench.contenders import options_of
from bench.open_tasks import seed
from engine.queries.cases.inbox import Inbox

SIZES = (100_000, 1_000_000)
PAGE = 50
TIMES = 40
WHO, POSITION = "kabid.psr", "kabid-psr"


def main(arguments: list[str]) -> dict[str, float]:
    options = options_of(arguments)
    files = Path(options.folder) / "files"
    office.prepare(options.database, options.migration, files)
    with office.opened(options.database, files) as engine:
        [case_id], _ = office.start_cases(engine, 1)
    figures: dict[str, float] = {}
    standing = 0
    for size in SIZES:
        seed(
            options.migration,
            size - standing,
            case_id=case_id,
            account=WHO,
            position=POSITION,
            first=standing,
        )
        standing = size
        with office.opened(options.database, files) as engine:
            measured = _pages(engine.queries.inbox)
        figures |= {f"{name}_{size // 1000}k_ms": value for name, value in measured.items()}
    return figures


def _pages(inbox: Inbox) -> dict[str, float]:
    cursor = inbox(WHO, limit=PAGE)["next"]
    return {
        "page": _median(lambda: _full(inbox(WHO, limit=PAGE))),
        "next_page": _median(lambda: _full(inbox(WHO, limit=PAGE, cursor=cursor))),
        "count": _median(lambda: inbox.count(WHO)),
    }


def _full(page: dict[str, Any]) -> None:
    if len(page["items"]) != PAGE:
        raise RuntimeError("the page is not full")


def _median(act: Callable[[], object]) -> float:
    times = []
    for _ in range(TIMES):
        before = time.perf_counter()
        act()
        times.append(time.perf_counter() - before)
    return 1000 * sorted(times)[TIMES // 2]


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1:])))
