"""What changes with a calendar: deadlines that move, recounting them, and a year's list as a suggestion."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from api.suggestions import suggested_days
from engine.access.actor import HOST
from engine.calendar.faults import Faults
from engine.calendar.holidays import read_holidays
from engine.commands.calendar.calendars import MovedDeadline
from engine.commands.calendar.year_lists import YearList
from engine.errors import DefinitionError
from engine.text.dates import console_text
from runtime.cli.office import agency_of, office_zone, opened
from runtime.cli.outcome import readable, refuse, unusable
from runtime.cli.terminal import table
from runtime.shipped import plain_data

KINDS_OF_CHANGE = {"free": "libur,", "working": "bukan libur lagi,", "hours": "jam kerja"}


def show_moved(moved: Sequence[MovedDeadline], zone: ZoneInfo) -> None:
    """The open deadlines that a change moves, old and new, and the days that it counts otherwise."""
    if not moved:
        return
    rows = [
        [
            deadline.case_number,
            deadline.label,
            deadline.branch,
            console_text(deadline.old.astimezone(zone)) if deadline.old else None,
            console_text(deadline.new.astimezone(zone)) if deadline.new else None,
        ]
        for deadline in moved
    ]
    table(("Berkas", "Langkah", "Cabang", "Tenggat semula", "Menjadi"), rows)
    for difference in dict.fromkeys(difference for deadline in moved for difference in deadline.because):
        days = (
            f"{difference.first}"
            if difference.first == difference.last
            else f"{difference.first} – {difference.last}"
        )
        decree = f" ({difference.decree})" if difference.decree else ""
        typer.echo(f"  {days}: {KINDS_OF_CHANGE[difference.kind]} {difference.name}{decree}")


def recount(
    agency: Annotated[str | None, typer.Option("--agency", help="Instansi, bila ada beberapa.")] = None,
) -> None:
    """Menghitung ulang tenggat terbuka menurut kalender yang berlaku; menuntaskan yang terhenti."""
    with opened() as system:
        number = system.engine.calendars.recount(agency_of(system, agency), actor=HOST)
    typer.echo(f"{number} berkas dihitung ulang.")


def suggest(year: Annotated[int, typer.Argument(metavar="TAHUN", min=2000, max=2100)]) -> None:
    """Menulis usulan daftar hari libur satu tahun, untuk dicocokkan dengan SKB dan disahkan seseorang.

    Memakai pustaka `holidays` (extra `calendar`), yang tidak resmi.
    """
    days = suggested_days(year)
    typer.echo(
        "# USULAN dari pustaka `holidays`; cocokkan dengan SKB, isi dasarnya, lalu `alur calendar confirm`."
    )
    typer.echo(
        f"- year: {year}\n  decree: {{number: null, date: null, issuer: null, title: null}}"
        "   # isi; tanpa nomor dan tanggal belum resmi\n  days:"
    )
    for holiday in days:
        typer.echo(f'    - {{date: "{holiday["date"]}", name: "{holiday["name"]}", kind: {holiday["kind"]}}}')
    if not any(holiday["kind"] == "cuti_bersama" for holiday in days):
        typer.echo(f"# Cuti bersama {year} belum dikenal pustaka itu.")


def confirm(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Usulan yang sudah diisi dasarnya.")],
    agency: Annotated[str | None, typer.Option("--agency", help="Instansi, bila ada beberapa.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Sahkan, dengan tenggat yang bergeser.")] = False,
) -> None:
    """Mengesahkan daftar hari libur satu tahun dengan keputusannya; yang lain pada kalender tetap.

    Tanpa --yes hanya menampilkan tenggat terbuka yang akan bergeser.
    """
    listed = _year_list(file)
    with opened() as system:
        lists, owner = system.engine.year_lists, agency_of(system, agency)
        try:
            show_moved(lists.effect(owner, listed), office_zone(system))
            if not yes:
                unusable(f"Daftar {listed.year} belum disahkan. Setujui dengan --yes.")
            changed = lists.store(owner, listed, actor=HOST)
        except DefinitionError as error:
            refuse(error, str(file))
    typer.echo(f"Daftar {listed.year} sah: {', '.join(changed)}." if changed else "Tidak ada yang berubah.")


def _year_list(file: Path) -> YearList:
    """The one year of a file as `suggest` writes it, with the decree that a person filled in."""
    readable(file)
    try:
        written = plain_data(file)
    except DefinitionError as error:
        refuse(error, str(file))
    faults = Faults()
    years = [written] if isinstance(written, dict) else written
    read = read_holidays({"schema": "holidays/v1", "table": "usulan", "years": years}, faults)
    for fault in faults.found:
        typer.echo(f"{file}: {fault.path.removeprefix('hari_libur.')}: {fault.message.indonesian}", err=True)
    if faults.found or len(years) != 1:
        unusable(f"{file}: tulis satu tahun seperti pada `alur calendar suggest`.")
    (listed,) = years
    year = int(listed["year"])
    if year not in read.decrees or read.decrees[year].signed_on is None:
        unusable(f"{file}: isi nomor dan tanggal keputusan (decree) lebih dahulu.")
    return YearList(year, read.decrees[year], listed["days"])
