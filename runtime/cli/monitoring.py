"""``alur monitoring``."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from documents.monitoring import FORMATS, Format, monitoring_file
from engine.access.actor import HOST
from runtime.cli.files import save
from runtime.cli.office import agency_of, opened
from runtime.cli.outcome import unusable
from runtime.cli.statistics import Agency
from runtime.cli.terminal import number, progress


def monitoring(
    period: Annotated[str, typer.Option("--period", help="Semester, misalnya 2026-H1.")],
    format: Annotated[
        Format | None, typer.Option("--format", help="Bawaan: menurut akhiran --output, selain itu json.")
    ] = None,
    agency: Agency = None,
    output: Annotated[Path | None, typer.Option("--output", help="Berkas tujuan; bawaan: stdout.")] = None,
) -> None:
    """Mengisi Tabel Monitoring semesteran dari log; pejabatnya yang memutuskan.

    Diusulkan berjalan dengan baik bila tepat waktu paling sedikit 80 %, median kerja tidak melebihi waktu
    baku, dan tidak ada temuan berat yang belum dijelaskan.
    """
    suffix = output.suffix.lower().removeprefix(".") if output else ""
    named: Format = next((format for format in FORMATS if format == suffix), "json")
    chosen = format or named
    if chosen != "json" and output is None and sys.stdout.isatty():
        unusable(f"{chosen.upper()} tidak dapat ditampilkan di layar; tulis --output tabel.{chosen}.")
    with opened() as system:
        of = agency_of(system, agency)
        with progress("Mengisi Tabel Monitoring"):
            monitoring = system.engine.queries.monitoring(HOST, period, agency=of)
    made = monitoring_file(monitoring, chosen)
    if output is None:
        typer.echo(made, nl=False)
    else:
        save(output, [made])
        typer.echo(f"{output}: {number(len(monitoring['rows']))} SOP.", err=True)


def add_to(app: typer.Typer) -> None:
    epilog = "Contoh: alur monitoring --period 2026-H1 --output monitoring.xlsx"
    app.command("monitoring", epilog=epilog)(monitoring)
