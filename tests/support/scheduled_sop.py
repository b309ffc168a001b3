"""A scheduled SOP that asks for something at its start, and the first quarter's start that it leads to."""

from __future__ import annotations

from engine.access.actor import HOST
from tests.support.escalations import SCHEDULED_SOP as SOP
from tests.support.escalations import scheduled_definition
from tests.support.offices import DemoOffice

AGENCY = "disdag-banggai"
FIELDS = """  fields:
    - {id: uraian, type: text, label: Uraian laporan, required: true}
    - {id: jumlah, type: number, label: Jumlah indikator, required: true, default: 12}
  parties:
    penyusun:
      - {id: nama, type: text, label: Nama penyusun, required: true}
"""


def asking(fields: str = FIELDS) -> str:
    """The scheduled SOP with a start form."""
    before, found, after = scheduled_definition().partition("case:\n")
    assert found
    role = "  penyusun: {label: Penyusun, external: true, recorded_by: sekretaris}\n"
    return f"{before}{found}{fields}{after}".replace("  sekretaris:  ", f"{role}  sekretaris:  ", 1)


def opened(office: DemoOffice, definition: str, *, late: bool = False) -> None:
    """The first quarter's start has come, or was missed in an outage."""
    office.engine.definitions.store(HOST, definition, agency=AGENCY, as_demonstration=True)
    opens = office.engine.queries.schedules.upcoming(AGENCY, SOP)[0]["opens_at"]
    office.clock.set(str(opens))
    if late:
        office.clock.advance(days=14)
    office.system.sweep()


def drafted(office: DemoOffice, version: str, sop: str = SOP, text: str | None = None) -> None:
    """A version of a scheduled SOP as its author stores it, complete enough to come into force."""
    text = (text or scheduled_definition()).replace(f"id: {SOP}", f"id: {sop}", 1)
    text = text.replace("version: 1.0.0", f"version: {version}", 1)
    for name, value in (("number", "12"), ("created_on", "2026-01-05"), ("effective_on", "2026-01-05")):
        text = text.replace(f"  {name}: null", f'  {name}: "{value}"', 1)
    office.engine.definitions.store("admin", text)
    office.engine.definitions.move("admin", sop, version, "submit")


def into_force(office: DemoOffice, version: str, sop: str = SOP) -> None:
    for verb in ("approve", "make-effective"):
        office.engine.definitions.move("kadis", sop, version, verb)
