"""The SOP as data: one frozen class per noun of ``sop/v1``, its fields named as the YAML keys.

A key that is a Python keyword carries a trailing underscore here (``return_``, ``from_``). Markers in
``Annotated`` say how ``reading`` turns a scalar into the field; ``schema`` reads the same markers.
"""

from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Literal

from engine.calendar.durations import Duration
from engine.sop.exits import Decide, Deviations, Numbering, Outcome, Sign, StartSop
from engine.sop.identity import Identity
from engine.sop.register_use import RegisterLookup, RowsFrom, Write
from engine.sop.vocabulary import (
    Assign,
    Basis,
    ClockKind,
    Expression,
    FieldType,
    Mark,
    PeriodType,
    Ref,
    Setting,
    Slug,
    Stage,
    Status,
    StepKind,
)

STARTER = "case.started_by"
"""Where a role comes from that means whoever started the case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    label: str
    per: str | None = None  # agency, or a unit type: bidang, unit (the branch's own unit), seksi …
    many: bool = False
    team: Slug | None = None
    from_: Ref | None = None
    system: bool = False
    supervisor_of: Slug | None = None
    fallback: Slug | None = None
    external: bool = False
    recorded_by: Slug | None = None
    level: str | None = None
    calendar: Slug | None = None  # by which its steps count their time


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    label: str
    versioned: bool = False
    evidence: bool = False
    allow_url: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a form, of the case's start form, of a party, or one column of a table."""

    id: Slug
    type: FieldType
    label: str
    help: str | None = None
    required: bool = False
    required_if: Expression | None = None
    unique: bool = False  # of a column: no two rows have the same
    readonly: bool = False
    default: Setting = None
    default_from: Ref | None = None
    compute: Expression | None = None
    min: Annotated[float | str | None, Mark.ANY] = None
    max: Annotated[float | str | None, Mark.ANY] = None
    options: tuple[str, ...] = ()
    options_from: Ref | None = None
    items: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    columns: "tuple[Field, ...]" = ()
    rows: tuple[str, ...] = ()
    rows_from: RowsFrom | None = None
    rows_where: Expression | None = None
    add_rows: bool = False
    group_by: Annotated[tuple[Ref, ...], Mark.ONE_OR_MANY] = ()
    from_: Ref | None = None
    document: Slug | None = None
    unit_type: str | None = None
    to: Ref | None = None
    role: Literal["work_start", "work_end", "received", "done_at"] | None = None
    register: Slug | None = None
    where: Expression | None = None
    lookup: RegisterLookup | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FormRule:
    require: Expression
    when: Expression | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    fields: tuple[Field, ...]
    rules: tuple[FormRule, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    type: PeriodType
    required: bool = False
    unique: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRules:
    """How a case of this SOP is named, what is asked at its start, and how it may end."""

    title: str | None = None
    prefix: Annotated[str | None, Mark.PREFIX] = None
    period: Period | None = None
    confidential: Literal["internal", "restricted"] | None = None
    fields: tuple[Field, ...] = ()
    parties: dict[Slug, tuple[Field, ...]] = field(default_factory=dict)
    results: dict[Slug, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleOpen:
    working_days_before_window: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """One reporting window: ``period`` (Q1 … Q4, H1, H2, a month or year), month 1-12, week 1-4.

    ``year`` is that of the window against the period; left out, one before its period is of the next year.
    """

    period: str
    month: int
    week: int
    year: Literal["same", "next", "previous"] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """How a case starts: by hand, on a schedule, or from another SOP."""

    type: Literal["manual", "schedule", "from_sop"]
    by: Annotated[tuple[Slug, ...], Mark.ONE_OR_MANY] = ()
    open: ScheduleOpen | None = None
    windows: tuple[Window, ...] = ()
    empty_window: Literal["next_working_day", "previous_working_day"] = "next_working_day"
    sop: Slug | None = None
    outcome: Slug | None = None
    passes: tuple[Slug, ...] = ()
    basis: Basis | dict[str, Basis] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A date instead of pickup + time; a plain path stands for ``at``.

    ``before`` and ``after`` are a reference and a distance; ``days_of_month`` are days of the case's
    period (the first opens, the last closes) shifted by ``offset`` months.
    """

    SHORT: ClassVar[str] = "at"
    EXAMPLE: ClassVar[str] = "{after: [case.started, 3wd]}"
    at: Ref | None = None
    before: tuple[Ref, Duration] | None = None
    after: tuple[Ref, Duration] | None = None
    days_of_month: tuple[int, ...] = ()
    offset: int = 0
    free_day: Literal["next", "previous"] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    at: Slug
    due: Due
    basis: Basis | dict[str, Basis] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sla:
    calendar: Slug | None = None
    pickup: Duration | None = None
    on_return: Annotated[str, Mark.ANY] = "full"  # full, remaining, or a duration
    case_target: Annotated[str, Mark.ANY] = "auto"  # auto, or a duration
    milestones: dict[Slug, Milestone] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ForEach:
    """What makes the branches of a block: a unit field, unit types, or the rows of a table."""

    unit: str | None = None
    from_: Ref | None = None
    units: tuple[str, ...] = ()
    rows: Ref | None = None
    as_: Slug | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    label: str | None = None
    for_each: ForEach | None = None
    steps: tuple[Slug, ...] = ()
    branches: tuple[tuple[Slug, ...], ...] = ()
    join: Literal["all"] = "all"
    next: Slug | None = None
    basis: Basis | dict[str, Basis] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One thing at hand before or produced by a step; a plain id stands for ``doc``."""

    SHORT: ClassVar[str] = "doc"
    doc: Slug | None = None
    any_of: tuple[Slug, ...] = ()
    text: str | None = None
    when: Expression | None = None
    copies: int | None = None
    from_: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Remarks:
    SHORT: ClassVar[str] = "text"
    text: str
    sop: Slug | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee:
    label: str
    amount: Annotated[float | str | None, Mark.ANY] = None  # a number or an expression
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeBy:
    """Other standard times by what a choice or an outcome says; a value that is not listed has ``time``."""

    EXAMPLE: ClassVar[str] = "{field: case.fields.prioritas, times: {tinggi: 4h}}"
    field: Ref
    times: dict[str, Duration]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One row of the SOP table, or one act of a row that several steps share."""

    # Only the first step of a shared row has to say what is done and how long it takes.
    UNLESS: ClassVar[tuple[str, tuple[str, ...]]] = ("row", ("activity", "time"))
    id: Slug
    number: int | None = None
    printed: str | None = None
    row: Annotated[str | None, Mark.SLUG] = None
    stage: Stage | None = None
    activity: str = ""
    label: str | None = None
    client: str | None = None
    kind: StepKind | None = None
    when: Expression | None = None
    executor: Annotated[tuple[Slug, ...], Mark.ONE_OR_MANY] = ()  # only an auto step may go without
    participants: Annotated[tuple[Slug, ...], Mark.ONE_OR_MANY] = ()
    informed: Annotated[tuple[Slug, ...], Mark.ONE_OR_MANY] = ()
    assign: Assign | None = None
    decide: Decide | None = None
    requirements: tuple[Requirement, ...] = ()
    time: Annotated[Duration | None, Mark.TIME] = None  # None is written `none`
    time_text: str | None = None
    time_per: Ref | None = None
    time_by: TimeBy | None = None
    calendar: Slug | None = None
    pickup: Duration | None = None
    due: Due | None = None
    not_before: Due | None = None
    output: tuple[Requirement, ...] = ()
    remarks: Remarks | None = None
    fee: Slug | None = None
    form: Slug | None = None
    sign: Sign | None = None
    notify: Annotated[tuple[Slug, ...], Mark.ONE_OR_MANY] = ()
    set: dict[Ref, Setting] = field(default_factory=dict)
    write: Annotated[tuple[Write, ...], Mark.ONE_OR_MANY] = ()
    numbering: Numbering | None = None
    result: Slug | None = None
    clock: ClockKind | None = None
    milestone: Slug | None = None
    strategic: bool = False
    allow_progress: bool = False
    not_same_person_as: Annotated[tuple[Slug, ...], Mark.ONE_OR_MANY] = ()
    not_same_unit_as_branch: bool = False
    next: Slug | None = None
    outcomes: dict[Slug, Outcome] = field(default_factory=dict)
    start_sop: Annotated[tuple[StartSop, ...], Mark.ONE_OR_MANY] = ()
    after: Annotated[tuple[Slug, ...], Mark.ONE_OR_MANY] = ()  # of a line of a block: lines that come before
    basis: Basis | dict[str, Basis] | None = None

    @property
    def doers(self) -> tuple[Slug, ...]:
        """The roles whose holders do the step: all that are listed, or the first where it leads others."""
        return self.executor[:1] if self.assign in (None, "lead") else self.executor

    @property
    def companions(self) -> tuple[Slug, ...]:
        """The listed roles that take part while the first one leads."""
        return self.executor[len(self.doers) :]


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """One SOP version as its file writes it; ``defaults.resolved`` fills what the file leaves out."""

    schema: Literal["sop/v1"]
    id: Slug
    version: Annotated[str, Mark.SEMVER]
    status: Status = "draft"
    identity: Identity
    roles: dict[Slug, Role]
    documents: dict[Slug, Document] = field(default_factory=dict)
    case: CaseRules = field(default_factory=CaseRules)
    triggers: tuple[Trigger, ...] = ()
    sla: Sla = field(default_factory=Sla)
    escalation: Slug | None = None
    fees: dict[Slug, Fee] = field(default_factory=dict)
    blocks: dict[Slug, Block] = field(default_factory=dict)
    steps: tuple[Step, ...]
    deviations: Deviations = field(default_factory=Deviations)
    forms: dict[Slug, Form] = field(default_factory=dict)

    def step(self, step_id: str) -> Step:
        """The step of this id; KeyError when the definition has none."""
        for step in self.steps:
            if step.id == step_id:
                return step
        raise KeyError(step_id)

    def block_of(self, step_id: str) -> str | None:
        """The id of the block that a step belongs to, or None on the main line."""
        for block_id, block in self.blocks.items():
            if step_id in block.steps or any(step_id in branch for branch in block.branches):
                return block_id
        return None
