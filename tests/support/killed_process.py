"""Processes that work until they are killed with signal 9, and what they acknowledged before.

One line on their standard output is one acknowledgement. ``work URL`` writes cases; ``race URL CASE TRIES``
appends to one case with others, ``migrate URL`` brings the schema.
"""

from __future__ import annotations

import random
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from engine.cases.model import CaseState
from engine.errors import StaleVersion
from engine.store import Store, open_store
from migrations import migrate
from tests.support.forked import Forked
from tests.support.stored_cases import a_started_case, an_act

PROJECT = Path(__file__).resolve().parents[2]
THREADS = 4


def killed(
    main: Callable[[], None], arguments: Sequence[str], *, after: int, chance: random.Random
) -> list[str]:
    """Start a working process, kill it some time after its n-th line; returns every line it had finished."""
    process = Forked(main, arguments, cwd=PROJECT)
    lines = []
    for line in process.stdout:
        lines.append(line)
        if len(lines) == after:
            time.sleep(chance.uniform(0, 0.02))
            process.kill()
    _, said = process.communicate()
    # A worker that ended by itself proves nothing about kills.
    assert process.returncode == -signal.SIGKILL, said
    return [line.rstrip("\n") for line in lines if line.endswith("\n")]


def work(store: Store) -> None:
    """Start cases and act on them from several threads, for ever; prints ``case version`` per answer."""

    def client() -> None:
        while True:
            state = a_started_case()
            state = store.execute(lambda tx, new=state: tx.cases.record(None, new, an_act("case.start")))  # type: ignore[misc]
            say(f"{state.case.id} {state.case.version}")
            for _ in range(3):
                state = append(store, state)
                say(f"{state.case.id} {state.case.version}")

    for _ in range(THREADS):
        threading.Thread(target=client).start()


def race(store: Store, case_id: str, tries: int) -> None:
    """Append to one case from what was last seen of it; prints each version that was won."""
    for _ in range(tries):
        seen = store.execute(lambda tx: tx.cases.for_update(case_id))
        assert seen is not None
        try:
            say(str(append(store, seen).case.version))
        except StaleVersion:
            continue


def append(store: Store, seen: CaseState) -> CaseState:
    """One act on the case as it was seen: the first task is changed."""
    after = seen.copy()
    task = next(iter(seen.tasks.values()))
    after.put(replace(task, version=task.version + 1, reason="alasan"))
    return store.execute(lambda tx: tx.cases.record(seen, after, an_act("task.save")))


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    verb, url, *rest = sys.argv[1:]
    if verb == "migrate":
        migrate(url)
        return
    store = open_store(url)
    if verb == "work":
        work(store)
    elif verb == "race":
        say("ready")
        sys.stdin.readline()
        race(store, rest[0], int(rest[1]))
        store.close()
