"""Days on which people are not there, and what they mean."""

from typing import Any

from pydantic import ConfigDict

from api.schemas.parts import Day, Name, Shape, SomeDay
from engine.organisation.model import AbsenceKind

EXAMPLE: dict[str, Any] = {"kind": "dinas_luar", "valid_from": "2026-01-19", "valid_to": "2026-01-23"}


class AbsenceBody(Shape):
    """Without ``person`` for yourself; without ``valid_to`` until it is ended. There is no free text."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    person: Name | None = None
    kind: AbsenceKind
    valid_from: SomeDay
    valid_to: Day = None
