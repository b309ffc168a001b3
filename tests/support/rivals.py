"""Several processes on one office at the same instant, and one that works until it is killed.

Processes come from a fork server that has the engine imported and no connection open, so each of them
starts at once and opens the database for itself.
"""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from typing import Any

from engine.commands.cases.completion import Completion
from engine.errors import Conflict, SopError
from tests.support.forked import PROCESSES
from tests.support.offices import DemoOffice
from tests.support.postgres import DatabaseUrls

Deed = Callable[[DemoOffice], Any]

PATIENCE = 120.0
CLIENTS = 3


@dataclass(frozen=True, slots=True)
class Address:
    """What a process needs to open an office."""

    urls: DatabaseUrls
    files: Path
    passwords: dict[str, str]
    now: str

    @classmethod
    def of(cls, office: DemoOffice) -> Address:
        return cls(office.urls, office.files, office.passwords, office.clock.now().isoformat())

    def open(self) -> DemoOffice:
        office = DemoOffice.on(self.urls, self.files, self.passwords)
        office.clock.set(self.now)
        return office


@dataclass(frozen=True, slots=True)
class Claim:
    account: str
    task_id: str

    def __call__(self, office: DemoOffice) -> Any:
        return office.engine.tasks.claim(self.account, self.task_id)


@dataclass(frozen=True, slots=True)
class Save:
    account: str
    task_id: str

    def __call__(self, office: DemoOffice) -> Any:
        return office.engine.tasks.save(self.account, self.task_id, data={})


@dataclass(frozen=True, slots=True)
class Resolve:
    account: str
    task_id: str

    def __call__(self, office: DemoOffice) -> Any:
        return office.engine.help.resolve(self.account, self.task_id)


@dataclass(frozen=True, slots=True)
class TakeOver:
    account: str
    absent: str
    to: str

    def __call__(self, office: DemoOffice) -> Any:
        return office.engine.takeover.take_over(self.account, self.absent, reason="Cuti", to=self.to)


@dataclass(frozen=True, slots=True)
class Reassess:
    account: str
    digest: str

    def __call__(self, office: DemoOffice) -> Any:
        return office.engine.reassessment.apply(self.account, self.digest)


@dataclass(frozen=True, slots=True)
class Complete:
    """Hand in the same thing as everybody else."""

    account: str
    task_id: str
    outcome: str | None
    data: dict[str, Any]
    ticks: tuple[str, ...] = ("dok_data_kinerja",)

    def __call__(self, office: DemoOffice) -> Any:
        handed_in = Completion(outcome=self.outcome, data=self.data, requirements=self.ticks)
        return office.engine.completion.complete(self.account, self.task_id, handed_in)


@dataclass(frozen=True, slots=True)
class Said:
    """What one attempt came to: an answer, or the error's class, code, state and words."""

    answer: Any = None
    error: str | None = None
    conflict: bool = False
    current: dict[str, Any] | None = None
    words: str = ""

    @property
    def won(self) -> bool:
        return self.error is None


def at_once(office: DemoOffice, groups: Sequence[Sequence[Deed]]) -> list[Said]:
    """Do every deed at the same instant: one process per group, one thread per deed."""
    barrier = PROCESSES.Barrier(len(groups))
    workers = []
    for deeds in groups:
        ours, theirs = PROCESSES.Pipe(duplex=False)
        worker = PROCESSES.Process(target=_act, args=(Address.of(office), list(deeds), barrier, theirs))
        worker.start()
        theirs.close()
        workers.append((worker, ours))
    said: list[Said] = []
    for worker, pipe in workers:
        assert pipe.poll(PATIENCE), "a process said nothing"
        said += pipe.recv()
        worker.join(PATIENCE)
        assert worker.exitcode == 0
    return said


def _act(address: Address, deeds: list[Deed], barrier: Any, pipe: Pipe) -> None:
    office = address.open()
    go = threading.Event()

    def act(deed: Deed) -> Said:
        go.wait(PATIENCE)
        return _said(office, deed)

    for case in office.engine.queries.cases.list("auditor")["items"]:
        office.engine.queries.cases.get("auditor", case["id"])  # what is built once is built before the start
    with ThreadPoolExecutor(len(deeds)) as threads:
        answers = [threads.submit(act, deed) for deed in deeds]
        barrier.wait(PATIENCE)
        go.set()
        pipe.send([answer.result() for answer in answers])
    office.system.close()


def _said(office: DemoOffice, deed: Deed) -> Said:
    try:
        return Said(deed(office))
    except Conflict as error:
        return Said(
            error=type(error).__name__, conflict=True, current=error.current, words=error.message.indonesian
        )
    except SopError as error:
        return Said(error=type(error).__name__, words=error.message.indonesian)


def killed_at_work(office: DemoOffice, chance: random.Random) -> list[tuple[str, str]]:
    """A process works on cases until signal 9 hits it; gives what it had acknowledged, as (verb, id)."""
    ours, theirs = PROCESSES.Pipe(duplex=False)
    worker = PROCESSES.Process(target=_work, args=(Address.of(office), theirs))
    worker.start()
    theirs.close()
    said: list[tuple[str, str]] = []
    last = chance.randint(1, 50)
    try:
        while True:
            said.append(ours.recv())
            if len(said) == last:
                time.sleep(chance.uniform(0, 0.03))
                os.kill(worker.pid or 0, signal.SIGKILL)
    except EOFError:
        worker.join(PATIENCE)
    # A worker that ended by itself proves nothing about kills.
    assert worker.exitcode == -signal.SIGKILL
    return said


def _work(address: Address, pipe: Pipe) -> None:
    office = address.open()
    speaking = threading.Lock()

    def done(verb: str, id: str) -> None:
        with speaking:
            pipe.send((verb, id))

    def client() -> None:
        while True:
            case_id = office.start()
            done("start", case_id)
            office.finish(case_id, done)

    # Waited for: once the main thread ends, no thread of the process gets work done any more.
    clients = [threading.Thread(target=client) for _ in range(CLIENTS)]
    for thread in clients:
        thread.start()
    for thread in clients:
        thread.join()
