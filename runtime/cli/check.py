"""``alur check``."""

from pathlib import Path
from typing import Annotated

import typer

from runtime.cli.outcome import readable, unreadable
from runtime.cli.terminal import progress
from runtime.inspection import Inspected, Inspector
from runtime.sibling_files import yaml_files


def check(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE", help="Berkas YAML yang diperiksa; folder: semua YAML di dalamnya."),
    ],
    organisation: Annotated[
        Path | None,
        typer.Option("--organisation", help="Berkas org/v1; bawaan: satu-satunya yang ada di folder SOP."),
    ] = None,
) -> None:
    """Memeriksa SOP dan skenarionya, juga berkas organisasi, kalender, dan hari libur.

    Setiap masalah satu baris: berkas:baris:kolom. Keluar 0 bila bersih (peringatan boleh ada), 1 bila ada
    kesalahan atau skenario yang berbeda, 2 bila berkasnya tidak dapat dibaca.
    """
    if organisation is not None:
        readable(organisation)
    # A folder without YAML stays in the list, to be told as unreadable.
    files = [file for path in files for file in (yaml_files(path) if path.is_dir() else []) or [path]]
    inspector = Inspector(organisation)
    results: list[Inspected | str] = []
    with progress("Memeriksa") as advance:
        for index, file in enumerate(files):
            advance(index, len(files))
            try:
                results.append(inspector.inspect(file))
            except OSError as error:
                results.append(unreadable(Path(error.filename or file), error))
    for result in results:
        _print(result)
    if any(isinstance(result, str) for result in results):
        raise typer.Exit(2)
    if any(isinstance(result, Inspected) and result.errors for result in results):
        raise typer.Exit(1)


def add_to(app: typer.Typer) -> None:
    app.command("check", epilog="Contoh: alur check sop_definitions/perbaikan-data-kinerja.yaml")(check)


def _print(result: Inspected | str) -> None:
    if isinstance(result, str):
        typer.echo(result, err=True)
        return
    for file, problem in result.told:
        typer.echo(problem.render(str(file)))
    about = "; ".join([*result.facts, f"{result.errors} kesalahan, {result.warnings} peringatan"])
    title = f"{' '.join(result.title.split())} — " if result.title else ""
    typer.echo(f"{result.file}: {title}{about}")
