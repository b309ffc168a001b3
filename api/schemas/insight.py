"""What the pages of figures are asked for."""

from typing import Annotated, Literal

from pydantic import StringConstraints

from api.schemas.cases import LogQuery
from engine.conformance.rules import RuleName, Severity

Layer = Literal["waiting", "working", "returns", "late"]


class InsightQuery(LogQuery):
    layer: Layer | None = None


class FindingsQuery(LogQuery):
    case: Annotated[str, StringConstraints(max_length=200)] | None = None
    severity: Severity | None = None
    rule: RuleName | None = None
    state: Literal["open", "explained"] | None = None


class MonitoringQuery(LogQuery):
    period: Annotated[str, StringConstraints(max_length=20)] | None = None
