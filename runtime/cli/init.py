"""``alur init`` and ``alur account``: the first administrator, and passwords given out on the host."""

from pathlib import Path
from typing import Annotated

import typer

from engine.errors import DefinitionError
from engine.organisation import read_organisation
from runtime.accounts import new_passwords, set_up, without_password
from runtime.cli.opening import opened
from runtime.cli.reporting import readable, refuse, unusable
from runtime.cli.terminal import progress, table

ONCE = "Kata sandi hanya ditampilkan sekali ini; yang disimpan hanya sidiknya."


def init(
    organisation: Annotated[
        Path | None, typer.Option("--organisation", help="Berkas org/v1 kantor ini; memuat akun admin.")
    ] = None,
) -> None:
    """Menyiapkan kantor baru: basis data, organisasi, kalender bawaan, dan administrator pertamanya.

    Ditolak bila seorang administrator sudah dapat masuk. Tanpa --organisation dibuat instansi "kantor" dengan
    satu akun "admin"; organisasinya menyusul dengan `alur org load`.
    """
    read = None
    if organisation is not None:
        try:
            read = read_organisation(readable(organisation), file=str(organisation))
        except DefinitionError as error:
            refuse(error, str(organisation))
    with opened(existing=False) as system, progress("Menyiapkan"):
        username, password = set_up(system, read)
    typer.echo(f"Administrator: {username}\nKata sandi:    {password}")
    typer.echo(f"{ONCE} Jalankan `alur serve`, lalu masuk.", err=True)


def password(
    usernames: Annotated[list[str] | None, typer.Argument(metavar="AKUN", help="Akunnya.")] = None,
    missing: Annotated[bool, typer.Option("--missing", help="Semua akun yang belum punya.")] = False,
) -> None:
    """Memberi akun kata sandi acak yang baru dan mengakhiri sesi serta tokennya."""
    if bool(usernames) == missing:
        unusable("Sebut akunnya, atau pakai --missing untuk semua yang belum punya kata sandi.")
    with opened() as system, progress("Membuat kata sandi"):
        given = new_passwords(system, usernames or without_password(system))
    if not given:
        typer.echo("Semua akun sudah punya kata sandi.", err=True)
        return
    table(("Akun", "Kata sandi"), sorted(given.items()))
    typer.echo(ONCE, err=True)


def add_to(app: typer.Typer) -> None:
    app.command("init", epilog="Contoh: alur init --organisation kantor.yaml")(init)
    group = typer.Typer(help="Akun pengguna.", rich_markup_mode=None, no_args_is_help=True)
    example = "Contoh: alur account password --missing"
    group.command("password", epilog=example)(password)
    app.add_typer(group, name="account", epilog=example)
