"""``alur account``: keeping accounts on the host, with the same commands as the administrator's pages."""

from typing import Annotated

import typer

from engine.access.actor import HOST
from engine.store import Tx
from engine.views.accounts import Purpose
from runtime.accounts import new_passwords, without_password
from runtime.cli.office import agency_of, opened
from runtime.cli.outcome import unusable
from runtime.cli.terminal import progress, table

ONCE = "Kata sandi hanya ditampilkan sekali ini; yang disimpan hanya sidiknya."
Account = Annotated[str, typer.Argument(metavar="AKUN", help="Akunnya.")]
Agency = Annotated[str | None, typer.Option("--agency", help="Instansinya, bila ada beberapa.")]


def show(agency: Agency = None) -> None:
    """Menampilkan semua akun: perannya, dan dapatkah ia masuk."""
    with opened() as system:
        home = agency_of(system, agency)
        read = system.engine.context.store.read
        profiles = read(lambda connection: Tx(connection).accounts.profiles(home, None, None, 100_000))
    rows = [
        (
            profile.username,
            profile.label,
            ", ".join(profile.system_roles),
            "nonaktif" if profile.disabled else "aktif" if profile.has_password else "tanpa kata sandi",
            "ya" if profile.second_factor else "tidak",
        )
        for profile in profiles
    ]
    table(("Akun", "Nama", "Peran sistem", "Keadaan", "Dua langkah"), rows)


def create(
    account: Account,
    label: Annotated[str, typer.Argument(metavar="NAMA", help="Nama pemiliknya.")],
    agency: Agency = None,
    role: Annotated[list[str] | None, typer.Option("--role", help="Peran sistem; boleh diulang.")] = None,
    contact: Annotated[str | None, typer.Option("--contact", help="Alamat surelnya.")] = None,
) -> None:
    """Membuat akun; pemiliknya mengatur kata sandi sendiri dengan `alur account invite`."""
    with opened() as system:
        system.engine.accounts.create(
            account,
            label,
            by=HOST,
            agency=agency_of(system, agency),
            contact=contact,
            system_roles=role or (),
        )
    typer.echo(f"{account} dibuat. Undang dengan `alur account invite {account}`.")


def contact(
    account: Account,
    address: Annotated[str, typer.Argument(metavar="SUREL", help='Alamat barunya; "" menghapusnya.')],
) -> None:
    """Mengganti alamat surel akun; alamat lama diberi tahu, dan tautan yang dikirim ke sana berakhir."""
    with opened() as system:
        changed = system.engine.profiles.change_contact(account, address, by=HOST)
    typer.echo(f"{account}: {changed['contact'] or 'tanpa alamat surel'}.")
    if changed["told"]:
        typer.echo("Alamat lamanya sudah diberi tahu.", err=True)


def invite(account: Account) -> None:
    """Membuat tautan sekali pakai untuk mengatur kata sandi pertama; berlaku 72 jam."""
    _link(account, "invite")


def reset(account: Account) -> None:
    """Mencabut kata sandi, sesi, dan token, lalu membuat tautan sekali pakai untuk kata sandi baru."""
    _link(account, "reset")


def disable(account: Account) -> None:
    """Menonaktifkan akun; sesi, token, dan tautannya berakhir seketika."""
    with opened() as system:
        system.engine.accounts.disable(account, by=HOST)
    typer.echo(f"{account} nonaktif.")


def enable(account: Account) -> None:
    """Mengaktifkan kembali akun, dengan kata sandi yang dimilikinya."""
    with opened() as system:
        system.engine.accounts.enable(account, by=HOST)
    typer.echo(f"{account} aktif.")


def unlock(account: Account) -> None:
    """Melupakan percobaan masuk yang gagal, sehingga pemilik akun tidak perlu menunggu."""
    with opened() as system:
        system.engine.accounts.unlock(account, by=HOST)
    typer.echo(f"{account} dapat mencoba masuk lagi.")


def end_sessions(account: Account) -> None:
    """Mengakhiri semua sesi dan token akun."""
    with opened() as system:
        system.engine.accounts.end_sessions(account, by=HOST)
    typer.echo(f"Semua sesi dan token {account} berakhir.")


def drop_second_factor(account: Account) -> None:
    """Mematikan verifikasi dua langkah orang yang kehilangan perangkat dan kode pemulihannya."""
    with opened() as system:
        system.engine.accounts.drop_second_factor(account, by=HOST)
    typer.echo(f"{account} masuk tanpa kode sampai mendaftar lagi.")


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


def _link(account: str, purpose: Purpose) -> None:
    with opened() as system:
        made = system.engine.accounts.link(account, purpose, by=HOST)
    typer.echo(made["url"])
    sent = " Juga dikirim ke surelnya." if made["mailed"] else ""
    typer.echo(f"Berlaku sampai {made['expires_at']}, satu kali, dan hanya ditampilkan kini.{sent}", err=True)
    if str(made["url"]).startswith("/"):
        typer.echo("Tambahkan alamat Alur di depannya, atau isi ALUR_PUBLIC_URL.", err=True)


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(help="Akun pengguna.", rich_markup_mode=None, no_args_is_help=True)
    for name, command, example in (
        ("show", show, "alur account show"),
        ("create", create, 'alur account create jp.umum "Pelaksana Umum"'),
        ("contact", contact, "alur account contact jp.umum jp.umum@contoh.go.id"),
        ("invite", invite, "alur account invite jp.umum"),
        ("reset", reset, "alur account reset jp.umum"),
        ("password", password, "alur account password --missing"),
        ("disable", disable, "alur account disable jp.umum"),
        ("enable", enable, "alur account enable jp.umum"),
        ("unlock", unlock, "alur account unlock jp.umum"),
        ("end-sessions", end_sessions, "alur account end-sessions jp.umum"),
        ("drop-second-factor", drop_second_factor, "alur account drop-second-factor jp.umum"),
    ):
        group.command(name, epilog=f"Contoh: {example}")(command)
    app.add_typer(group, name="account", epilog="Contoh: alur account invite jp.umum")
