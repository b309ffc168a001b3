"""``alur import``."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from documents.intake.archive import MOST_BYTES
from documents.intake.draft import Draft, imported
from engine.errors import TooLarge, UnsupportedMediaType
from engine.sop.checks import load_definition
from runtime.cli.files import save
from runtime.cli.outcome import readable, unusable

WORDS = {"sure": "pasti", "likely": "mungkin", "guess": "tebakan", "missing": "belum ada"}


def import_file(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Tabel SOP (.docx, .xlsx), atau PDF yang dicetak Alur.")
    ],
    sheet: Annotated[str | None, typer.Option("--sheet", help="Lembar Excel; bawaan: semuanya.")] = None,
    report: Annotated[
        Path | None, typer.Option("--report", help="Tulis laporan keyakinannya (JSON) ke berkas ini.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", help="Tulis YAML-nya ke berkas ini; bawaan: stdout.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="YAML dan laporannya sebagai satu JSON.")] = False,
) -> None:
    """Membuat rancangan SOP dari tabel Word atau Excel, atau mengambilnya kembali dari PDF Alur.

    Tidak ada yang ditebak diam-diam: yang belum pasti ditulis di stderr dan di laporan. Keluar 0 bila
    YAML-nya lulus pemeriksaan, 1 bila masih ada kesalahan atau yang belum ada, 2 bila berkasnya ditolak.
    """
    try:
        draft = imported(readable(file, MOST_BYTES + 1), file.name, sheet)
    except (TooLarge, UnsupportedMediaType) as error:
        unusable(f"{file}: {error.message.indonesian}")
    if report is not None:
        save(report, [json.dumps(draft.report, ensure_ascii=False, indent=2).encode() + b"\n"])
    if as_json:
        text = draft.yaml.decode("utf-8", "replace")
        _give(output, json.dumps({"yaml": text, "report": draft.report}, ensure_ascii=False).encode() + b"\n")
    else:
        _give(output, draft.yaml)
        _tell(draft, str(output or file))
    if not draft.is_ready:
        raise typer.Exit(1)


def add_to(app: typer.Typer) -> None:
    epilog = "Contoh: alur import sop-surat-keluar.docx --output sop-surat-keluar.yaml --report laporan.json"
    app.command("import", epilog=epilog)(import_file)


def _give(output: Path | None, content: bytes) -> None:
    if output is not None:
        save(output, [content])
    else:
        sys.stdout.buffer.write(content)
        sys.stdout.flush()


def _tell(draft: Draft, file: str) -> None:
    for fact in draft.report["facts"]:
        if fact["confidence"] != "sure":
            place = f" ({fact['at']})" if fact["at"] else ""
            typer.echo(f"{WORDS[fact['confidence']]}: {fact['path']}{place}: {fact['why']}", err=True)
    for problem in load_definition(draft.yaml, file=file).errors:
        typer.echo(problem.render(file), err=True)
    counted = ", ".join(f"{number} {WORDS[word]}" for word, number in draft.report["summary"].items())
    typer.echo(f"{draft.report['rows']} langkah; {counted}.", err=True)
