"""A worker that is killed just before a chosen statement, as often as somebody asks.

Its process reads lines ``URL NOW WHAT N``. Each makes a worker that ticks at
NOW and is killed with signal 9 before the N-th statement of its ``firing`` or of its whole ``tick``, COMMIT
included, or right after the last; the answer is ``killed``, or ``lived`` where there are fewer.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from sqlalchemy import Engine, event

from engine.clock import FakeClock
from engine.commands.worker.tick import Sweep
from engine.context import Context, new_id
from engine.store import Store, Tx, open_store
from engine.store.cases import SELECT_CASE, case_of
from engine.store.catalog import Catalog
from engine.store.files import FileStore
from tests.support.cli import PROJECT
from tests.support.forked import Forked
from tests.support.scratch import scratch_folder

What = Literal["firing", "tick"]


class Workers:
    """The other side of the lines."""

    def __init__(self, process: Forked) -> None:
        self._process = process

    def dies(self, url: str, now: str, what: What, before: int) -> bool:
        """Whether a worker was killed before its n-th statement; it may have fewer."""
        self._process.stdin.write(f"{url} {now} {what} {before}\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline().strip()
        assert answer in ("killed", "lived"), self._process.communicate()[1]
        return answer == "killed"


@contextmanager
def workers_to_kill() -> Iterator[Workers]:
    process = Forked(main, [], cwd=PROJECT)
    try:
        yield Workers(process)
    finally:
        process.communicate()


def a_worker(store: Store, now: str, catalog: Catalog) -> Sweep:
    """One that lives at this time."""
    office = Context(
        store=store,
        catalog=catalog,
        clock=FakeClock(now),
        files=FileStore(scratch_folder()),
        password_fits=lambda *_: False,
        hash_password=lambda text: text,
        channels={"mail": None},
    )
    return Sweep(office)


def main() -> None:
    catalog = Catalog(new_id)
    for number, line in enumerate(sys.stdin):
        url, now, what, before = line.split()
        if number == 0:
            _warm(catalog, url, now)
        child = os.fork()  # a whole process for each kill, without the second that starting Python takes
        if child == 0:
            _tick(catalog, url, now, what, int(before))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        assert status in (0, signal.SIGKILL), status
        print("killed" if status else "lived", flush=True)


def _warm(catalog: Catalog, url: str, now: str) -> None:
    """Compile once what every worker would compile again."""
    store, at = open_store(url), FakeClock(now).now()

    def every_world(connection: Any) -> None:
        tx = Tx(connection)
        for row in connection.execute(SELECT_CASE):
            catalog.context_of(tx, case_of(row), at)

    store.read(every_world)
    store.close()


def _tick(catalog: Catalog, url: str, now: str, what: str, before: int) -> None:
    worker, left = a_worker(open_store(url), now, catalog), before

    def one_more(*_: Any) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def watched(act: Any, *arguments: Any) -> Any:
        for name in ("before_cursor_execute", "commit"):
            event.listen(Engine, name, one_more)
        done = act(*arguments)
        one_more()
        for name in ("before_cursor_execute", "commit"):
            event.remove(Engine, name, one_more)
        return done

    if what == "tick":
        watched(worker.tick)
        return
    fire = worker.firing.fire
    worker.firing.fire = lambda *arguments: watched(fire, *arguments)  # type: ignore[method-assign]
    worker.tick()
