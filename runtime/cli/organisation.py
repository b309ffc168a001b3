"""``alur migrate`` and ``alur org``: the database, and the office in it as a whole file."""

import json
from pathlib import Path
from typing import Annotated

import typer

from engine.access.actor import HOST
from engine.commands.organisation.organisation_files import foreseen_view
from engine.errors import DefinitionError
from migrations import current_revision
from runtime.backup.move import move
from runtime.cli import absences, office_changes, staff
from runtime.cli.diff import show_changes
from runtime.cli.office import agency_of, opened
from runtime.cli.outcome import readable, refuse
from runtime.cli.reassess import EXAMPLE, reassess
from runtime.cli.terminal import number, progress

Agency = Annotated[str | None, typer.Option("--agency", help="Instansi, bila ada beberapa.")]


def migrate(
    to: Annotated[
        str | None,
        typer.Option("--to", metavar="URL", help="Pindahkan kantor dari SQLite ke PostgreSQL kosong ini."),
    ] = None,
) -> None:
    """Membuat basis data, atau membawanya ke skema versi program ini. Aman diulang.

    Basis datanya disebut oleh ALUR_DATABASE_URL atau alur.env; pada PostgreSQL pemilik tabelnya oleh
    ALUR_MIGRATION_URL. Dengan --to seluruh kantor disalin ke PostgreSQL (alamat pemilik tabelnya) dan
    diperiksa: semua atau tidak sama sekali. Hentikan dahulu layanannya.
    """
    if to is not None:
        _move(to)
        return
    with opened(existing=False) as system, progress("Memigrasi"):
        system.migrate()
        revision = system.engine.context.store.read(current_revision)
    typer.echo(f"Basis data siap pada skema {revision}.")


def _move(target: str) -> None:
    with opened() as system, progress("Memindahkan") as advance:
        moved = move(system, target, advance)
        settings = system.settings
    rows = number(sum(moved.rows.values()))
    typer.echo(
        f"Dipindahkan: {rows} baris dalam {len(moved.rows)} tabel; log audit utuh:"
        f" {number(moved.audit.checked)} peristiwa dalam {number(moved.audit.streams)} aliran."
    )
    places = {
        "ALUR_FILES_DIR": settings.files_root,
        "ALUR_KEY_FILE": settings.key_path,
        "ALUR_LOG_KEY_FILE": settings.log_key_path,
        "ALUR_CHECKPOINT_DIR": settings.checkpoint_path,
    }
    told = ", ".join(f"{name}={place}" for name, place in places.items())
    typer.echo(
        "Berikutnya: atur ALUR_DATABASE_URL, ALUR_MIGRATION_URL, dan tempat yang sampai kini di samping"
        f" berkas SQLite: {told}. Jalankan `alur migrate` dan `alur doctor`, lalu simpan berkas SQLite yang"
        " lama di tempat lain.",
        err=True,
    )


def load(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Berkas org/v1.")],
    check: Annotated[
        bool, typer.Option("--check", help="Hanya perlihatkan apa yang akan berubah; tidak menyimpan.")
    ] = False,
    version: Annotated[
        int | None, typer.Option("--version", help="Simpan hanya bila organisasi masih versi ini.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Tulis hasilnya sebagai JSON.")] = False,
) -> None:
    """Menyimpan organisasi: unit, jabatan, pejabat, mandat, dan akun menjadi seperti yang tertulis.

    Yang tidak tertulis lagi berakhir kemarin; akunnya dinonaktifkan. Tidak ada yang dihapus. Lihat dahulu
    dengan --check.
    """
    text = readable(file)
    with opened() as system:
        files = system.engine.organisation_files
        try:
            if check:
                changed = foreseen_view(files.foresee(HOST, text, file=str(file)))
            else:
                changed = files.load(HOST, text, version=version, file=str(file))
        except DefinitionError as error:
            refuse(error, str(file))
    if as_json:
        typer.echo(json.dumps(changed, ensure_ascii=False))
    else:
        show_changes(changed, "Akan berubah" if check else "Berubah")


def export(agency: Agency = None) -> None:
    """Menulis organisasi sebagai berkas org/v1, untuk disimpan, diubah, dan dimuat kembali."""
    with opened() as system:
        text = system.engine.queries.organisation.file_of(agency_of(system, agency))
    typer.echo(text, nl=False)


def add_to(app: typer.Typer) -> None:
    app.command("migrate", epilog="Contoh: ALUR_DATABASE_URL=sqlite:///kantor.db alur migrate")(migrate)
    group = typer.Typer(
        help="Organisasi instansi: unit, jabatan, pejabat, mandat.",
        rich_markup_mode=None,
        no_args_is_help=True,
    )
    example = "Contoh: alur org load sop_definitions/org-demo.yaml --check"
    group.command("load", epilog=example)(load)
    group.command("reassess", epilog=EXAMPLE)(reassess)
    group.command("export", epilog="Contoh: alur org export > organisasi.yaml")(export)
    group.command("staff", epilog=staff.EXAMPLE)(staff.staff)
    office_changes.add_to(group)
    absences.add_to(group)
    app.add_typer(group, name="org", epilog=example)
