"""SOP versions: what they are called, what they ask, what became of them. Pure."""

from typing import Literal

from typing_extensions import TypedDict

from engine.views.parts import Instant, Shape
from engine.views.tasks import Form


class CatalogueNode(Shape):
    """An SOP: in force, a draft, or only named by others."""

    sop: str
    title: str
    status: Literal["effective", "draft", "named"]


_CatalogueEdge = TypedDict(
    "_CatalogueEdge",
    {"from": str, "to": str, "kind": Literal["starts", "waits", "related", "remark"]},
)


class CatalogueEdge(Shape, _CatalogueEdge):
    """What one SOP has to do with another: it starts it, waits for it, or names it."""


class CatalogueRegister(Shape):
    sop: str
    register: str
    reads: bool
    writes: bool


class Catalogue(Shape):
    """How the SOPs of an agency hang together."""

    nodes: list[CatalogueNode]
    edges: list[CatalogueEdge]
    registers: list[CatalogueRegister]


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


class Acknowledged(Shape):
    id: str
    version: str
    acknowledged_at: Instant
