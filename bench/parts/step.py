"""What one step costs in counts that other work cannot change, with its processor time beside them.

Instructions come from callgrind: the same steps in a process of their own, counted once they are warm.
"""

import json
import os
import re
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Engine as Database
from sqlalchemy import event
from sqlalchemy.engine import make_url

from bench import office
from bench.contenders import options_of
from bench.contenders.ours import acts_on, walk_all
from bench.databases import plain
from bench.open_tasks import SEEDED, seed
from bench.walk import steps_of
from engine.engine import Engine

WARM_CASES = 4
CLIENTS = 64
COUNTED_CASES = 4  # under callgrind, where everything takes fifty times as long
IO = Path("/proc/self/io")
COLLECTED = re.compile(r"Collected : (\d+)")
CALLGRIND = ("valgrind", "--tool=callgrind", "--instr-atstart=no")
OUTSIDE = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "PRAGMA")


def main(arguments: list[str]) -> dict[str, Any]:
    options = options_of(arguments)
    files = Path(options.folder) / "files"
    office.prepare(options.database, options.migration, files)
    with office.opened(options.database, files) as engine:
        pattern, _ = office.start_cases(engine, 1)
    seed(options.migration, SEEDED, case_id=pattern[0], account="kabid.psr", position="kabid-psr")
    figures: dict[str, Any] = {"M instructions": instructions(options.database, files)}
    with office.opened(options.database, files) as engine:
        walk = Walk(engine, options.database, files)
        walk.of(WARM_CASES, 1)()
        figures |= measured(walk, options.cases, 1)
        together = measured(walk, 2 * CLIENTS, CLIENTS)
    return figures | {f"{name}, {CLIENTS} clients": value for name, value in together.items()}


class Walk:
    """Cases on one engine, started before anything is counted."""

    def __init__(self, engine: Engine, database: str, files: Path) -> None:
        self.engine = engine
        self.database = database
        self.passwords = json.loads((files / "passwords.json").read_text(encoding="utf-8"))

    def of(self, cases: int, clients: int) -> Callable[[], None]:
        ids, files = office.start_cases(self.engine, cases)

        def work() -> None:
            walk_all(lambda: acts_on(self.engine), self.database, self.passwords, ids, files, clients)

        return work


def measured(walk: Walk, cases: int, clients: int) -> dict[str, float | str]:
    """What each step of that many cases took."""
    work, steps = walk.of(cases, clients), steps_of(cases)
    log = Path(f"{make_url(walk.database).database}-wal")
    store = walk.engine.context.store
    store.execute(lambda tx: tx.connection.exec_driver_sql("PRAGMA wal_autocheckpoint = 0"))
    with plain(walk.database) as database:
        database.run("PRAGMA wal_checkpoint(TRUNCATE)")
        statements = [0]

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            statements[0] += not statement.startswith(OUTSIDE)

        event.listen(Database, "before_cursor_execute", note)
        kept, wrote, before = stored(database), written(), resource.getrusage(resource.RUSAGE_SELF)
        work()
        after, wrote_since = resource.getrusage(resource.RUSAGE_SELF), written()
        event.remove(Database, "before_cursor_execute", note)
        kept = stored(database) - kept
    took = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {
        "statements": statements[0] / steps,
        "WAL KiB": log.stat().st_size / 1024 / steps,
        "KiB written": "NOT MEASURED: no /proc/self/io"
        if wrote is None or wrote_since is None
        else (wrote_since - wrote) / 1024 / steps,
        "KB stored": kept / 1000 / steps,
        "context switches": (after.ru_nvcsw - before.ru_nvcsw) / steps,
        "processor ms": 1000 * took / steps,
    }


def stored(database: Any) -> int:
    [(pages,)], [(free,)] = database.rows("PRAGMA page_count"), database.rows("PRAGMA freelist_count")
    [(size,)] = database.rows("PRAGMA page_size")
    return int((pages - free) * size)


def written() -> int | None:
    """Bytes that this process has handed to the system so far; None where the system does not tell."""
    if not IO.exists():
        return None
    return int(dict(line.split(": ") for line in IO.read_text().splitlines())["wchar"])


def instructions(database: str, files: Path) -> float | str:
    """Millions a step in user space, or why they are not known."""
    if not all(shutil.which(name) for name in ("valgrind", "callgrind_control")):
        return "NOT MEASURED: valgrind is not installed"
    out = f"--callgrind-out-file={files.parent / 'callgrind.out'}"
    command = [*CALLGRIND, out, sys.executable, "-m", "bench.parts.step", "counted", database, str(files)]
    # Hashes of texts decide how many steps a look-up takes.
    fixed = {**os.environ, "PYTHONHASHSEED": "0"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=fixed)
    collected = COLLECTED.search(done.stderr)
    if done.returncode or collected is None:
        return f"NOT MEASURED: {done.stderr.strip().splitlines()[-1:]}"
    return int(collected[1]) / 1e6 / steps_of(COUNTED_CASES)


def counted(database: str, files: Path) -> None:
    """The steps of a process under callgrind, which counts from the end of the warm ones on."""
    with office.opened(database, files) as engine:
        walk = Walk(engine, database, files)
        walk.of(WARM_CASES, 1)()
        work = walk.of(COUNTED_CASES, 1)
        switch("on")
        work()
        switch("off")


def switch(state: str) -> None:
    asked = ["callgrind_control", "-i", state, str(os.getpid())]
    subprocess.run(asked, check=True, capture_output=True)


if __name__ == "__main__":
    if sys.argv[1] == "counted":
        counted(sys.argv[2], Path(sys.argv[3]))
    else:
        print(json.dumps(main(sys.argv[1:])))
