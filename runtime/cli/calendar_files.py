"""The calendars that are stored: what they rest on, and their files to change and load again."""

import json
import os
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from engine.sop.serialise import yaml_of
from engine.views.calendars import Calendar
from engine.views.parts import Decree
from runtime.cli.files import save
from runtime.cli.office import agency_of, opened
from runtime.cli.outcome import unusable
from runtime.cli.terminal import day_and_time_of, table

FILES = ("instansi.yaml", "hari_libur.yaml")
Agency = Annotated[str | None, typer.Option("--agency", help="Instansi, bila ada beberapa.")]


def show(
    agency: Agency = None,
    as_json: Annotated[bool, typer.Option("--json", help="Tulis hasilnya sebagai JSON.")] = False,
) -> None:
    """Kalender yang tersimpan: versi dan dasar perubahannya, dan keputusan daftar hari libur setiap tahun."""
    calendars = _stored(agency)
    if as_json:
        files = ("agency", "holidays")
        kept = [
            {name: value for name, value in calendar.items() if name not in files} for calendar in calendars
        ]
        typer.echo(json.dumps(kept, ensure_ascii=False))
        return
    for calendar in calendars:
        typer.echo(f"{calendar['id']}, zona waktu {calendar['timezone']}\n")
        zone = ZoneInfo(calendar["timezone"])
        versions = [
            [version["version"], day_and_time_of(version["stored_at"], zone), *_decree(version["decree"])]
            for version in calendar["versions"]
        ]
        table(("Versi", "Disimpan", "Nomor keputusan", "Tanggal"), versions)
        typer.echo("")
        years = [[year["year"], year["days"], *_decree(year["decree"])] for year in calendar["years"]]
        table(("Tahun", "Hari", "Nomor keputusan", "Tanggal"), years, (0, 1))
        typer.echo("")


def export(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Tempat kedua berkasnya ditulis.")],
    agency: Agency = None,
) -> None:
    """Menulis berkas instansi dan daftar hari libur yang tersimpan terakhir, untuk diubah dan dimuat kembali.

    Berkas yang sudah ada tidak ditimpa.
    """
    calendars = _stored(agency)
    newest = max(calendars, key=lambda calendar: str(calendar["stored_at"]))
    if there := [name for name in FILES if os.path.lexists(folder / name)]:
        unusable(f"{folder}: {', '.join(there)} sudah ada. Pilih folder lain.")
    if folder.exists() and not folder.is_dir():
        unusable(f"{folder} adalah berkas, bukan folder.")
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in zip(FILES, (newest["agency"], newest["holidays"]), strict=True):
        save(folder / name, [yaml_of(content).encode()])
        typer.echo(str(folder / name))


def _stored(agency: str | None) -> list[Calendar]:
    with opened() as system:
        calendars = system.engine.queries.calendars.of_agency(agency_of(system, agency))
    if not calendars:
        unusable("Belum ada kalender kerja. Muat dengan `alur calendar load`.")
    return calendars


def _decree(decree: Decree | None) -> tuple[str | None, str | None]:
    return (decree["number"], decree["date"]) if decree else (None, None)
