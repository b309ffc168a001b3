"""SOP versions: what they are called, what they ask, what became of them. Pure."""

from engine.views.parts import Instant, Shape
from engine.views.tasks import Form


class DefinitionItem(Shape):
    id: str
    version: str
    title: str
    number: str | None
    status: str
    begins_on: str | None
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


class WholeDefinition(DefinitionItem):
    steps: list[StepItem]
    start: StartForm | None


class Definition(WholeDefinition):
    versions: list[VersionItem]


class DefinitionVersion(WholeDefinition):
    text: str


class Stored(Shape):
    id: str
    version: str
    title: str
    status: str
    content_hash: str
    warnings: list[str]


class MovedVersion(Shape):
    id: str
    version: str
    status: str
    begins_on: str | None
