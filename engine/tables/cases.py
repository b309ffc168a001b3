"""Cases, branches, tasks and what is derived from them for lists.

Columns are the fields of engine/cases/model.py, plus ``ordinal`` (order of creation in the case) and the
place in the audit chain.
"""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, CheckConstraint, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from engine.cases.model import BranchStatus, CaseStatus, TaskStatus
from engine.tables.columns import EMPTY, IN_KEY_ORDER, IN_ORDER, Instant, Names, OneOf, StoredJson, one_of
from engine.tables.conditions import OPEN_CASE, OPEN_TASK, partial

ACTING_KINDS = ("definitive", "plt", "plh")
IN_THE_LOG = ("ready_at", "case_id", "ordinal")
"""The order of the timing log; a visit has its place there for ever."""
NOTICE_KINDS = (
    "task_new",
    "task_returned",
    "task_reassigned",
    "reminder",
    "overdue",
    "not_picked_up",
    "escalation",
    "case_finished",
    "digest",
    "absence",
    "mandate",
    "note",
    "sop",
)


class CaseState(OneOf):
    cache_ok = True
    kind: ClassVar = CaseStatus


class BranchState(OneOf):
    cache_ok = True
    kind: ClassVar = BranchStatus


class TaskState(OneOf):
    cache_ok = True
    kind: ClassVar = TaskStatus


class CaseRow(SQLModel, table=True):
    __tablename__ = "sop_case"
    __table_args__ = (
        one_of("state", CaseStatus),
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint("audit_seq >= 0", name="audit_seq"),
        UniqueConstraint("agency", "number"),
        Index("ix_sop_case_list", "agency", "started_at", "id"),
        Index("ix_sop_case_sop", "agency", "sop", "started_at", "id"),
        Index("ix_sop_case_parent", "parent_task_id"),
        partial("ix_sop_case_child", "parent_id", where="parent_id IS NOT NULL"),
        partial("ix_sop_case_open", "agency", "id", where=OPEN_CASE),
        partial("ix_sop_case_period", "agency", "sop", "period", where="period IS NOT NULL"),
    )

    id: str = Field(primary_key=True, sa_type=Text)
    number: str = Field(sa_type=Text)
    agency: str = Field(sa_type=Text)
    sop: str = Field(sa_type=Text)
    sop_version: str = Field(sa_type=Text)
    definition_hash: str = Field(sa_type=Text)
    title: str = Field(sa_type=Text)
    search_text: str = Field(
        sa_type=Text, sa_column_kwargs={"server_default": ""}
    )  # number and title, folded
    period: str | None = Field(sa_type=Text)
    state: CaseStatus = Field(sa_type=CaseState)
    result: str | None = Field(sa_type=Text)
    version: int
    started_by: str | None = Field(sa_type=Text)
    started_at: datetime = Field(sa_type=Instant)
    received_at: datetime = Field(sa_type=Instant)
    completed_at: datetime | None = Field(sa_type=Instant)
    suspended_at: datetime | None = Field(sa_type=Instant)
    fields: dict[str, Any] = Field(sa_type=StoredJson)
    parties: dict[str, Any] = Field(sa_type=StoredJson)
    values: dict[str, Any] = Field(sa_type=StoredJson)
    documents: dict[str, Any] = Field(sa_type=StoredJson)
    parent_id: str | None = Field(foreign_key="sop_case.id", sa_type=Text)
    parent_task_id: str | None = Field(sa_type=Text)
    parent_row: str | None = Field(sa_type=Text)
    waited: bool
    corrects_id: str | None = Field(foreign_key="sop_case.id", sa_type=Text)
    deviated: bool
    audit_seq: int = Field(sa_type=BigInteger)
    audit_head: str = Field(sa_type=Text)


class BranchRow(SQLModel, table=True):
    __tablename__ = "branch"
    __table_args__ = (
        one_of("state", BranchStatus),
        CheckConstraint("round >= 1", name="round"),
        UniqueConstraint("case_id", "ordinal"),
        UniqueConstraint("case_id", "block", "round", "key"),
    )

    id: str = Field(primary_key=True, sa_type=Text)
    case_id: str = Field(foreign_key="sop_case.id", sa_type=Text)
    block: str = Field(sa_type=Text)
    round: int
    key: str = Field(sa_type=Text)
    unit: str | None = Field(sa_type=Text)
    item: dict[str, Any] | None = Field(sa_type=StoredJson)
    state: BranchStatus = Field(sa_type=BranchState)
    opened_at: datetime = Field(sa_type=Instant)
    done_at: datetime | None = Field(sa_type=Instant)
    ordinal: int
    audit_seq: int = Field(sa_type=BigInteger)


class TaskRow(SQLModel, table=True):
    __tablename__ = "task"
    __table_args__ = (
        one_of("state", TaskStatus),
        one_of("resume_to", TaskStatus),
        one_of("acting_kind", ACTING_KINDS),
        CheckConstraint("visit >= 1", name="visit"),
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint("hold_minutes >= 0 AND worked_minutes >= 0", name="minutes"),
        # With a suspended case even those that nobody has taken are on hold.
        CheckConstraint(
            "assignee IS NOT NULL OR state NOT IN ('in_progress', 'on_hold')"
            " OR (state = 'on_hold' AND COALESCE(resume_to, '') IN ('ready', 'assigned'))",
            name="held_by_one",
        ),
        UniqueConstraint("case_id", "ordinal"),
        partial(
            "ix_task_mine",
            "assignee",
            "due_at",
            "case_number",
            "id",
            where=f"assignee IS NOT NULL AND {OPEN_TASK}",
        ),
        partial(
            "ix_task_unit",
            "agency",
            "position",
            "due_at",
            "case_number",
            "id",
            where=OPEN_TASK,
        ),
        partial(
            "ix_task_helped",
            "helper",
            "due_at",
            "case_number",
            "id",
            where=f"helper IS NOT NULL AND {OPEN_TASK}",
        ),
        partial(
            "ix_task_done", "assignee", "finished_at", "case_number", "id", where="finished_at IS NOT NULL"
        ),
        Index("ix_task_log", "agency", *IN_THE_LOG),
        Index("ix_task_log_sop", "agency", "sop", *IN_THE_LOG),
        Index("ix_task_log_position", "agency", "position", *IN_THE_LOG),
    )

    id: str = Field(primary_key=True, sa_type=Text)
    case_id: str = Field(foreign_key="sop_case.id", sa_type=Text)
    branch_id: str | None = Field(foreign_key="branch.id", sa_type=Text)
    branch: str | None = Field(sa_type=Text)
    step_id: str = Field(sa_type=Text)
    visit: int
    state: TaskStatus = Field(sa_type=TaskState)
    version: int
    group_id: str | None = Field(sa_type=Text)
    approval_of: str | None = Field(sa_type=Text)
    seats: tuple[str, ...] = Field(sa_type=Names)
    position: str | None = Field(sa_type=Text)
    acting_kind: str | None = Field(sa_type=Text)
    assignee: str | None = Field(sa_type=Text)
    helper: str | None = Field(sa_type=Text)
    helped_by: tuple[str, ...] = Field(sa_type=Names, sa_column_kwargs=EMPTY)
    waived: tuple[str, ...] = Field(sa_type=Names, sa_column_kwargs=EMPTY)
    origin_id: str | None = Field(sa_type=Text)
    returned_by: str | None = Field(sa_type=Text)
    ready_at: datetime = Field(sa_type=Instant)
    not_before: datetime | None = Field(sa_type=Instant)
    pickup_due_at: datetime | None = Field(sa_type=Instant)
    due_at: datetime | None = Field(sa_type=Instant)
    standard_minutes: int | None
    viewed_at: datetime | None = Field(sa_type=Instant)
    claimed_at: datetime | None = Field(sa_type=Instant)
    held_at: datetime | None = Field(sa_type=Instant)
    held_class: str | None = Field(sa_type=Text)
    held_until: datetime | None = Field(sa_type=Instant)
    resume_to: TaskStatus | None = Field(sa_type=TaskState)
    finished_at: datetime | None = Field(sa_type=Instant)
    worked_minutes: int
    hold_minutes: int
    waiting_minutes: int | None
    working_minutes: int | None
    late_minutes: int | None
    calendar_version: str = Field(sa_type=Text)
    outcome: str | None = Field(sa_type=Text)
    deviation: bool
    scope: tuple[str, ...] = Field(sa_type=Names)
    pending_next: str | None = Field(sa_type=Text)
    escalation_stage: str | None = Field(sa_type=Text)
    reason: str | None = Field(sa_type=Text)
    ticks: tuple[str, ...] = Field(sa_type=Names)
    draft: dict[str, Any] | None = Field(sa_type=StoredJson)
    data: dict[str, Any] | None = Field(sa_type=StoredJson)
    replaced: dict[str, Any] | None = Field(sa_type=StoredJson)
    ordinal: int
    audit_seq: int = Field(sa_type=BigInteger)
    agency: str | None = Field(sa_type=Text)  # its case's, as the SOP: never empty, the guard sees to it
    sop: str | None = Field(sa_type=Text)
    case_number: str = Field(sa_type=IN_ORDER, sa_column_kwargs={"server_default": ""})  # as it sorts


class CandidateRow(SQLModel, table=True):
    """A seat that may claim a task nobody has taken; rows exist exactly while that is so.

    A seat means something only together with its agency: two of them may name a position alike.
    """

    __tablename__ = "candidate"
    __table_args__ = (
        Index("ix_candidate_seat", "agency", "seat", "due_at", "case_number", "task_id"),
        IN_KEY_ORDER,
    )

    task_id: str = Field(primary_key=True, foreign_key="task.id", sa_type=Text)
    seat: str = Field(primary_key=True, sa_type=Text)
    due_at: datetime | None = Field(sa_type=Instant)
    agency: str = Field(sa_type=Text)
    case_number: str = Field(sa_type=IN_ORDER, sa_column_kwargs={"server_default": ""})  # as it sorts


class CaseMemberRow(SQLModel, table=True):
    """A seat that has or had a part in a case, for lists: exactly whom the case itself shows it to."""

    __tablename__ = "case_member"
    __table_args__ = (
        Index("ix_case_member_seat", "agency", "seat", "started_at", "case_id"),
        IN_KEY_ORDER,
    )

    case_id: str = Field(primary_key=True, foreign_key="sop_case.id", sa_type=Text)
    seat: str = Field(primary_key=True, sa_type=Text)
    agency: str = Field(sa_type=Text)
    started_at: datetime | None = Field(sa_type=Instant)  # its case's, never empty: the guard sees to it


class NoticeRow(SQLModel, table=True):
    __tablename__ = "notice"
    __table_args__ = (
        one_of("kind", NOTICE_KINDS),
        Index("ix_notice_account", "account", "at", "id"),
        partial("ix_notice_unread", "account", "at", "id", where="read_at IS NULL"),
        Index("ix_notice_case", "case_id"),
        partial("ux_notice_stage", "task_id", "stage", "account", where="stage IS NOT NULL", unique=True),
        IN_KEY_ORDER,
    )

    id: str = Field(primary_key=True, sa_type=Text)
    account: str = Field(sa_type=Text)
    kind: str = Field(sa_type=Text)
    case_id: str | None = Field(foreign_key="sop_case.id", sa_type=Text)
    task_id: str | None = Field(foreign_key="task.id", sa_type=Text)
    at: datetime = Field(sa_type=Instant)
    text: str = Field(sa_type=Text)
    stage: str | None = Field(sa_type=Text)
    read_at: datetime | None = Field(sa_type=Instant)
