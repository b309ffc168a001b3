"""``alur init``: a new office with its first administrator."""

from pathlib import Path
from typing import Annotated

import typer

from engine.errors import DefinitionError
from engine.organisation import read_organisation
from runtime.accounts import set_up
from runtime.cli.account import ONCE
from runtime.cli.office import opened
from runtime.cli.outcome import readable, refuse
from runtime.cli.terminal import progress


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
        key, roles = system.settings.key_path, system.engine.context.second_factor_roles
    typer.echo(f"Administrator: {username}\nKata sandi:    {password}")
    typer.echo(f"{ONCE} Jalankan `alur serve`, lalu masuk.", err=True)
    if "admin" in roles:
        typer.echo(
            "Hak administrator berlaku setelah verifikasi dua langkah aktif (halaman Akun saya).", err=True
        )
    if key is not None:
        typer.echo(f"Kunci aplikasi: {key}. Simpan salinannya terpisah dari cadangan.", err=True)


def add_to(app: typer.Typer) -> None:
    app.command("init", epilog="Contoh: alur init --organisation kantor.yaml")(init)
