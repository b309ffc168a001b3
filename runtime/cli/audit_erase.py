"""``alur audit erase``: personal data gone for good, proofs whole."""

import json
from typing import Annotated

import typer

from engine.commands.audit.erasure import Erased, Target
from runtime.cli.audit_checkpoint import AsJson, folder_refused
from runtime.cli.office import opened
from runtime.cli.outcome import unusable
from runtime.cli.terminal import number, progress


def erase(
    account: Annotated[str | None, typer.Option("--account", metavar="USER", help="Nama akun.")] = None,
    case: Annotated[str | None, typer.Option("--case", metavar="NUMBER", help="Nomor berkas proses.")] = None,
    file: Annotated[str | None, typer.Option("--file", metavar="ID", help="Id unggahan.")] = None,
    basis: Annotated[str, typer.Option("--basis", metavar="TEXT", help="Dasar penghapusan.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Hanya tunjukkan yang akan dihapus.")] = False,
    as_json: AsJson = False,
) -> None:
    """Menghapus data pribadi sebuah akun, berkas yang sudah selesai, atau satu unggahan, untuk selamanya.

    Peristiwa tetap dan log tetap utuh; satu peristiwa `data.erase` menyebut dasarnya. Cadangan yang lebih
    lama menghapusnya lagi ketika dipulihkan dengan folder titik periksa ini. Berkas berjalan ditolak.
    """
    targets: dict[Target, str | None] = {"account": account, "case": case, "file": file}
    given = [(target, name) for target, name in targets.items() if name is not None]
    if len(given) != 1:
        unusable("Sebut tepat satu: --account, --case atau --file.")
    if not dry_run and not basis.strip():
        unusable("--basis: sebut dasar penghapusannya.")
    [(target, name)] = given
    with opened() as system, progress("Menghapus"):
        if dry_run:
            erased = system.engine.erasure.plan(target, name)
        else:
            try:
                erased = system.engine.erasure.erase(target, name, basis)
            except OSError as error:
                folder_refused(system, error)
    if as_json:
        typer.echo(json.dumps(_as_json(erased, dry_run), ensure_ascii=False))
    else:
        _tell(erased, dry_run)


def add_to(group: typer.Typer) -> None:
    example = 'Contoh: alur audit erase --case PDK-2026-0001 --basis "Jadwal retensi arsip" --dry-run'
    group.command("erase", epilog=example)(erase)


def _tell(erased: Erased, dry_run: bool) -> None:
    goes = erased.goes
    count = sum(map(len, goes.details.values()))
    verb = "Akan dihapus" if dry_run else "Dihapus"
    typer.echo(
        f"{verb}: {number(count)} rincian, {number(len(goes.notices))} pemberitahuan,"
        f" {number(len(goes.files))} unggahan ({number(len(goes.hashes))} isi di disk)."
    )
    for said in (*erased.stays, *erased.warnings):
        typer.echo(said.indonesian, err=said in erased.warnings)
    if not dry_run and not erased.scrubbed:
        typer.echo(
            "Sisa halaman basis data belum dibersihkan: hentikan layanan lalu ulangi, atau pada PostgreSQL"
            " lihat docs/security.md.",
            err=True,
        )


def _as_json(erased: Erased, dry_run: bool) -> dict[str, object]:
    goes = erased.goes
    return {
        "target": erased.target,
        "subject": erased.subject,
        "dry_run": dry_run,
        "goes": {
            "details": goes.details,
            "notices": len(goes.notices),
            "files": goes.files,
            "hashes": goes.hashes,
        },
        "stays": [said.english for said in erased.stays],
        "shared": goes.shared,
        "warnings": [said.english for said in erased.warnings],
        "scrubbed": erased.scrubbed,
    }
