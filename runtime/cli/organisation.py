"""``alur migrate`` and ``alur org``: the database and the organisation in it."""

from pathlib import Path
from typing import Annotated

import typer

from engine.errors import DefinitionError
from engine.organisation import Organisation, read_organisation
from migrations import current_revision
from runtime.cli.opening import opened
from runtime.cli.reporting import readable, refuse
from runtime.cli.terminal import progress

VACATED = (
    "akun {} adalah auditor atau administrator, sehingga jabatannya dianggap kosong;"
    " beri pemangku jabatan itu akun lain."
)


def migrate() -> None:
    """Membuat basis data, atau membawanya ke skema versi program ini. Aman diulang.

    Basis datanya disebut oleh ALUR_DATABASE_URL atau alur.env; pada PostgreSQL pemilik tabelnya oleh
    ALUR_MIGRATION_URL.
    """
    with opened(existing=False) as system, progress("Memigrasi"):
        system.migrate()
        revision = system.engine.office.store.read(current_revision)
    typer.echo(f"Basis data siap pada skema {revision}.")


def load(file: Annotated[Path, typer.Argument(metavar="FILE", help="Berkas org/v1.")]) -> None:
    """Menyimpan organisasi: unit, jabatan, pejabat, dan akun menjadi seperti yang tertulis."""
    organisation = _read(file)
    with opened() as system:
        version = system.engine.registry.put_organisation(organisation)
    typer.echo(f"{organisation.agency.label}: versi {version}, {len(organisation.accounts)} akun.")
    for account in organisation.vacated_by():
        typer.echo(f"Peringatan: {VACATED.format(account.username)}", err=True)


def add_to(app: typer.Typer) -> None:
    app.command("migrate", epilog="Contoh: ALUR_DATABASE_URL=sqlite:///kantor.db alur migrate")(migrate)
    group = typer.Typer(help="Organisasi instansi.", rich_markup_mode=None, no_args_is_help=True)
    example = "Contoh: alur org load sop_definitions/org-demo.yaml"
    group.command("load", epilog=example)(load)
    app.add_typer(group, name="org", epilog=example)


def _read(file: Path) -> Organisation:
    try:
        return read_organisation(readable(file), file=str(file))
    except DefinitionError as error:
        refuse(error, str(file))
