"""A row as people are shown it."""

from typing import Any
from zoneinfo import ZoneInfo

from engine.sop.forms.context import empty_of
from engine.sop.registers.row import RegisterRow, row_title
from engine.sop.registers.selection import values_of
from engine.store.register_access import RegisterAccess
from engine.store.registers import RowVersion
from engine.views import registers as shapes


def shown_values(access: RegisterAccess, row: RegisterRow) -> dict[str, Any]:
    """Every column with its value, what it looks up as of now; a list that holds nothing is empty."""
    values = values_of(access.registers, access.register, row)
    return {
        field.id: empty_of(field) if values[field.id] is None else values[field.id]
        for field in access.register.fields
    }


def row_view(access: RegisterAccess, row: RegisterRow, act: RowVersion) -> shapes.RegisterRow:
    """The row with every column, and who made it so."""
    return {
        "row": row.id,
        "title": row_title(access.register, row.values),
        "version": row.version,
        "values": shown_values(access, row),
        "retired": row.retired,
        "changed_at": act.at.astimezone(ZoneInfo(access.organisation.agency.timezone)).isoformat(),
        "changed_by": act.account,
        "case": act.case_id,
    }
