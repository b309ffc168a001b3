"""SOP versions: checked, stored, moved through their lifecycle."""

from typing import Any

from api.schemas.parts import Paging, Shape, Text
from api.schemas.problems import Diagnostic
from documents.document import Format, PaperName


class DefinitionsQuery(Paging):
    pass


class DocumentQuery(Shape):
    format: Format = "pdf"
    paper: PaperName = "f4"


class MoveBody(Shape):
    reason: Text | None = None


class Checked(Shape):
    """Every problem of a text, and what the text is about."""

    problems: list[Diagnostic]
    summary: dict[str, Any]
