"""``alur audit``: exporting the log, beside verifying and sealing it."""

import shutil
import sys
from functools import partial
from pathlib import Path
from typing import Annotated, Literal

import typer

from engine.access.actor import HOST
from engine.store.audit_reader import all_streams
from reports.audit_export import exported
from reports.evidence.export import take_pack
from runtime.cli import audit_checkpoint, audit_erase, audit_verify
from runtime.cli.files import save
from runtime.cli.office import opened
from runtime.cli.outcome import unusable
from runtime.cli.terminal import number, progress

Form = Literal["jsonl", "pack"]
AT_ONCE = 1_048_576


def export(
    output: Annotated[Path | None, typer.Option("--output", help="Berkas tujuan; bawaan: stdout.")] = None,
    form: Annotated[
        Form, typer.Option("--format", help="jsonl: baris JSON; pack: paket bukti (ZIP).")
    ] = "jsonl",
    case: Annotated[
        str | None, typer.Option("--case", metavar="NUMBER", help="Hanya berkas proses ini (paket bukti).")
    ] = None,
    details: Annotated[
        bool, typer.Option("--details", help="Sertakan isian, nama, alasan, dan berkas (paket bukti).")
    ] = False,
) -> None:
    """Menulis peristiwa semua aliran sebagai baris JSON, atau paket bukti untuk diperiksa di tempat lain.

    Isian formulir, nama, dan alasan tidak ikut; peristiwa membuktikannya dengan sidik (digest). Dengan
    --details paket bukti memuatnya, dan log mencatatnya.
    """
    if form == "pack":
        _pack(output, case, details)
        return
    if case is not None or details:
        unusable("--case dan --details hanya untuk --format pack.")
    with opened() as system, progress("Mengekspor log audit") as advance:
        store = system.engine.context.store
        system.engine.checkpoints.sequence(everything=True)
        size = store.ask(lambda tx: tx.log_tree.size())
        streams = store.read(all_streams)
        lines = exported(store.read, streams, advance, size=size)
        if output is None:
            sys.stdout.writelines(lines)
            return
        save(output, (line.encode() for line in lines))
    typer.echo(f"{output}: {number(len(streams))} aliran.", err=True)


def _pack(output: Path | None, case: str | None, details: bool) -> None:
    if output is None and sys.stdout.isatty():
        unusable("Paket bukti adalah berkas ZIP: sebut --output.")
    with (
        opened() as system,
        progress("Menyusun paket bukti") as advance,
        take_pack(system.engine, HOST, case=case, details=details, told=advance) as made,
    ):
        size = made.tell()
        made.seek(0)
        if output is None:
            shutil.copyfileobj(made, sys.stdout.buffer)
            return
        save(output, iter(partial(made.read, AT_ONCE), b""))
    typer.echo(f"{output}: {number(size)} byte.", err=True)


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(help="Log audit.", rich_markup_mode=None, no_args_is_help=True)
    audit_verify.add_to(group)
    example = "Contoh: alur audit export --output log-audit.jsonl"
    group.command("export", epilog=example)(export)
    audit_checkpoint.add_to(group)
    audit_erase.add_to(group)
    app.add_typer(group, name="audit", epilog=example)
