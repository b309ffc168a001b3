"""The vocabulary of definition files: how scalars are read, and the closed sets of words."""

from enum import Enum
from typing import Annotated, Literal


class Mark(Enum):
    """How a scalar is read."""

    SLUG = "slug"  # ASCII id: letter, then letters, digits, _ and -
    PREFIX = "prefix"  # capital letters and digits of the case number
    SEMVER = "semver"  # "1.0.0", quoted
    DATE = "date"  # "2026-01-05", quoted or plain
    CEL = "cel"  # an expression, at most 500 characters
    LITERAL_OR_CEL = "literal_or_cel"  # a plain word is itself, an expression is computed
    REF = "ref"  # a dotted path such as s3.bidang_terdampak
    SPAN = "span"  # years and calendar days: 10y, 90cd
    TIME = "time"  # a duration, or the word none
    ONE_OR_MANY = "one_or_many"  # a scalar or map stands for a list of one
    ANY = "any"  # any plain value


Slug = Annotated[str, Mark.SLUG]
Expression = Annotated[str, Mark.CEL]
Ref = Annotated[str, Mark.REF]
Date = Annotated[str, Mark.DATE]
Setting = Annotated[str | float | bool | None, Mark.LITERAL_OR_CEL]
Basis = Literal["source", "derived", "proposed"]

Status = Literal["draft", "in_review", "approved", "effective", "superseded", "revoked"]
StepKind = Literal["task", "decision", "meeting", "sign", "auto"]
Stage = Literal["start", "main", "end"]
Assign = Literal["pool", "each_holder", "lead", "single"]
ClockKind = Literal["internal", "external"]
ReasonRule = Literal["required", "optional", "none"]
PeriodType = Literal["month", "quarter", "semester", "year"]
FieldType = Literal[
    "text",
    "textarea",
    "number",
    "percent",
    "money",
    "date",
    "datetime",
    "period",
    "year",
    "boolean",
    "choice",
    "checklist",
    "user",
    "users",
    "position",
    "positions",
    "unit",
    "units",
    "file",
    "evidence",
    "table",
    "summary",
    "reference",
]
