"""``alur identity``: accounts of persons of the OpenID provider, and accounts without a password here."""

from typing import Annotated

import typer

from engine.access.actor import HOST
from engine.text.dates import console_text
from runtime.cli.office import opened
from runtime.cli.outcome import unusable
from runtime.cli.terminal import table

Account = Annotated[str, typer.Argument(metavar="AKUN", help="Akunnya.")]
Accounts = Annotated[list[str], typer.Argument(metavar="AKUN", help="Akun-akunnya.")]
Subject = Annotated[
    str, typer.Argument(metavar="SUBJEK", help="Nilai klaim `sub` orang itu di penyedia akun.")
]


def show(account: Account) -> None:
    """Menampilkan tautan sebuah akun ke penyedia akun."""
    with opened() as system:
        links = system.engine.identities.links(account, by=HOST)
    if not links:
        typer.echo(f"{account} belum tertaut.", err=True)
        return
    rows = [(link.issuer, link.subject, console_text(link.linked_at)) for link in links]
    table(("Penyedia", "Subjek", "Sejak"), rows)


def link(account: Account, subject: Subject) -> None:
    """Menautkan akun ke seseorang di penyedia akun, bila alamat surelnya tidak cocok."""
    with opened() as system:
        issuer = system.settings.oidc_issuer
        if issuer is None:
            unusable("Isi dahulu ALUR_OIDC_ISSUER: tautan selalu pada satu penyedia akun.")
        system.engine.identities.link(account, issuer, subject, by=HOST)
    typer.echo(f"{account} tertaut.")


def unlink(account: Account) -> None:
    """Melepaskan tautan akun, dan mengakhiri sesi serta tokennya."""
    with opened() as system:
        taken = system.engine.identities.unlink(account, by=HOST)
    typer.echo(f"{account}: {taken} tautan dilepas.")


def leave_password(accounts: Accounts) -> None:
    """Mencabut kata sandi Alur: akun masuk hanya lewat direktori (LDAP) atau penyedia akun."""
    with opened() as system:
        if system.settings.oidc_issuer is None and system.settings.ldap_url is None:
            unusable("Isi dahulu ALUR_LDAP_URL atau ALUR_OIDC_ISSUER; tanpa itu akun ini tidak dapat masuk.")
        for account in accounts:
            system.engine.identities.leave_password(account, by=HOST)
    typer.echo(f"{len(accounts)} akun tanpa kata sandi Alur.")


def add_to(app: typer.Typer) -> None:
    example = "Contoh: alur identity show kadis"
    group = typer.Typer(
        help="Masuk lewat penyedia akun atau direktori.", rich_markup_mode=None, no_args_is_help=True
    )
    group.command("show", epilog=example)(show)
    group.command("link", epilog="Contoh: alur identity link kadis 3f1c9c7e")(link)
    group.command("unlink", epilog="Contoh: alur identity unlink kadis")(unlink)
    group.command("leave-password", epilog="Contoh: alur identity leave-password kadis sekdis")(
        leave_password
    )
    app.add_typer(group, name="identity", epilog=example)
