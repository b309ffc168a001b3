"""``alur definition``: storing SOP versions and moving them through their lifecycle."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from engine.access.actor import Actor
from engine.errors import DefinitionError
from engine.sop.checks import require_definition
from engine.sop.yaml_text import decoded
from runtime.cli.office import opened
from runtime.cli.outcome import readable, refuse

Verb = Literal["submit", "approve", "make-effective", "revoke", "reinstate"]


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
        stored = store(None, decoded(content), agency=agency, as_demonstration=demonstration)
    typer.echo(f"{stored['id']} {stored['version']}: {stored['status']}.")


def move(
    sop: Annotated[str, typer.Argument(help="Id SOP.")],
    version: Annotated[str, typer.Argument(help="Versinya.")],
    verb: Annotated[Verb, typer.Argument(help="Langkahnya.")],
    account: Annotated[str, typer.Option("--account", help="Akun pejabat atau penyusun yang melakukannya.")],
    reason: Annotated[str | None, typer.Option("--reason", help="Alasan.")] = None,
) -> None:
    """Mengajukan, mengesahkan, memberlakukan, mencabut, atau memberlakukan kembali satu versi SOP."""
    with opened() as system:
        moved = system.engine.definitions.move(Actor(account), sop, version, verb, reason=reason)
    typer.echo(f"{moved['id']} {moved['version']}: {moved['status']}.")


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(help="Definisi SOP.", rich_markup_mode=None, no_args_is_help=True)
    example = "Contoh: alur definition store sop_definitions/perbaikan-data-kinerja.yaml"
    group.command("store", epilog=example)(store)
    example = "Contoh: alur definition move perbaikan-data-kinerja 1.0.0 submit --account admin"
    group.command("move", epilog=example)(move)
    app.add_typer(group, name="definition", epilog=example)
