"""A directory without an office behind it, for forms that only ask what ids are called."""

from collections.abc import Mapping
from datetime import date

from engine.sop.registers.reader import NO_REGISTERS


class OneOffice:
    """A directory with two units, two positions, three accounts and two files."""

    units = {"bid-pdn": "Bidang PDN", "bid-pkm": "Bidang PKM"}  # noqa: RUF012 - never changed
    registers = NO_REGISTERS

    def unit(self, id: str, /) -> str | None:
        return {**self.units, "sekretariat": "Sekretariat"}.get(id)

    def position(self, id: str, /) -> str | None:
        return {"kadis": "Kepala Dinas", "sekdis": "Sekretaris"}.get(id)

    def account(self, id: str, /) -> str | None:
        return {"jp.1": "JP Satu", "jp.2": "JP Dua", "kadis": "Kepala Dinas"}.get(id)

    def file(self, id: str, /) -> str | None:
        return {"f1": "nota.pdf", "f2": "bukti.pdf"}.get(id)

    def units_of_type(self, type: str, /) -> Mapping[str, str]:
        return self.units if type == "bidang" else {}

    def participants(self) -> Mapping[str, str]:
        return {"jp.1": "JP Satu", "jp.2": "JP Dua"}

    def away(self, account: str, /) -> tuple[bool, date | None]:
        return account == "nobody", None
