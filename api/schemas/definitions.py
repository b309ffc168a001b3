"""SOP versions: checked, stored, moved through their lifecycle."""

from typing import Any

from api.schemas.parts import Paging, Shape, Text
from api.schemas.problems import Diagnostic


class DefinitionsQuery(Paging):
    pass


class MoveBody(Shape):
    reason: Text | None = None


class Checked(Shape):
    """Every problem of a text, and what the text is about."""

    problems: list[Diagnostic]
    summary: dict[str, Any]
