"""Registers, their rows, what rows were, and reports of imports. Pure."""

from typing import Any, NotRequired

from engine.views.parts import Instant, Shape


class RegisterItem(Shape):
    id: str
    label: str
    revision: int
    count: int
    may: list[str]


class RegisterColumn(Shape):
    """``given`` says that nobody writes it: it is computed or looked up."""

    id: str
    type: str
    label: str
    help: str | None
    required: bool
    min: Any
    max: Any
    options: list[str]
    items: list[str]
    unit_type: str | None
    register: str | None
    given: bool
    written_by: list[str]
    personal: bool
    retired: bool


class ImportProfileItem(Shape):
    id: str
    ask: list[str]


class Register(RegisterItem):
    version: int
    title: str
    key: list[str]
    unit: str | None
    columns: list[RegisterColumn]
    profiles: list[ImportProfileItem]
    retention: str | None


class StoredRegisterFile(Shape):
    id: str
    label: str
    version: int
    revision: int
    rows_added: int
    stored: bool
    warnings: list[str]


class RowWork(Shape):
    """The open task of the case that wrote a row last."""

    case_id: str
    case_number: str
    task_id: str
    state: str
    assignee: str | None
    due_at: Instant | None
    sla: str


class RegisterRow(Shape):
    """``case`` is the id of the case that wrote it last; null where a person did."""

    row: str
    title: str
    version: int
    values: dict[str, Any]
    retired: bool
    changed_at: Instant
    changed_by: str | None
    case: str | None
    work: NotRequired[RowWork]


class DueRow(Shape):
    """A retired row that was to be kept until a day that is over."""

    row: str
    title: str
    kept_until: str


class WrittenRow(RegisterRow):
    revision: int


class RowForm(Shape):
    """What a person fills in of a row, as JSON Schema, what stands there, and whether this person ``may``."""

    may: bool
    schema: dict[str, Any]
    values: dict[str, Any]


class RowRevision(Shape):
    """What one act made of a row: column → what it was and what it is since."""

    revision: int
    version: int
    at: Instant
    account: str | None
    position: str | None
    act: str
    case_number: str | None
    reason: str | None
    retired: bool
    changes: dict[str, list[Any]]


class RowHistory(Shape):
    items: list[RowRevision]
    next: str | None


class RowGroup(Shape):
    """``filled`` says how many values stand behind a total and an average."""

    group: dict[str, Any]
    count: int
    totals: dict[str, Any]
    averages: dict[str, Any]
    filled: dict[str, int]


class RegisterSummary(Shape):
    groups: list[RowGroup]


class ImportMessage(Shape):
    column: str
    message: str


class ImportItem(Shape):
    """One line of the file, by its number there, and what would become of it."""

    line: int
    verdict: str
    row: str | None
    changes: dict[str, list[Any]]
    messages: list[ImportMessage]


class ImportReport(Shape):
    """What a file would do; nothing is stored yet. ``items`` is one page."""

    id: str
    register: str
    revision: int
    rows: int
    added: int
    changed: int
    unchanged: int
    errors: int
    items: list[ImportItem]
    next: str | None


class ConfirmedImport(Shape):
    id: str
    register: str
    revision: int
    added: int
    changed: int
    unchanged: int
    errors: int
