"""A form of a shipped definition as it opens: over registers and earlier steps that a test gives."""

from collections.abc import Mapping
from typing import Any

from engine.sop.checks.register_file import load_register
from engine.sop.forms import initial_data
from engine.sop.forms.definition import sheet_for
from engine.sop.registers.reader import PlainRegisters
from engine.sop.registers.row import RegisterRow, row_id
from runtime.shipped import register_files
from tests.support.contexts import shipped_definition
from tests.support.directories import OneOffice

REGISTERS = {
    found.id: found for found in (load_register(path.read_bytes()).register for path in register_files())
}
Rows = list[dict[str, Any]]


class Office(OneOffice):
    """The directory of the form tests with the shipped registers."""

    def __init__(self, **given: Rows) -> None:
        rows: dict[str, list[RegisterRow]] = {}
        for id, register in REGISTERS.items():
            for values in (*register.rows, *given.get(id, ())):
                whole = {column.id: None for column in register.columns} | dict(values)
                rows.setdefault(id, []).append(RegisterRow(row_id(register, whole) or "", whole))
        self.registers = PlainRegisters.of(REGISTERS.values(), rows)


def opened(
    sop: str, step: str, office: Office, entered: Mapping[str, Any] | None = None, **values: Any
) -> dict[str, Any]:
    """What the form of a step shows; ``entered`` is what somebody has typed into it."""
    around = {"today": "2026-12-21", "branch": {"id": None, "unit": None, "item": None}, **values}
    around["case"] = {"period": "2026", "fields": {}} | values.get("case", {})
    return initial_data(sheet_for(shipped_definition(sop), step), around, office, entered)


def indicator(kode: str, target: float, **more: Any) -> dict[str, Any]:
    """A row of the register of indicators."""
    row = {"tahun": 2026, "kode": kode, "tingkat": "subkegiatan", "target": target, "unit": "bid-pdn"}
    return row | {"polaritas": "positif", "agregasi": "jumlah"} | more


def measured(kode: str, periode: str, **more: Any) -> dict[str, Any]:
    """A row of the register of achievements."""
    return {"kode": kode, "periode": periode, "tahun": int(periode[:4]), "sementara": False} | more
