"""``alur timing-log``."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from engine.access.actor import HOST
from engine.queries.cases.logged_visits import LogFilter
from engine.views.timing_log import TimingRow
from reports.csv_dialect import Excel, dialect_for
from reports.timing_log import FORMATS, Format, timing_log
from runtime.cli.files import save
from runtime.cli.office import local_instant, office_zone, opened
from runtime.cli.outcome import unusable
from runtime.cli.terminal import number, progress


def export_timing_log(
    sop: Annotated[str | None, typer.Option("--sop", help="Hanya berkas SOP ini.")] = None,
    from_: Annotated[
        str | None, typer.Option("--from", help="Kunjungan yang masuk sejak tanggal atau waktu ini.")
    ] = None,
    to: Annotated[
        str | None,
        typer.Option("--to", help="Sampai akhir tanggal ini, atau sebelum waktu ini."),
    ] = None,
    format: Annotated[
        Format | None, typer.Option("--format", help="Bawaan: menurut akhiran --output, selain itu csv.")
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", help="Berkas tujuan; bawaan: stdout.")] = None,
    excel: Annotated[
        Excel | None,
        typer.Option("--excel", help="CSV untuk Excel Indonesia (id) atau Inggris (en)."),
    ] = None,
) -> None:
    """Menulis log waktu: satu baris per kunjungan langkah, waktu setempat, lama dalam menit kerja."""
    chosen = format or _by_suffix(output)
    if chosen == "xlsx" and output is None and sys.stdout.isatty():
        unusable("XLSX tidak dapat ditampilkan di layar; tulis --output log.xlsx.")
    with opened() as system:
        zone = office_zone(system)
        wanted = LogFilter(
            sop=sop,
            from_=local_instant(from_, zone, "--from") if from_ else None,
            to=local_instant(to, zone, "--to", end_of_day=True) if to else None,
        )
        with progress("Membaca log waktu"):
            slices = Counted(system.engine.queries.timing_log.slices(HOST, wanted))
            pieces = timing_log(slices, chosen, dialect_for(excel))
            if output is None:
                for piece in pieces:
                    typer.echo(piece, nl=False)
            else:
                save(output, pieces)
                typer.echo(f"{output}: {number(slices.rows)} baris.", err=True)


def add_to(app: typer.Typer) -> None:
    epilog = "Contoh: alur timing-log --from 2026-01-01 --to 2026-03-31 --output log.xlsx"
    app.command("timing-log", epilog=epilog)(export_timing_log)


def _by_suffix(output: Path | None) -> Format:
    suffix = output.suffix.lower().removeprefix(".") if output else ""
    return next((format for format in FORMATS if format == suffix), "csv")


class Counted:
    """Slices of rows that count what passes."""

    def __init__(self, slices: Iterable[Sequence[TimingRow]]) -> None:
        self.slices = slices
        self.rows = 0

    def __iter__(self) -> Iterator[Sequence[TimingRow]]:
        for rows in self.slices:
            self.rows += len(rows)
            yield rows
