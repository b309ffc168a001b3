"""Conformance: which findings, and what is said about them."""

from typing import Annotated

from pydantic import ConfigDict, StringConstraints

from api.schemas.cases import LogQuery
from api.schemas.parts import Reason, Shape


class ConformanceQuery(LogQuery):
    case: Annotated[str, StringConstraints(max_length=200)] | None = None


class ExplanationBody(Shape):
    model_config = ConfigDict(json_schema_extra={"examples": [{"text": "Rapat dicatat sesudah libur"}]})

    text: Reason
