"""``alur definition``: storing SOP versions and moving them through their lifecycle."""

import json
from pathlib import Path
from typing import Annotated, Literal

import typer

from documents.document import document_pages
from documents.svg import as_svg
from engine.access.actor import HOST, Actor
from engine.errors import DefinitionError
from engine.sop.checks import require_definition
from engine.sop.diff import DefinitionDiff, definition_diff
from engine.sop.yaml_text import decoded
from runtime.cli import migration
from runtime.cli.document import file_or_stored
from runtime.cli.office import opened
from runtime.cli.outcome import readable, refuse

Verb = Literal["submit", "return", "approve", "make-effective", "revoke", "reinstate"]


def store(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Berkas sop/v1.")],
    demonstration: Annotated[
        bool,
        typer.Option("--demonstration", help="Pakai status yang tertulis di berkas; hanya untuk uji coba."),
    ] = False,
    agency: Annotated[
        str | None, typer.Option("--agency", help="Id instansi pemiliknya; wajib bila ada beberapa.")
    ] = None,
) -> None:
    """Menyimpan satu versi SOP sebuah instansi sebagai rancangan (draft)."""
    content = readable(file)
    try:
        require_definition(content, file=str(file))
    except DefinitionError as error:
        refuse(error, str(file))
    with opened() as system:
        store = system.engine.definitions.store
        stored = store(HOST, decoded(content), agency=agency, as_demonstration=demonstration)
    typer.echo(f"{stored['id']} {stored['version']}: {stored['status']}.")


def move(
    sop: Annotated[str, typer.Argument(help="Id SOP.")],
    version: Annotated[str, typer.Argument(help="Versinya.")],
    verb: Annotated[Verb, typer.Argument(help="Langkahnya.")],
    account: Annotated[str, typer.Option("--account", help="Akun pejabat atau penyusun yang melakukannya.")],
    reason: Annotated[str | None, typer.Option("--reason", help="Alasan.")] = None,
) -> None:
    """Mengajukan, mengembalikan, mengesahkan, memberlakukan, atau mencabut versi SOP, atau memulihkannya."""
    with opened() as system:
        moved = system.engine.definitions.move(Actor(account), sop, version, verb, reason=reason)
    typer.echo(f"{moved['id']} {moved['version']}: {moved['status']}.")


def diff(
    old: Annotated[str, typer.Argument(metavar="A", help="Berkas sop/v1, id SOP, atau id@versi.")],
    new: Annotated[str, typer.Argument(metavar="B", help="Yang dibandingkan dengannya.")],
    format: Annotated[
        Literal["text", "json", "svg"], typer.Option("--format", help="Bentuk hasilnya.")
    ] = "text",
    agency: Annotated[
        str | None, typer.Option("--agency", help="Id instansi pemiliknya; wajib bila ada beberapa.")
    ] = None,
) -> None:
    """Membandingkan dua versi SOP: yang ditambah, yang dihapus, dan yang berubah. Keluar 1 bila berbeda.

    SVG adalah dokumen B dengan langkah yang berubah ditandai.
    """
    before, after = (file_or_stored(*_named(source), agency)[1] for source in (old, new))
    diff = definition_diff(before.as_written, after.as_written)
    if format == "json":
        typer.echo(json.dumps(diff.shape(), ensure_ascii=False, indent=2))
    elif format == "svg":
        pages = document_pages(after.definition)
        typer.echo(
            as_svg(pages, after.definition.identity.title, states=dict.fromkeys(diff.steps(), "changed")),
            nl=False,
        )
    else:
        _tell(diff)
    if not diff.is_empty:
        raise typer.Exit(1)


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(help="Definisi SOP.", rich_markup_mode=None, no_args_is_help=True)
    example = "Contoh: alur definition store sop_definitions/perbaikan-data-kinerja.yaml"
    group.command("store", epilog=example)(store)
    example = "Contoh: alur definition move perbaikan-data-kinerja 1.0.0 submit --account admin"
    group.command("move", epilog=example)(move)
    example = "Contoh: alur definition diff perbaikan-data-kinerja@1.0.0 perbaikan-data-kinerja.yaml"
    group.command("diff", epilog=example)(diff)
    group.command("migrate", epilog=migration.EXAMPLE)(migration.migrate)
    app.add_typer(group, name="definition", epilog=example)


def _named(source: str) -> tuple[str, str | None]:
    """``id@version`` apart; a file's name stays whole."""
    name, at, version = source.rpartition("@")
    return (name, version) if at and not Path(source).exists() else (source, None)


def _tell(diff: DefinitionDiff) -> None:
    if diff.is_empty:
        typer.echo("Tidak ada yang berubah.")
    for path in diff.added:
        typer.echo(f"+ {path}")
    for path in diff.removed:
        typer.echo(f"- {path}")
    for change in diff.changed:
        typer.echo(f"~ {change['path']}: {_short(change['old'])} → {_short(change['new'])}")


def _short(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
