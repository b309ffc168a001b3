"""Registers: what is asked of their rows, and what is sent to change them."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StringConstraints

from api.schemas.parts import Cursor, InExcel, Limit, Name, Paging, Reason, Shape
from api.schemas.problems import Diagnostic
from api.schemas.tasks import Versioned

Columns = Annotated[
    list[Annotated[str, StringConstraints(min_length=1, max_length=64)]], Field(max_length=16)
]
Values = Annotated[dict[str, Any], Field(examples=[{"tahun": 2026, "kode": "c-1", "isi": "Catatan"}])]


class RowsQuery(Shape):
    """Every other name is a column: its value, or nothing for empty cells; several values stand for any."""

    model_config = ConfigDict(extra="ignore")

    q: Annotated[str, StringConstraints(max_length=200)] | None = None
    retired: Annotated[
        Literal["false", "true", "all"], Field(description="Rows in use, retired rows, or both.")
    ] = "false"
    revision: Annotated[int, Field(ge=0, le=2**31 - 1, description="As the rows were then.")] | None = None
    sort: (
        Annotated[
            str,
            StringConstraints(max_length=65),
            Field(description="A column; `-` before it for descending."),
        ]
        | None
    ) = None
    cursor: Cursor | None = None
    limit: Limit | None = None


class SummaryQuery(RowsQuery):
    by: Columns = Field(default_factory=list)
    sum: Columns = Field(default_factory=list)
    average: Columns = Field(default_factory=list)


class ExportQuery(RowsQuery):
    format: Literal["csv", "xlsx", "json"] = "csv"
    excel: InExcel = None


class HistoryQuery(Paging):
    pass


class StoreQuery(Shape):
    dry_run: Annotated[bool, Field(description="Say what would be stored, and store nothing.")] = False


class AddBody(Shape):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"values": {"tahun": 2026, "kode": "c-9", "unit": "bid-pdn"}}]}
    )

    values: Values


class ChangeBody(Versioned):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"values": {"isi": "Diperbaiki"}, "reason": "Ralat", "version": 1}]}
    )

    values: Values
    reason: Reason


class RetireBody(Versioned):
    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "Tidak dipakai", "version": 1}]})

    reason: Reason


class EraseBody(Shape):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"columns": ["petugas"], "reason": "Permintaan pemilik data"}]}
    )

    columns: Annotated[list[Name], Field(min_length=1, max_length=64)]
    reason: Reason


class CheckedRegister(Shape):
    """Every problem of a text, and what the text is about."""

    problems: list[Diagnostic]
    summary: dict[str, Any]


class ConfirmImportBody(Shape):
    model_config = ConfigDict(json_schema_extra={"examples": [{"skip_errors": True}]})

    skip_errors: bool = False
