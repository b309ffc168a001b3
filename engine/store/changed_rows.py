"""What one act writes to the rows of a case: new rows, columns that changed, what lists are read from."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from functools import cache
from typing import Any

from sqlalchemy import Table, bindparam, delete, text, update

from engine.audit.act import Change
from engine.audit.chain import GENESIS, Head
from engine.cases.case_numbers import in_order
from engine.cases.model import CLAIMABLE, FIELDS, Branch, Case, CaseState, Notice, Task
from engine.store.statements import Statement, Write, insert_into
from engine.tables import BRANCH, CANDIDATE, CASE_MEMBER, NOTICE, SOP_CASE, TASK, Instant
from engine.text.visible import search_text

INSERT_CASE = insert_into(SOP_CASE, (*FIELDS[Case], "search_text", "audit_seq", "audit_head"))
INSERT_PART = {
    BRANCH: insert_into(BRANCH, (*FIELDS[Branch], "ordinal", "audit_seq")),
    TASK: insert_into(TASK, (*FIELDS[Task], "ordinal", "audit_seq", "agency", "sop", "case_number")),
}
INSERT_CANDIDATE = insert_into(CANDIDATE, ("task_id", "seat", "due_at", "agency", "case_number"))
NOTICE_FIELDS = tuple(spec.name for spec in fields(Notice))
INSERT_NOTICE = insert_into(NOTICE, (*NOTICE_FIELDS, "read_at"))
DELETE_CANDIDATES = Statement(delete(CANDIDATE).where(CANDIDATE.c.task_id == bindparam("gone")))
DELETE_MEMBER = Statement(
    delete(CASE_MEMBER).where(
        CASE_MEMBER.c.case_id == bindparam("the_case"), CASE_MEMBER.c.seat == bindparam("gone")
    )
)
INSERT_MEMBER = Statement(
    text(
        "INSERT INTO case_member (case_id, seat, agency, started_at)"
        " VALUES (:case_id, :seat, :agency, :started_at) ON CONFLICT DO NOTHING"
    ).bindparams(bindparam("started_at", type_=Instant))
)


def insert_case(case: Case) -> Write:
    """The row of a new case, as it stands before the head of its chain has moved."""
    # Behind its own first event: that keeps the window open for the branches and tasks that follow.
    values = {name: getattr(case, name) for name in FIELDS[Case]}
    found_by = search_text(case.number, case.title)
    return Write(INSERT_CASE, [{**values, "search_text": found_by, "audit_seq": 0, "audit_head": GENESIS}])


def move_case(case: Case, stood: tuple[int, int], head: Head, change: Change | None) -> Write:
    """The case's own row, moved from the version and place in its chain where it stood; written last."""
    names = (*change.public, *change.private) if change else ()
    values: dict[str, Any] = {f"new_{name}": getattr(case, name) for name in names}
    if "title" in names:
        names = (*names, "search_text")
        values["new_search_text"] = search_text(case.number, case.title)
    values |= {"new_audit_seq": head.seq, "new_audit_head": head.hash}
    values |= {"the_id": case.id, "the_version": stood[0], "the_seq": stood[1]}
    return Write(_update_case(tuple(sorted(names))), [values])


def parts_of(table: Table, state: CaseState, changes: Sequence[Change], seq: int) -> Iterator[Write]:
    """New rows in one statement, then the columns that changed in the others."""
    if not changes:
        return
    parts: dict[str, Any] = {**(state.branches if table is BRANCH else state.tasks)}
    names = FIELDS[Branch] if table is BRANCH else FIELDS[Task]
    beside: dict[str, Any] = {"audit_seq": seq}
    if table is TASK:
        case = state.case
        beside |= {"agency": case.agency, "sop": case.sop, "case_number": in_order(case.number)}
    places = {part_id: ordinal for ordinal, part_id in enumerate(parts, start=1)}
    created = [
        {name: getattr(parts[change.id], name) for name in names} | {"ordinal": places[change.id], **beside}
        for change in changes
        if change.created
    ]
    if created:
        yield Write(INSERT_PART[table], created)
    for change in changes:
        if not change.created:
            changed = tuple(sorted((*change.public, *change.private)))
            part = parts[change.id]
            values = {f"new_{name}": getattr(part, name) for name in changed}
            yield Write(_update_part(table, changed), [values | {"new_audit_seq": seq, "the_id": change.id}])


def candidates(before: CaseState | None, after: CaseState, changes: Iterable[Change]) -> Iterator[Write]:
    gone: list[dict[str, Any]] = []
    fresh: list[dict[str, Any]] = []
    of_case = {"agency": after.case.agency, "case_number": in_order(after.case.number)}
    for change in changes:
        if change.kind != "task":
            continue
        task = after.tasks[change.id]
        old = _waiting(before.tasks.get(change.id)) if before else set()
        new = _waiting(task)
        if old == new:
            continue
        if old:
            gone.append({"gone": task.id})
        fresh += [
            {"task_id": task.id, "seat": seat, "due_at": due, **of_case}
            for seat, due in sorted(new, key=_seat)
        ]
    if gone:
        yield Write(DELETE_CANDIDATES, gone)
    if fresh:
        yield Write(INSERT_CANDIDATE, fresh)


def members(before: CaseState | None, after: CaseState) -> Iterator[Write]:
    known, now = _members(before) if before else set(), _members(after)
    gone, fresh = sorted(known - now), sorted(now - known)
    if gone:
        yield Write(DELETE_MEMBER, [{"the_case": after.case.id, "gone": seat} for seat in gone])
    if fresh:
        case = {"case_id": after.case.id, "agency": after.case.agency, "started_at": after.case.started_at}
        yield Write(INSERT_MEMBER, [{**case, "seat": seat} for seat in fresh])


def _waiting(task: Task | None) -> set[tuple[str, Any]]:
    """The candidate rows of a task: its seats while it can be claimed and nobody has it."""
    if task is None or task.assignee is not None or task.state not in CLAIMABLE:
        return set()
    return {(seat, task.due_at) for seat in task.seats}


def _seat(row: tuple[str, Any]) -> str:
    return row[0]


def _members(state: CaseState) -> set[str]:
    seats = {seat for task in state.tasks.values() for seat in task.seats}
    seats |= {f"@{task.assignee}" for task in state.tasks.values() if task.assignee is not None}
    if state.case.started_by is not None:
        seats.add(f"@{state.case.started_by}")
    return seats


def notices_written(notices: Sequence[Notice]) -> Write:
    return Write(INSERT_NOTICE, [_notice(notice) for notice in notices])


def _notice(notice: Notice) -> dict[str, Any]:
    return {name: getattr(notice, name) for name in NOTICE_FIELDS} | {"read_at": None}


@cache
def _update_case(names: tuple[str, ...]) -> Statement:
    return Statement(
        update(SOP_CASE)
        .where(
            SOP_CASE.c.id == bindparam("the_id"),
            SOP_CASE.c.version == bindparam("the_version"),
            SOP_CASE.c.audit_seq == bindparam("the_seq"),
        )
        .values(_new(SOP_CASE, (*names, "audit_seq", "audit_head")))
    )


@cache
def _update_part(table: Table, names: tuple[str, ...]) -> Statement:
    values = _new(table, (*names, "audit_seq"))
    return Statement(update(table).where(table.c.id == bindparam("the_id")).values(values))


def _new(table: Table, names: Iterable[str]) -> dict[str, Any]:
    return {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in names}
