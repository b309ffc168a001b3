"""Two people who change versions of one SOP in the same instant: one after the other, and one is in force."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import sleep

import pytest

from engine.access.actor import HOST
from engine.audit.events import definition_stream
from engine.commands.worker.tick import Sweep
from engine.errors import ActionNotAvailable, NotAllowed, NotFound
from engine.store import Tx
from engine.store.audit_reader import verify_log
from tests.support.offices import SOP, DemoOffice

AGENCY = "disdag-banggai"


def approved(office: DemoOffice, *versions: str) -> None:
    """Further versions of the demonstration's SOP, approved and not yet in force."""
    text = office.read(lambda tx: tx.definitions.get(AGENCY, SOP, "1.0.0")).text
    for name, value in (("number", "12"), ("created_on", "2026-01-05"), ("effective_on", "2026-01-05")):
        text = text.replace(f"  {name}: null", f'  {name}: "{value}"', 1)
    for version in versions:
        office.engine.definitions.store("admin", text.replace("version: 1.0.0", f"version: {version}", 1))
        office.engine.definitions.move("admin", SOP, version, "submit")
        office.engine.definitions.move("kadis", SOP, version, "approve")


def at_once(office: DemoOffice, *moves: tuple[str, str]) -> list[str]:
    """What came of moves that all begin while somebody else holds the SOP, and end after that."""
    held, let_go = Event(), Event()

    def hold(tx: Tx) -> None:
        tx.audit.lock(definition_stream(AGENCY, SOP))
        held.set()
        assert let_go.wait(30)

    def move(version: str, verb: str) -> str:
        try:
            return str(office.engine.definitions.move("kadis", SOP, version, verb)["status"])
        except ActionNotAvailable:
            return "refused"

    with ThreadPoolExecutor(len(moves) + 1) as threads:
        holding = threads.submit(office.engine.context.store.execute, hold)
        assert held.wait(30)
        found = [threads.submit(move, *item) for item in moves]
        sleep(0.5)  # long enough for both to read what they can read
        let_go.set()
        holding.result(30)
        return sorted(item.result(30) for item in found)


def statuses(office: DemoOffice) -> dict[str, str]:
    return {item.version: item.status for item in office.read(lambda tx: tx.definitions.of(AGENCY, SOP))}


def test_of_two_versions_made_effective_in_the_same_instant_one_is_in_force(office: DemoOffice) -> None:
    approved(office, "2.0.0", "3.0.0")
    assert at_once(office, ("2.0.0", "make-effective"), ("3.0.0", "make-effective")) == ["effective"] * 2
    assert sorted(statuses(office).values()) == ["effective", "superseded", "superseded"]


def test_of_two_who_make_one_version_effective_in_the_same_instant_one_is_refused(
    office: DemoOffice,
) -> None:
    approved(office, "2.0.0")
    moves = ("2.0.0", "make-effective"), ("2.0.0", "make-effective")
    assert at_once(office, *moves) == ["effective", "refused"]


def test_a_demonstration_that_brings_a_newer_version_into_force_leaves_one_in_force(
    office: DemoOffice,
) -> None:
    text = office.read(lambda tx: tx.definitions.get(AGENCY, SOP, "1.0.0")).text
    newer = text.replace("version: 1.0.0", "version: 2.0.0", 1).replace(
        "status: draft", "status: effective", 1
    )
    office.engine.definitions.store(HOST, newer, agency=AGENCY, as_demonstration=True)
    assert statuses(office) == {"1.0.0": "superseded", "2.0.0": "effective"}


def test_a_version_begins_on_its_date_and_the_one_in_force_goes_on_until_then(office: DemoOffice) -> None:
    text = office.read(lambda tx: tx.definitions.get(AGENCY, SOP, "1.0.0")).text
    for name, value in (("number", "12"), ("created_on", "2026-01-05"), ("effective_on", "2026-01-07")):
        text = text.replace(f"  {name}: null", f'  {name}: "{value}"', 1)
    office.engine.definitions.store("admin", text.replace("version: 1.0.0", "version: 2.0.0", 1))
    office.engine.definitions.move("admin", SOP, "2.0.0", "submit")
    office.engine.definitions.move("kadis", SOP, "2.0.0", "approve")
    moved = office.engine.definitions.move("kadis", SOP, "2.0.0", "make-effective")
    assert (moved["status"], moved["begins_on"]) == ("approved", "2026-01-07")
    office.clock.set("2026-01-06T23:59+08:00")
    Sweep(office.engine.context).settle(office.clock.now())
    assert statuses(office) == {"1.0.0": "effective", "2.0.0": "approved"}
    office.clock.set("2026-01-07T00:00+08:00")
    Sweep(office.engine.context).settle(office.clock.now())
    Sweep(office.engine.context).settle(office.clock.now())
    assert statuses(office) == {"1.0.0": "superseded", "2.0.0": "effective"}
    assert office.read(lambda tx: verify_log(tx.connection)).ok


def test_a_version_that_is_revoked_before_its_date_never_begins(office: DemoOffice) -> None:
    text = office.read(lambda tx: tx.definitions.get(AGENCY, SOP, "1.0.0")).text
    for name, value in (("number", "12"), ("created_on", "2026-01-05"), ("effective_on", "2026-01-07")):
        text = text.replace(f"  {name}: null", f'  {name}: "{value}"', 1)
    office.engine.definitions.store("admin", text.replace("version: 1.0.0", "version: 2.0.0", 1))
    for who, verb in (("admin", "submit"), ("kadis", "approve"), ("kadis", "make-effective")):
        office.engine.definitions.move(who, SOP, "2.0.0", verb)
    office.engine.definitions.move("kadis", SOP, "2.0.0", "revoke")
    office.clock.set("2026-01-08T08:00+08:00")
    Sweep(office.engine.context).settle(office.clock.now())
    assert statuses(office) == {"1.0.0": "effective", "2.0.0": "revoked"}


def test_a_version_that_a_wrong_one_replaced_is_reinstated_by_its_approver(office: DemoOffice) -> None:
    approved(office, "2.0.0")
    office.engine.definitions.move("kadis", SOP, "2.0.0", "make-effective")
    office.engine.definitions.move("kadis", SOP, "2.0.0", "revoke", reason="Salah tenggat")
    with pytest.raises(NotFound, match="can be reinstated"):
        office.engine.cases.start("kadis", SOP, period="2026-Q1")
    with pytest.raises(NotAllowed):
        office.engine.definitions.move("admin", SOP, "1.0.0", "reinstate")
    office.engine.definitions.move("kadis", SOP, "1.0.0", "reinstate", reason="Versi 2.0.0 salah")
    assert statuses(office) == {"1.0.0": "effective", "2.0.0": "revoked"}
    office.engine.cases.start("kadis", SOP, period="2026-Q1")
    assert office.read(lambda tx: verify_log(tx.connection)).ok


def test_reinstating_replaces_the_version_in_force(office: DemoOffice) -> None:
    approved(office, "2.0.0")
    office.engine.definitions.move("kadis", SOP, "2.0.0", "make-effective")
    office.engine.definitions.move("kadis", SOP, "1.0.0", "reinstate")
    assert statuses(office) == {"1.0.0": "effective", "2.0.0": "superseded"}
