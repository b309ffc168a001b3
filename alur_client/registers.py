"""The calls on registers: rows read, changed and taken back, files imported, figures of groups."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from alur_client.shapes import (
    ConfirmedImport,
    ImportReport,
    Register,
    RegisterItem,
    RegisterRow,
    RowGroup,
    RowRevision,
    StoredRegisterFile,
    WrittenRow,
)
from alur_client.transport import Transport


class Registers(Transport):
    """The registers of the agency, for whoever the token belongs to."""

    def registers(self) -> Iterator[RegisterItem]:
        """The registers that you may see, and what you may do with each."""
        yield from self._get("registers")["items"]

    def register(self, register: str) -> Register:
        answer: Register = self._get(f"registers/{register}")
        return answer

    def store_register(self, text: str) -> StoredRegisterFile:
        """Store a file (`register/v1`) as the next version; for authors and administrators."""
        kind = {"Content-Type": "text/yaml"}
        answer: StoredRegisterFile = self._ask("POST", "registers", content=text.encode(), headers=kind)
        return answer

    # --- rows ---

    def rows(self, register: str, **wanted: str) -> Iterator[RegisterRow]:
        """Every row that fits; columns filter, and ``q``, ``sort``, ``retired`` and ``revision`` say more."""
        yield from self._all(f"registers/{register}/rows", wanted)

    def row(self, register: str, row: str) -> RegisterRow:
        read: RegisterRow = self._get(_place(register, row))
        return read

    def row_history(self, register: str, row: str) -> Iterator[RowRevision]:
        """What every act made of a row, newest first."""
        yield from self._all(f"{_place(register, row)}/history", {})

    def add_row(self, register: str, values: Mapping[str, Any]) -> WrittenRow:
        row: WrittenRow = self._post(f"registers/{register}/rows", {"values": values})
        return row

    def change_row(
        self, register: str, row: RegisterRow, values: Mapping[str, Any], *, reason: str
    ) -> WrittenRow:
        """Change columns of a row as it was read; `Problem` 409 ``stale_version`` shows what it is now."""
        body = {"values": values, "version": row["version"], "reason": reason}
        written: WrittenRow = self._ask("PATCH", _place(register, row["row"]), json=body)
        return written

    def retire_row(self, register: str, row: RegisterRow, *, reason: str) -> WrittenRow:
        """Take a row out of use; it stays, with its history."""
        body = {"version": row["version"], "reason": reason}
        written: WrittenRow = self._post(f"{_place(register, row['row'])}/retire", body)
        return written

    def restore_row(self, register: str, row: RegisterRow, *, reason: str) -> WrittenRow:
        body = {"version": row["version"], "reason": reason}
        written: WrittenRow = self._post(f"{_place(register, row['row'])}/restore", body)
        return written

    def erase_columns(self, register: str, row: str, columns: Sequence[str], *, reason: str) -> WrittenRow:
        """Blank personal columns of a row, in its history too, for good."""
        body = {"columns": columns, "reason": reason}
        written: WrittenRow = self._post(f"{_place(register, row)}/erase", body)
        return written

    # --- files, and figures ---

    def read_import(
        self,
        register: str,
        name: str,
        content: bytes,
        *,
        profile: str | None = None,
        given: Mapping[str, Any] | None = None,
        decimal: str = "point",
    ) -> ImportReport:
        """What the lines of a CSV or XLSX file would do; nothing is stored before `confirm_import`."""
        fields = {"decimal": decimal, **({"profile": profile} if profile else {})}
        fields |= {"set": json.dumps(given)} if given else {}
        place, file = f"registers/{register}/imports", {"file": (name, content)}
        report: ImportReport = self._ask("POST", place, data=fields, files=file)
        return report

    def confirm_import(self, report: ImportReport, *, skip_errors: bool = False) -> ConfirmedImport:
        """Write what a report says, as one act."""
        place = f"registers/{report['register']}/imports/{report['id']}/confirm"
        confirmed: ConfirmedImport = self._post(place, {"skip_errors": skip_errors})
        return confirmed

    def drop_import(self, report: ImportReport) -> None:
        self._ask("DELETE", f"registers/{report['register']}/imports/{report['id']}")

    def register_summary(
        self,
        register: str,
        by: Sequence[str],
        *,
        sum: Sequence[str] = (),
        average: Sequence[str] = (),
        **wanted: str,
    ) -> list[RowGroup]:
        """Groups of the rows that fit, with how many there are, totals and averages of numbers."""
        asked = {"by": by, "sum": sum, "average": average, **wanted}
        groups: list[RowGroup] = self._ask("GET", f"registers/{register}/summary", params=asked)["groups"]
        return groups


def _place(register: str, row: str) -> str:
    return f"registers/{register}/rows/{quote(row, safe='')}"
