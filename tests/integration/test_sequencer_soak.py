"""The sequencer under fire: killed again and again, beside rivals, late commits and rollbacks."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import pairwise
from multiprocessing.connection import Connection as Pipe

import pytest
from sqlalchemy import text

from engine.audit.act import Act
from engine.audit.checkpoint import parsed_note
from engine.audit.merkle import leaf_hash
from engine.audit.tree_check import TreeCheck
from engine.errors import LogInDoubt, Unavailable
from engine.store import Tx
from runtime.settings.sign_in import make_key
from tests.support.forked import PROCESSES
from tests.support.offices import DemoOffice
from tests.support.rivals import Address

pytestmark = [pytest.mark.soak, pytest.mark.on("postgres"), pytest.mark.timeout(3600)]

KILLS, RIVALS, WRITERS, ROLLED_BACK = 200, 2, 6, 0.07
PATIENCE = 120.0


class RolledBack(Exception):
    """A command that changes its mind."""


def sequencing(address: Address, pipe: Pipe, seed: int) -> None:
    """Sequence and sign without end; tells when it begins."""
    office, chance = address.open(), random.Random(seed)
    checkpoints = office.engine.checkpoints
    pipe.send("begun")
    while True:
        with suppress(Unavailable):  # another sequencer is at it for too long
            if chance.random() < 0.3:
                checkpoints.seal()
            else:
                checkpoints.sequence(everything=chance.random() < 0.1)
        time.sleep(chance.uniform(0, 0.01))


def begun(address: Address, seed: int) -> tuple[PROCESSES.Process, Pipe]:
    ours, theirs = PROCESSES.Pipe(duplex=False)
    process = PROCESSES.Process(target=sequencing, args=(address, theirs, seed), daemon=True)
    process.start()
    theirs.close()
    assert ours.poll(PATIENCE)
    ours.recv()
    return process, ours


def writing(office: DemoOffice, number: int, stop: threading.Event) -> None:
    """Transactions of this writer, slow or not, some of which are taken back."""
    chance = random.Random(number)

    def work(tx: Tx) -> None:
        for _ in range(chance.randint(1, 3)):
            act = Act(name="x", at=office.clock.now(), account=None, subject="x")
            tx.audit.record(f"operation:writer-{number}", act, {})
        time.sleep(chance.choice((0.02, 0.05, 0.1, 0.4)))
        if chance.random() < ROLLED_BACK:
            raise RolledBack

    while not stop.is_set():
        try:
            office.engine.context.store.execute(work)
        except RolledBack:
            continue


def test_no_gap_and_no_event_missed_while_the_sequencer_is_killed(office: DemoOffice) -> None:
    make_key(office.system.settings.log_key_path)
    address, stop, chance = Address.of(office), threading.Event(), random.Random(1)
    rivals = [begun(address, -number)[0] for number in range(1, RIVALS + 1)]
    with ThreadPoolExecutor(WRITERS) as threads:
        writers = [threads.submit(writing, office, number, stop) for number in range(WRITERS)]
        try:
            for number in range(KILLS):
                victim, _ = begun(address, number)
                time.sleep(chance.uniform(0, 0.1))
                os.kill(victim.pid or 0, signal.SIGKILL)
                victim.join(PATIENCE)
                assert victim.exitcode == -signal.SIGKILL
        finally:
            stop.set()
        for writer in writers:
            writer.result()
    for rival in rivals:
        assert rival.is_alive()  # it met nothing that it could not bear
        os.kill(rival.pid or 0, signal.SIGKILL)
        rival.join(PATIENCE)
    sealed = office.engine.checkpoints.seal()
    print(held(office, sealed.size))


def held(office: DemoOffice, size: int) -> dict[str, int]:
    """Every event once in the tree, every checkpoint one of the trees it has been; in figures."""

    def look(tx: Tx) -> dict[str, int]:
        rows = tx.connection.execute(
            text(
                'SELECT l."index", l.entry, l.leaf, e.body FROM audit_event e'
                ' FULL JOIN audit_leaf l ON l.entry = e.entry ORDER BY l."index"'
            )
        ).all()
        assert [row[0] for row in rows] == list(range(size))
        assert all(bytes(leaf) == leaf_hash(bytes(body)) for _, _, leaf, body in rows)
        entries = [row[1] for row in rows]
        notes = tx.log_tree.checkpoints()
        check = TreeCheck(parsed_note(stored.note).checkpoint for stored in notes)
        for row in rows:
            check.add(bytes(row[2]))
        check.end(None)
        assert not check.faults
        late = sum(later < earlier for earlier, later in pairwise(entries))
        holes = max(entries) - min(entries) + 1 - len(entries)
        return {"events": size, "late": late, "holes": holes, "checkpoints": len(notes)}

    doubt: LogInDoubt | None = office.read(office.engine.checkpoints.doubt_of)
    assert doubt is None
    found: dict[str, int] = office.read(look)
    assert found["late"]
    assert found["holes"]
    return found
