"""SOP versions: checked, stored, moved through their lifecycle."""

from typing import Any

from api.schemas.parts import Instant, Paging, Shape, Text
from api.schemas.problems import Diagnostic
from api.schemas.tasks import Form


class DefinitionsQuery(Paging):
    pass


class DefinitionItem(Shape):
    id: str
    version: str
    title: str
    number: str | None
    status: str
    content_hash: str
    stored_at: Instant
    may_start: bool


class VersionItem(Shape):
    version: str
    status: str
    content_hash: str


class StepItem(Shape):
    id: str
    number: int | None
    label: str
    executor: list[str]


class PeriodRule(Shape):
    type: str
    required: bool


class StartForm(Shape):
    """What is asked when a case starts."""

    period: PeriodRule | None
    fields: Form
    parties: dict[str, Form]


class Definition(DefinitionItem):
    steps: list[StepItem]
    start: StartForm | None
    versions: list[VersionItem]


class DefinitionVersion(DefinitionItem):
    steps: list[StepItem]
    start: StartForm | None
    text: str


class Stored(Shape):
    id: str
    version: str
    title: str
    status: str
    content_hash: str
    warnings: list[str]


class MoveBody(Shape):
    reason: Text | None = None


class Moved(Shape):
    id: str
    version: str
    status: str


class Checked(Shape):
    """Every problem of a text, and what the text is about."""

    problems: list[Diagnostic]
    summary: dict[str, Any]
