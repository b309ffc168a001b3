"""Exports for process mining and modelling: of what, and in which format."""

from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from api.schemas.parts import Shape
from reports.processes.export import Format

Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Time = Annotated[str, StringConstraints(max_length=40)]


class ExportQuery(Shape):
    model_config = ConfigDict(populate_by_name=True)

    format: Format
    sop: Name | None = Field(default=None, description="Required for pnml and bpmn, unless a case is named.")
    from_: Annotated[
        Time | None,
        Field(alias="from", description="A date, or an RFC 3339 instant.", examples=["2026-01-01"]),
    ] = None
    to: Annotated[
        Time | None,
        Field(description="A date (its whole day counts), or an instant.", examples=["2026-03-31"]),
    ] = None
    case: Name | None = Field(default=None, description="The number of one case.")
    per_branch: bool = Field(default=False, description="xes: one trace per branch.")
    names: bool = Field(default=False, description="User names instead of pseudonyms; auditors only.")
