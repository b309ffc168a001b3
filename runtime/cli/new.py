"""``alur new``: the first text of an SOP, from answers."""

import os
from pathlib import Path
from typing import Annotated

import typer

from engine.sop.editing.skeleton import skeleton
from runtime.cli.files import save
from runtime.cli.outcome import unusable

EXAMPLE = 'Contoh: alur new "Surat Masuk" --actor Petugas --actor Sekretaris --step "Mencatat surat=Petugas"'


def new(
    title: Annotated[
        str | None, typer.Argument(metavar="TITLE", help="Judul SOP; ditanyakan bila kosong.")
    ] = None,
    actor: Annotated[
        list[str] | None,
        typer.Option("--actor", help="Satu kolom Pelaksana, menurut urutannya; boleh berulang."),
    ] = None,
    step: Annotated[
        list[str] | None,
        typer.Option("--step", metavar="KEGIATAN=PELAKSANA", help="Satu baris tabel; boleh berulang."),
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", help="Berkas hasilnya; bawaan layar.")] = None,
) -> None:
    """Membuat kerangka SOP dari jawaban: judul, pelaksana, dan langkahnya; lalu `alur check`."""
    asked = title is None
    title = title or typer.prompt("Judul SOP", err=True)
    actors = list(actor or ()) or (_several("Pelaksana (kosong bila cukup)") if asked else [])
    rows = list(step or ()) or (
        _several("Langkah, seperti: Mencatat surat=Petugas (kosong bila cukup)") if asked else []
    )
    text = skeleton(" ".join(title.split()), actors, [_row(row) for row in rows])
    if output is None:
        typer.echo(text, nl=False)
        return
    if os.path.lexists(output):
        unusable(f"Berkas {output} sudah ada; pilih nama lain.")
    save(output, [text.encode()])
    typer.echo(f"{output} ditulis. Periksa dengan: alur check {output}", err=True)


def add_to(app: typer.Typer) -> None:
    app.command("new", epilog=EXAMPLE)(new)


def _several(question: str) -> list[str]:
    answers: list[str] = []
    while answer := typer.prompt(question, default="", show_default=False, err=True).strip():
        answers.append(answer)
    return answers


def _row(answer: str) -> tuple[str, str]:
    activity, _, who = answer.rpartition("=")
    return (activity.strip(), who.strip()) if activity else (answer.strip(), "")
