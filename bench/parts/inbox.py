"""The first page of fifty from many open tasks, through the engine's own query, on a database in use."""

import json
import sys
from pathlib import Path

from bench import office
from bench.contenders import options_of
from bench.open_tasks import seed
from bench.parts.lists import median_ms, require_full
from engine.access.actor import Actor
from engine.queries.cases.inbox import Inbox

SIZES = (100_000, 1_000_000)
PAGE = 50
TIMES = 40
WHO, POSITION = Actor("kabid.psr"), "kabid-psr"


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
            account=WHO.account,
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
        "page": median_ms(lambda: require_full(inbox(WHO, limit=PAGE), PAGE), TIMES),
        "next_page": median_ms(lambda: require_full(inbox(WHO, limit=PAGE, cursor=cursor), PAGE), TIMES),
        "count": median_ms(lambda: inbox.count(WHO), TIMES),
    }


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1:])))
