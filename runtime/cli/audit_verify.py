"""``alur audit verify``: the log of the database or of a file, held against checkpoints."""

import json
import zipfile
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from engine.audit.checkpoint import Note, VerifierKey, parsed_note
from engine.audit.verifier import Fault, TreeState, VerifyReport
from engine.errors import InvalidInput
from engine.store.audit_reader import verify_log
from reports.audit_export import verify_export
from reports.evidence import verify as evidence
from runtime.cli.office import opened
from runtime.cli.outcome import LOG, readable, unreadable, unusable
from runtime.cli.terminal import number, progress
from runtime.verdicts import in_indonesian, not_checked

TAMPERED = 1
UNSEALED = 3
LONGEST_LINE = 64 * 1_048_576
"""An event is far shorter; a file without an end of line would be held in memory whole."""


def verify(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", help="Ekspor atau paket bukti yang diperiksa; bawaan: basis data."),
    ] = None,
    checkpoint: Annotated[
        list[Path] | None,
        typer.Option("--checkpoint", metavar="FILE", help="Titik periksa yang harus cocok; boleh berulang."),
    ] = None,
    key: Annotated[
        Path | None,
        typer.Option("--key", metavar="FILE", help="Kunci pemeriksa (vkey) yang harus menandatanganinya."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Tulis hasilnya sebagai JSON.")] = False,
) -> None:
    """Memeriksa log audit, dan bahwa yang dibaca orang sama dengan yang dikatakannya: keadaan, isian, alasan,
    berkas di disk, SOP, kalender, dan organisasi. Menyebut peristiwa rusak yang pertama.

    Berkas ekspor diperiksa tanpa basis data. Keluar 0 bila utuh, 1 bila diubah, 2 bila tidak terbaca, 3 bila
    utuh tetapi ada peristiwa yang lebih baru daripada titik periksanya.
    """
    held, keys = [_note(path) for path in checkpoint or ()], _keys(key)
    if file is not None and file.exists() and not (file.is_file() or file.is_fifo()):
        unusable(f"{file} bukan berkas. Sebut hasil `alur audit export`.")
    if file is not None and file.is_file() and zipfile.is_zipfile(file):
        report = _of_pack(file, [key] if key else [], checkpoint or [])
    elif file is not None:
        report = _of_file(file, held, keys)
    else:
        report = _of_database(held, keys)
    if as_json:
        typer.echo(json.dumps(_as_json(report), ensure_ascii=False))
    elif report.ok:
        _tell_whole(report)
    for fault in report.faults:
        LOG.info("audit: %s event %d: %s", fault.stream, fault.seq, fault.what)
    if report.first_bad is not None:
        _tell(report.first_bad, len(report.faults))
        raise typer.Exit(TAMPERED)
    if report.tree is not None and report.tree.origin is not None and report.tree.unsealed:
        raise typer.Exit(UNSEALED)


def add_to(group: typer.Typer) -> None:
    group.command("verify", epilog="Contoh: alur audit verify log-audit.jsonl --checkpoint titik.txt")(verify)


def _note(path: Path) -> Note:
    try:
        return parsed_note(readable(path).decode())
    except ValueError as error:
        LOG.info("%s: %s", path, error)
        unusable(f"{path} bukan titik periksa (checkpoint). Buat dengan `alur audit checkpoint`.")


def _keys(path: Path | None) -> list[VerifierKey]:
    if path is None:
        return []
    try:
        return [VerifierKey.parsed(line) for line in readable(path).decode().split("\n") if line.strip()]
    except ValueError as error:
        LOG.info("%s: %s", path, error)
        unusable(f"{path} bukan kunci pemeriksa (vkey). Buat dengan `alur audit key`.")


def _of_database(held: list[Note], keys: list[VerifierKey]) -> VerifyReport:
    with opened() as system, progress("Memeriksa log audit") as advance:
        office = system.engine.context
        system.engine.checkpoints.sequence(everything=True)
        newest = office.checkpoint_folder.newest()
        told = held or ([newest] if newest is not None else [])
        return office.store.read(
            lambda connection: verify_log(connection, office.files, advance, held=told, keys=keys)
        )


def _of_file(file: Path, held: list[Note], keys: list[VerifierKey]) -> VerifyReport:
    try:
        with file.open(encoding="utf-8", errors="surrogateescape") as lines, progress("Memeriksa log audit"):
            return verify_export(iter(partial(lines.readline, LONGEST_LINE), ""), held, keys)
    except InvalidInput as error:
        LOG.info("%s cannot be read: %s", file, error)
        unusable(error.message.indonesian)
    except OSError as error:
        LOG.info("%s cannot be read: %s", file, error)
        unusable(unreadable(file, error))


def _of_pack(file: Path, keys: list[Path], checkpoints: list[Path]) -> VerifyReport:
    """An evidence pack, by the very file that verifies it elsewhere."""
    try:
        with progress("Memeriksa paket bukti"):
            verdict = evidence.verify(  # type: ignore[no-untyped-call]
                str(file),
                *([path.read_text(encoding="utf-8") for path in some] for some in (keys, checkpoints)),
            )
    except evidence.Unreadable as error:
        LOG.info("%s cannot be read: %s", file, error)
        unusable(f"{file} bukan paket bukti. Buat dengan `alur audit export --format pack`.")
    faults = [Fault(**fault) for fault in verdict["faults"]]
    skipped = [Fault(**item) for item in verdict["not_checked"]]
    tree = None
    if verdict["ok"]:
        tree = TreeState(verdict["origin"], verdict["size"], verdict["root"], verdict["unsealed"])
    return VerifyReport(verdict["events"], verdict["streams"], faults, skipped, tree)


def _tell_whole(report: VerifyReport) -> None:
    counts = f"{number(report.checked)} peristiwa dalam {number(report.streams)} aliran"
    typer.echo(f"Log audit utuh: {counts}.")
    tree = report.tree
    if tree is not None and tree.origin is not None:
        typer.echo(f"Titik periksa {tree.origin}: {number(tree.size)} peristiwa, akar {tree.root}.")
        if tree.unsealed:
            typer.echo(f"{number(tree.unsealed)} peristiwa lebih baru daripada titik periksa itu.")
    if (more := not_checked(report)) is not None:
        typer.echo(more.indonesian)


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
    tree = report.tree
    return {
        "ok": report.ok,
        "events": report.checked,
        "streams": report.streams,
        "faults": [_shown(fault) for fault in report.faults],
        "origin": tree.origin if tree else None,
        "size": tree.size if tree else None,
        "root": tree.root if tree else None,
        "unsealed": tree.unsealed if tree else None,
        "not_checked": [_shown(fault) for fault in report.not_checked],
    }


def _shown(fault: Fault) -> dict[str, object]:
    return {"stream": fault.stream, "seq": fault.seq, "what": fault.what}
