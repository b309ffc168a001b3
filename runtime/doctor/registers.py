"""Registers: retired rows that need not be kept any longer."""

from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from engine.context import Context
from engine.queries.registers.retention import due_rows
from engine.store import Tx
from engine.text.bilingual import Text
from runtime.doctor.findings import Finding


def retention(office: Context, connection: Connection) -> list[Finding]:
    """How many rows of each register are past the time that its file keeps them."""
    tx, now, faults = Tx(connection), office.clock.now(), []
    for agency in tx.organisations.agencies():
        organisation = office.catalog.organisation(tx, agency)
        day = now.astimezone(ZoneInfo(organisation.agency.timezone)).date()
        for name in tx.registers.ids(agency):
            register = office.catalog.register(tx, agency, name)
            due = due_rows(tx, agency, register, day, lambda _: True) if register else []
            if due:
                faults.append(_past(agency, name, len(due), due[0]["kept_until"]))
    return faults


def _past(agency: str, register: str, count: int, oldest: str) -> Finding:
    return Finding(
        "retention",
        "warning",
        Text(
            f"{agency}: {count} baris register {register} yang dinonaktifkan melewati masa simpannya"
            f" (sejak {oldest}). Lihat halaman register itu; tidak ada yang dihapus dengan sendirinya.",
            f"{agency}: {count} retired rows of {register} are past their retention (since {oldest});"
            " see the page of the register, nothing is deleted by itself",
        ),
    )
