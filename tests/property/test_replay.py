"""After any walk the events alone give the stored state, the chain is whole, and the timing rows add up."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings

from engine.access.actor import HOST
from engine.audit.replay import difference, replay
from engine.cases.migration import CLOCKS, Clock
from engine.commands.definitions.migrations import Wish
from engine.sop.defaults import is_recorded
from engine.store.audit_reader import read_events, verify_log
from engine.store.stored_state import public_state
from tests.support.office_in_memory import DEFINITIONS
from tests.support.random_walks import SEEDS, WITHOUT_SHRINKING, Walk

STEPS = 50
_VERSION = re.compile(r"^version: .*$", re.MULTILINE)
_LONGER = re.compile(r"(\btime: )30m")


@pytest.mark.parametrize("sop", DEFINITIONS)
@settings(WITHOUT_SHRINKING, max_examples=4)
@given(seed=SEEDS)
def test_replay_gives_the_stored_state_and_the_rows_add_up(sop: str, seed: int) -> None:
    walk = Walk.begun(sop, seed)
    for _ in range(walk.chance.randrange(STEPS)):
        if not walk.runs:
            break
        walk.wait()
        walk.step()
    if walk.chance.random() < 0.5:
        walk.lead_to_the_end()
    require_replayed(walk)
    require_rows_that_add_up(walk)


def require_replayed(walk: Walk) -> None:
    stream = f"case:{walk.case_id}"
    store = walk.engine.context.store
    stored = store.read(lambda connection: list(read_events(connection, [stream])))
    assert len(stored) == walk.state.case.version
    assert difference(public_state(walk.state), replay(event.body for event in stored)) is None, walk.path
    report = store.read(lambda connection: verify_log(connection, streams=[stream]))
    assert report.ok, report.faults


def require_rows_that_add_up(walk: Walk) -> None:
    reader = walk.reader()
    timing = walk.engine.queries.cases.timing(reader, walk.case_id)
    rows, totals = timing["items"], timing["totals"]
    assert totals["visits"] == len(rows)
    for column in ("waiting_minutes", "working_minutes", "standard_minutes"):
        assert totals[column] == sum(row[column] or 0 for row in rows)
    assert totals["late_visits"] == sum(1 for row in rows if row["late_minutes"])
    for row in rows:
        require_row(walk, row)


def require_row(walk: Walk, row: dict[str, Any]) -> None:
    for column in ("waiting_minutes", "working_minutes", "hold_minutes", "late_minutes"):
        assert row[column] is None or row[column] >= 0, (row, walk.path)
    if row["finished_at"] is None:
        assert row["working_minutes"] is None
        return
    if row["standard_minutes"] is not None:
        assert row["difference_minutes"] == row["working_minutes"] - row["standard_minutes"]
    if row["due_at"] is not None and row["late_minutes"]:
        assert instant(row["finished_at"]) > instant(row["due_at"])
    if not is_recorded(walk.definition, walk.definition.step(row["step_id"])):
        # What an outside party did may have been done before it was asked for.
        assert instant(row["ready_at"]) <= instant(row["finished_at"]), (row, walk.path)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize("sop", DEFINITIONS)
@settings(WITHOUT_SHRINKING, max_examples=3)
@given(seed=SEEDS)
def test_replay_gives_the_stored_state_of_a_case_that_has_changed_its_version(sop: str, seed: int) -> None:
    walk = Walk.begun(sop, seed)
    for _ in range(walk.chance.randrange(STEPS)):
        if walk.runs:
            walk.wait()
            walk.step()
    agency, old = walk.state.case.agency, walk.state.case.sop_version
    new = f"9.{walk.chance.randrange(10_000)}.{walk.chance.randrange(10_000)}"
    text = walk.ground.read(lambda tx: tx.definitions.require(agency, sop, old).text)
    text = _VERSION.sub(f'version: "{new}"', text, count=1)
    walk.engine.definitions.store(HOST, _LONGER.sub(r"\g<1>45m", text), as_demonstration=True)
    clock: Clock = walk.chance.choice(CLOCKS)
    wish = Wish(sop=sop, old=old, new=new, clock=clock)
    plan = walk.engine.migrations.foreseen(HOST, wish)
    walk.engine.migrations.apply(HOST, wish, plan["digest"])
    verdicts = {case["case_number"]: case["verdict"] for case in plan["cases"]}
    moved = verdicts.get(walk.state.case.number) == "ok"
    assert walk.state.case.sop_version == (new if moved else old)
    for _ in range(5):
        if walk.runs:
            walk.step()
    require_replayed(walk)
