"""``alur org reassess``: what a changed organisation means for open tasks, and applying it."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import typer

from engine.access.actor import HOST
from engine.views.reassessment import Reassessment
from runtime.bootstrap import System
from runtime.cli.office import agency_of, opened
from runtime.cli.terminal import progress

WHY = {
    "seats": "calon pelaksana berubah",
    "holder": "pemegang tidak lagi berhak",
    "nobody": "tidak ada yang dapat mengerjakan",
    "suspended": "berkasnya ditangguhkan",
}
EXAMPLE = "Contoh: alur org reassess --apply"


def reassess(
    agency: Annotated[str | None, typer.Option("--agency", help="Instansi, bila ada beberapa.")] = None,
    apply: Annotated[bool, typer.Option("--apply", help="Terapkan setelah diperlihatkan.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Tanpa bertanya lagi.")] = False,
) -> None:
    """Meninjau ulang tugas terbuka setelah organisasi berubah: diperlihatkan dahulu, lalu ditanyakan.

    Perubahan jabatan tidak pernah memindahkan tugas dengan sendirinya. Tenggat tidak berubah.
    """
    with opened() as system:
        of = agency_of(system, agency)
        pages = list(_pages(system, of))
        items = [item for _, page in pages for item in page["items"]]
        for item in items:
            typer.echo(_line(item))
        changing = sum(item["changes"] for item in items)
        typer.echo(f"{len(items)} tugas perlu perhatian, {changing} akan berubah.")
        if not (apply and changing) or not (yes or typer.confirm("Terapkan?")):
            return
        engine, applied = system.engine.reassessment, 0
        try:
            with progress("Menerapkan") as advance:
                for number, (cursor, page) in enumerate(pages, start=1):
                    if any(item["changes"] for item in page["items"]):
                        applied += engine.apply(HOST, page["digest"], agency=of, cursor=cursor)["applied"]
                    advance(number, len(pages))
        finally:
            # Also where the rest has changed since it was shown: what was applied stays.
            typer.echo(f"{applied} tugas diubah.")


def _pages(system: System, agency: str) -> Iterator[tuple[str | None, Reassessment]]:
    cursor: str | None = None
    while True:
        page = system.engine.reassessment.foreseen(HOST, agency=agency, cursor=cursor)
        yield cursor, page
        cursor = page["next"]
        if cursor is None:
            return


def _line(item: Mapping[str, Any]) -> str:
    place = f"{item['case_number']} langkah {item['step_number'] or item['step_id']}"
    branch = f" ({item['branch']})" if item["branch"] else ""
    why = ", ".join(WHY[reason] for reason in item["why"])
    to = f": {_held(item['before'])} → {_held(item['after'])}" if item["changes"] else ""
    return f"{place}{branch}: {why}{to}"


def _held(assignment: Mapping[str, Any]) -> str:
    return assignment["assignee"] or ", ".join(assignment["seats"])
