"""``alur export``."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from engine.access.actor import HOST
from engine.queries.cases.histories import HistoryFilter
from reports.processes.export import OF_CASES, Format, exported
from runtime.cli.files import save
from runtime.cli.office import agency_of, local_instant, office_zone, opened
from runtime.cli.outcome import unusable
from runtime.cli.terminal import progress


def export(
    format: Annotated[
        Format, typer.Option("--format", help="xes, ocel: berkas; pnml, bpmn: satu SOP (--sop atau --case).")
    ],
    sop: Annotated[str | None, typer.Option("--sop", help="Hanya SOP ini.")] = None,
    from_: Annotated[
        str | None, typer.Option("--from", help="Berkas yang dimulai sejak tanggal atau waktu ini.")
    ] = None,
    to: Annotated[
        str | None, typer.Option("--to", help="Sampai akhir tanggal ini, atau sebelum waktu ini.")
    ] = None,
    case: Annotated[str | None, typer.Option("--case", help="Hanya berkas bernomor ini.")] = None,
    per_branch: Annotated[
        bool, typer.Option("--per-branch", help="XES: satu jejak per cabang, dengan langkah bersama.")
    ] = False,
    names: Annotated[
        bool, typer.Option("--names", help="Nama pengguna apa adanya; pembacaannya dicatat. Bawaan: samaran.")
    ] = False,
    output: Annotated[Path | None, typer.Option("--output", help="Berkas tujuan; bawaan: stdout.")] = None,
    agency: Annotated[
        str | None, typer.Option("--agency", help="Id instansi; wajib bila ada beberapa.")
    ] = None,
) -> None:
    """Menulis proses untuk alat penambangan dan pemodelan proses: XES, OCEL 2.0, PNML, atau BPMN 2.0."""
    if format not in OF_CASES and sop is None and case is None:
        unusable(f"--format {format} memerlukan --sop atau --case.")
    with opened() as system:
        zone = office_zone(system)
        wanted = HistoryFilter(
            agency=agency_of(system, agency),
            sop=sop,
            from_=local_instant(from_, zone, "--from") if from_ else None,
            to=local_instant(to, zone, "--to", end_of_day=True) if to else None,
            case=case,
        )
        with progress("Mengekspor proses"):
            pieces = exported(system.engine, HOST, format, wanted, per_branch=per_branch, names=names)
            if output is None or str(output) == "-":
                for piece in pieces:
                    sys.stdout.buffer.write(piece)
                return
            save(output, pieces)
    typer.echo(f"{output}: {output.stat().st_size} bita.", err=True)


def add_to(app: typer.Typer) -> None:
    epilog = "Contoh: alur export --format xes --sop perbaikan-data-kinerja --per-branch --output log.xes"
    app.command("export", epilog=epilog)(export)
