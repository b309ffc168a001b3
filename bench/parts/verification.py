"""How fast a stored log is verified, against a loop that hashes the same events and reads their JSON.

Both slow down alike on a busy machine; the ratio is what counts.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import office
from bench.contenders import options_of
from bench.databases import plain
from bench.parts.step import Walk
from engine.audit.chain import event_hash
from engine.store.audit_reader import verify_log

TIMES = 5


def main(arguments: list[str]) -> dict[str, Any]:
    options = options_of(arguments)
    files = Path(options.folder) / "files"
    office.prepare(options.database, options.migration, files)
    with office.opened(options.database, files) as engine:
        Walk(engine, options.database, files).of(options.cases, 1)()
        verified = fastest(lambda: engine.context.store.read(verified_events))
    hashed = fastest(lambda: hashed_events(options.database))
    return {"events/s": verified, "of hashing and reading JSON": verified / hashed}


def fastest(work: Callable[[], int]) -> float:
    """Events a second of processor time, the best of several runs."""
    rates = []
    for _ in range(TIMES):
        before = time.process_time()
        rates.append(work() / (time.process_time() - before))
    return max(rates)


def verified_events(connection: Any) -> int:
    report = verify_log(connection)
    if not report.ok:
        raise RuntimeError(f"the log should be whole: {report.first_bad}")
    return report.checked


def hashed_events(database_url: str) -> int:
    with plain(database_url) as database:
        rows = database.rows("SELECT hash, body FROM audit_event ORDER BY stream, seq")
    for digest, body in rows:
        if event_hash(body) != digest or not json.loads(body):
            raise RuntimeError("an event is not what it was")
    return len(rows)


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1:])))
