"""What storage tests start from: a migrated store, cases and acts that no SOP had to decide."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection
from sqlalchemy.engine import make_url

from engine.audit.act import Act
from engine.audit.chain import AuditDetail
from engine.cases.model import Branch, Case, CaseState, CaseStatus, Notice, Task, TaskStatus
from engine.organisation import (
    Account,
    AgencyInfo,
    Decree,
    Holding,
    Organisation,
    Position,
    Team,
    Term,
    Unit,
)
from engine.store import Tx
from engine.store.audit_reader import read_log
from migrations import migrate
from tests.support.postgres import DatabaseUrls

NOW = datetime(2026, 1, 5, 0, 0, tzinfo=UTC)
A_TEAM = Team(
    "tim",
    "Tim",
    Decree("1/2026", date(2026, 1, 2)),
    "kepala",
    ("kabid",),
    ("kadis",),
    valid_from=date(2026, 1, 2),
    terms=(Term(Decree("1/2025"), members=("kabid",), valid_to=date(2026, 1, 1)),),
)
_numbers = count(1)


def migrated(urls: DatabaseUrls) -> None:
    """For `database_factory`: the schema, and on PostgreSQL the rights of the application role."""
    migrate(urls.migration_url, make_url(urls.database_url).username)


def details_of(connection: Connection, streams: Sequence[str]) -> dict[tuple[str, int], AuditDetail]:
    """What stands beside the events of these streams."""
    return {
        (detail.stream, detail.seq): detail
        for _, detail in read_log(connection, streams)
        if detail is not None
    }


def an_act(name: str = "task.claim", minutes: int = 0, **given: Any) -> Act:
    values: dict[str, Any] = {"account": "kadis", "subject": "subject", **given}
    return Act(name=name, at=NOW + timedelta(minutes=minutes), **values)


def a_case(**given: Any) -> Case:
    case_id = str(uuid4())
    values: dict[str, Any] = {
        "id": case_id,
        "number": f"N-{next(_numbers)}-{case_id[:8]}",
        "agency": "disdag",
        "sop": "nine-steps",
        "sop_version": "1.0.0",
        "definition_hash": "0" * 64,
        "title": "Perbaikan",
        "period": None,
        "state": CaseStatus.RUNNING,
        "started_by": "kadis",
        "started_at": NOW,
        "received_at": NOW,
    }
    return Case(**values | given)


def a_task(case_id: str, **given: Any) -> Task:
    values: dict[str, Any] = {
        "id": str(uuid4()),
        "case_id": case_id,
        "branch_id": None,
        "branch": None,
        "step_id": "s1",
        "visit": 1,
        "state": TaskStatus.READY,
        "seats": ("sekretaris", "kabid"),
        "ready_at": NOW,
        "due_at": NOW + timedelta(days=1),
        "calendar_version": "v1",
    }
    return Task(**values | given)


def a_branch(case_id: str, key: str = "bid-pdn", **given: Any) -> Branch:
    values: dict[str, Any] = {
        "id": str(uuid4()),
        "case_id": case_id,
        "block": "per-bidang",
        "round": 1,
        "key": key,
        "unit": key,
        "opened_at": NOW,
    }
    return Branch(**values | given)


def a_notice(case_id: str, **given: Any) -> Notice:
    values: dict[str, Any] = {
        "id": str(uuid4()),
        "account": "kadis",
        "kind": "task_new",
        "case_id": case_id,
        "task_id": None,
        "at": NOW,
        "text": "Tugas baru",
    }
    return Notice(**values | given)


def a_started_case(*tasks: dict[str, Any], **given: Any) -> CaseState:
    """A case with one task per given set of values (one plain task when none is given)."""
    state = CaseState(a_case(**given))
    for values in tasks or ({},):
        state.put(a_task(state.case.id, **values))
    return state


def an_organisation(**given: Any) -> Organisation:
    values: dict[str, Any] = {
        "version": 1,
        "agency": AgencyInfo("disdag", "Dinas", "Disdag", "Asia/Makassar", "asn-5hk", "disdag.example"),
        "units": (Unit("sekretariat", "sekretariat", "Sekretariat"), Unit("bid", "bidang", "Bidang")),
        "positions": (
            Position("kepala", "Kepala", "disdag", "II", ("kepala_dinas",)),
            Position("kabid", "Kabid", "bid", "III", ("kepala_bidang",), "kepala"),
        ),
        "holdings": (
            Holding("h1", "kadis", "kepala", valid_from=date(2025, 1, 1)),
            Holding("h2", "kabid", "kabid", "plt", date(2025, 1, 1), date(2026, 12, 31), "800/1"),
        ),
        "teams": (A_TEAM,),
        "accounts": (
            Account("kadis", "Nama Kepala"),
            Account("kabid", "Nama Kabid", frozenset({"auditor", "admin"})),
        ),
    }
    return Organisation(**values | given)


def erased(tx: Tx, stream: str, details: dict[str, list[int]], act: Act) -> int:
    """Erase details by an event that changes nothing else; how many there were."""
    with tx.audit.erasure(stream, details, act) as gone:
        return gone
