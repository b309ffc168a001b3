"""``alur audit``: verifying the log, in the database or in an exported file, and exporting it."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from engine.audit.verifier import Fault, VerifyReport
from engine.store.audit_reader import all_streams, verify_log
from reports.audit_export import exported, verify_export
from runtime.cli import audit_sealing
from runtime.cli.office import opened
from runtime.cli.outcome import LOG, unreadable, unusable
from runtime.cli.terminal import number, progress
from runtime.verdicts import in_indonesian


def verify(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="Ekspor yang diperiksa; bawaan: basis data.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Tulis hasilnya sebagai JSON.")] = False,
) -> None:
    """Memeriksa log audit, dan bahwa yang dibaca orang sama dengan yang dikatakannya: keadaan, isian, alasan,
    berkas di disk, SOP, kalender, dan organisasi. Menyebut peristiwa rusak yang pertama.

    Berkas ekspor diperiksa tanpa basis data. Aliran yang hilang bersama kepalanya baru ketahuan dengan
    titik periksa (checkpoint), yang menyusul pada rilis berikutnya.
    """
    report = _of_file(file) if file is not None else _of_database()
    if as_json:
        typer.echo(json.dumps(_as_json(report), ensure_ascii=False))
    elif report.ok:
        counts = f"{number(report.checked)} peristiwa dalam {number(report.streams)} aliran"
        typer.echo(f"Log audit utuh: {counts}.")
    for fault in report.faults:
        LOG.info("audit: %s event %d: %s", fault.stream, fault.seq, fault.what)
    if report.first_bad is not None:
        _tell(report.first_bad, len(report.faults))
        raise typer.Exit(1)


def export(
    output: Annotated[Path | None, typer.Option("--output", help="Berkas tujuan; bawaan: stdout.")] = None,
) -> None:
    """Menulis peristiwa semua aliran sebagai baris JSON, untuk diperiksa di tempat lain.

    Isian formulir, nama, dan alasan tidak ikut; peristiwa membuktikannya dengan sidik (digest). Titik periksa
    (checkpoint) bertanda tangan menyusul pada rilis berikutnya.
    """
    with opened() as system, progress("Mengekspor log audit") as advance:
        store = system.engine.context.store
        streams = store.read(all_streams)
        lines = exported(store.read, streams, advance)
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
    group.command("verify", epilog="Contoh: alur audit verify log-audit.jsonl")(verify)
    example = "Contoh: alur audit export --output log-audit.jsonl"
    group.command("export", epilog=example)(export)
    audit_sealing.add_to(group)
    app.add_typer(group, name="audit", epilog=example)


def _of_database() -> VerifyReport:
    with opened() as system, progress("Memeriksa log audit") as advance:
        office = system.engine.context
        return office.store.read(lambda connection: verify_log(connection, office.files, advance))


def _of_file(file: Path) -> VerifyReport:
    try:
        with file.open(encoding="utf-8", errors="surrogateescape") as lines, progress("Memeriksa log audit"):
            return verify_export(lines)
    except OSError as error:
        LOG.info("%s cannot be read: %s", file, error)
        unusable(unreadable(file, error))


def _tell(fault: Fault, faults: int) -> None:
    where_id = f"peristiwa {fault.seq}" if fault.seq else "seluruhnya"
    where_en = f"event {fault.seq}" if fault.seq else "as a whole"
    more_id, more_en = (
        (f" ({faults - 1} aliran lain juga rusak)", f" ({faults - 1} more)") if faults > 1 else ("", "")
    )
    typer.echo(
        f"Log audit TIDAK utuh. Yang pertama: aliran {fault.stream}, {where_id}:"
        f" {in_indonesian(fault.what)}{more_id}",
        err=True,
    )
    typer.echo(
        f"The audit log is NOT whole. First: stream {fault.stream}, {where_en}: {fault.what}{more_en}",
        err=True,
    )


def _as_json(report: VerifyReport) -> dict[str, object]:
    return {
        "ok": report.ok,
        "events": report.checked,
        "streams": report.streams,
        "faults": [{"stream": fault.stream, "seq": fault.seq, "what": fault.what} for fault in report.faults],
    }
