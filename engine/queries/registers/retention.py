"""Retired rows whose time to be kept is over: they are listed, and nothing happens to them by itself."""

from collections.abc import Callable
from datetime import date
from zoneinfo import ZoneInfo

from engine.sop.registers.definition import RegisterDefinition
from engine.sop.registers.row import Values, row_title
from engine.store import Tx
from engine.views.registers import DueRow


def due_rows(
    tx: Tx, agency: str, register: RegisterDefinition, day: date, sees: Callable[[Values], bool]
) -> list[DueRow]:
    """Those of a register on a day, the oldest first."""
    if register.retention is None:
        return []
    zone = ZoneInfo(tx.organisations.get(agency).agency.timezone)
    rows: list[DueRow] = []
    for row, retired_at in tx.registers.retired(agency, register.id):
        until = register.retained_until(retired_at.astimezone(zone).date())
        if until is not None and until < day and sees(row.values):
            title = row_title(register, row.values)
            rows.append({"row": row.id, "title": title, "kept_until": until.isoformat()})
    return sorted(rows, key=lambda due: (due["kept_until"], due["row"]))
