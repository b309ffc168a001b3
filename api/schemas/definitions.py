"""SOP versions: checked, stored, moved through their lifecycle."""

from typing import Any

from api.schemas.parts import Paging, Shape, Text
from api.schemas.problems import Diagnostic
from documents.document import Format, PaperName
from documents.intake.facts import Confidence


class DefinitionsQuery(Paging):
    pass


class DocumentQuery(Shape):
    format: Format = "pdf"
    paper: PaperName = "f4"


class MoveBody(Shape):
    reason: Text | None = None


class Fact(Shape):
    """One thing that a draft says: how sure it is, why, and where it stands on the paper."""

    path: str
    value: Any
    confidence: Confidence
    why: str
    why_en: str
    at: str
    at_en: str


class PaperReport(Shape):
    """How sure each part of a paper is that was read; ``summary`` counts the facts of each confidence."""

    rows: int
    facts: list[Fact]
    summary: dict[Confidence, int]


class Imported(Shape):
    """A draft as YAML text, which nobody has stored, and how sure each part of it is."""

    yaml: str
    report: PaperReport


class Checked(Shape):
    """Every problem of a text, and what the text is about."""

    problems: list[Diagnostic]
    summary: dict[str, Any]
