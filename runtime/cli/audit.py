"""``alur audit``: exporting the log, beside verifying and sealing it."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from engine.store.audit_reader import all_streams
from reports.audit_export import exported
from runtime.cli import audit_sealing, audit_verify
from runtime.cli.office import opened
from runtime.cli.outcome import LOG, unusable
from runtime.cli.terminal import number, progress


def export(
    output: Annotated[Path | None, typer.Option("--output", help="Berkas tujuan; bawaan: stdout.")] = None,
) -> None:
    """Menulis peristiwa semua aliran sebagai baris JSON, untuk diperiksa di tempat lain.

    Isian formulir, nama, dan alasan tidak ikut; peristiwa membuktikannya dengan sidik (digest).
    """
    with opened() as system, progress("Mengekspor log audit") as advance:
        store = system.engine.context.store
        system.engine.checkpoints.sequence(everything=True)
        size = store.ask(lambda tx: tx.log_tree.size())
        streams = store.read(all_streams)
        lines = exported(store.read, streams, advance, size=size)
        if output is None:
            sys.stdout.writelines(lines)
            return
        try:
            with output.open("w", encoding="utf-8", newline="\n") as out:
                out.writelines(lines)
        except OSError as error:
            LOG.info("%s cannot be written: %s", output, error)
            unusable(f"{output} tidak dapat ditulis ({error.strerror}).")
    typer.echo(f"{output}: {number(len(streams))} aliran.", err=True)


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(help="Log audit.", rich_markup_mode=None, no_args_is_help=True)
    audit_verify.add_to(group)
    example = "Contoh: alur audit export --output log-audit.jsonl"
    group.command("export", epilog=example)(export)
    audit_sealing.add_to(group)
    app.add_typer(group, name="audit", epilog=example)
