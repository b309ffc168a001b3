"""Our engine through its commands: as many clients as asked for claim and complete, each on its own cases."""

import argparse
import json
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from bench import office
from bench.contenders import options_of, processor_seconds, result
from bench.databases import durability, plain, require_durable
from bench.open_tasks import SEEDED, seed
from bench.walk import FILE, Visit, filled, steps_of, visits_of
from engine.access.actor import Actor
from engine.audit.events import case_stream
from engine.commands.cases.completion import Completion
from engine.engine import Engine
from engine.store.audit_reader import verify_log
from engine.tables import SOP_CASE

OpenTask = Callable[[str], tuple[str, int]]
"""The id and version of the one open task of a case."""

Act = Callable[[str, Visit, str, dict[str, Any]], Mapping[str, Any]]
"""Does a verb (claim or complete) to a task with a body as HTTP takes it; returns the task."""


def acts_on(engine: Engine) -> Act:
    """The verbs as commands of the engine."""

    def act(verb: str, visit: Visit, task_id: str, body: dict[str, Any]) -> Mapping[str, Any]:
        version, who = body.pop("version"), Actor(visit.who)
        if verb == "claim":
            return engine.tasks.claim(who, task_id, version=version)
        return engine.completion.complete(who, task_id, Completion(**body), version=version)

    return act


def walk_case(
    act: Act,
    open_task: OpenTask,
    passwords: dict[str, str],
    number: int,
    case_id: str,
    files: list[str],
    waits: list[float],
) -> None:
    """Take one case through all its visits; every command's wait goes into ``waits``, in seconds."""
    given = iter(files)
    by_step: dict[str, str] = {}  # a returned visit hands in the same file again
    for visit in visits_of(number):
        if FILE in visit.data.values() and visit.step not in by_step:
            by_step[visit.step] = next(given)
        task, version = open_task(case_id)
        handed_in = {
            "outcome": visit.outcome,
            "data": filled(visit.data, by_step.get(visit.step, "")),
            "requirements": list(visit.ticks),
            "reason": visit.reason,
            "password": passwords[visit.who] if visit.signs else None,
        }
        before = time.perf_counter()
        claimed = act("claim", visit, task, {"version": version})
        between = time.perf_counter()
        act("complete", visit, task, handed_in | {"version": claimed["version"]})
        after = time.perf_counter()
        waits += (between - before, after - between)


def walk_all(
    acts: Callable[[], Act],
    database_url: str,
    passwords: dict[str, str],
    cases: list[str],
    files: list[list[str]],
    clients: int,
) -> tuple[float, list[float]]:
    """All cases, spread over the clients; returns the wall time and every wait."""
    waits: list[list[float]] = [[] for _ in range(clients)]
    failures: list[BaseException] = []
    gate = threading.Barrier(clients + 1)

    def client(me: int) -> None:
        with finder(database_url) as open_task:
            act = acts()
            gate.wait()
            try:
                for number in range(me, len(cases), clients):
                    walk_case(act, open_task, passwords, number, cases[number], files[number], waits[me])
            except BaseException as error:
                failures.append(error)

    threads = [threading.Thread(target=client, args=(me,)) for me in range(clients)]
    for thread in threads:
        thread.start()
    gate.wait()
    before = time.perf_counter()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - before
    if failures:
        raise failures[0]
    return took, [wait for item in waits for wait in item]


@contextmanager
def finder(database_url: str) -> Iterator[OpenTask]:
    """Finds a client's next task on a connection of its own, as an inbox would have shown it."""
    with plain(database_url) as database:
        query = "SELECT id, version FROM task WHERE case_id = ? AND finished_at IS NULL"
        database.rows(query, ("",))  # a connection reads the schema once, before the clock runs

        def open_task(case_id: str) -> tuple[str, int]:
            [(task, version)] = database.rows(query, (case_id,))
            return str(task), int(version)

        yield open_task


def checked(engine: Engine, cases: list[str]) -> dict[str, Any]:
    """That the run did what it claims: every case completed, every chain whole, every commit durable."""
    require_durable(durability(engine))
    query = select(func.count()).select_from(SOP_CASE).where(SOP_CASE.c.id.in_(cases))
    done = engine.context.store.read(
        lambda connection: connection.execute(query.where(SOP_CASE.c.state == "completed")).scalar_one()
    )
    report = engine.context.store.read(
        lambda connection: verify_log(connection, streams=[case_stream(c) for c in cases])
    )
    expected = sum(1 + 2 * len(visits_of(number)) for number in range(len(cases)))
    if done != len(cases) or not report.ok or report.checked != expected:
        raise RuntimeError(
            f"{done} of {len(cases)} cases done, {report.checked} of {expected} events, {report}"
        )
    return {"events": report.checked, **durability(engine)}


def finished_cases(options: argparse.Namespace, files: Path, cases: int) -> list[str]:
    """A new office with some cases that were really played to their end, by one client; their ids."""
    office.prepare(options.database, options.migration, files)
    passwords = json.loads((files / "passwords.json").read_text(encoding="utf-8"))
    with office.opened(options.database, files) as engine:
        started, given = office.start_cases(engine, cases)
        walk_all(lambda: acts_on(engine), options.database, passwords, started, given, 1)
    return started


def main(arguments: list[str]) -> dict[str, Any]:
    options = options_of(arguments)
    files = Path(options.folder) / "files"
    office.prepare(options.database, options.migration, files)
    passwords = json.loads((files / "passwords.json").read_text(encoding="utf-8"))
    with office.opened(options.database, files) as engine:
        pattern, _ = office.start_cases(engine, 1)
    seed(options.migration, SEEDED, case_id=pattern[0], account="kabid.psr", position="kabid-psr")
    with office.opened(options.database, files) as engine:
        warm, warm_files = office.start_cases(engine, 2 * options.clients)
        walk_all(lambda: acts_on(engine), options.database, passwords, warm, warm_files, options.clients)
        cases, given = office.start_cases(engine, options.cases)
        used = processor_seconds()
        took, waits = walk_all(
            lambda: acts_on(engine), options.database, passwords, cases, given, options.clients
        )
        used = processor_seconds() - used
        state = checked(engine, cases)
    return result(steps_of(options.cases), took, waits, state, used)


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1:])))
