"""``alur backup`` and ``alur restore``."""

from pathlib import Path
from typing import Annotated

import typer

from engine.audit.verifier import VerifyReport
from runtime.backup import back_up
from runtime.backup import restore as put_back
from runtime.cli.office import opened
from runtime.cli.outcome import LOG, unreadable, unusable
from runtime.cli.terminal import number, progress
from runtime.settings import Settings
from runtime.system_words import reason
from runtime.verdicts import in_indonesian, not_checked


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Berkas cadangan yang akan dibuat.")],
) -> None:
    """Mencadangkan seluruh kantor ke satu berkas selagi berjalan: basis data dan semua unggahan.

    Isinya memuat data pribadi dan sidik kata sandi; simpan seperti menyimpan basis datanya. Kunci aplikasi
    (ALUR_KEY_FILE) tidak ikut: siapa memegang keduanya dapat membuka rahasia verifikasi dua langkah. Keluar 1
    bila ada unggahan yang hilang atau rusak di disk, atau isi kantor tidak sesuai log auditnya.
    """
    with opened() as system, progress("Mencadangkan") as advance:
        try:
            made = back_up(system, file, advance)
        except OSError as error:
            LOG.info("%s cannot be written: %s", file, error)
            unusable(f"{file} tidak dapat ditulis ({reason(error)}).")
    held = f"{number(len(made.manifest.files))} unggahan, skema {made.manifest.revision}"
    key = system.settings.key_path
    typer.echo(f"{file}: {number(made.size)} byte; {made.manifest.kind}, {held}.")
    if key is not None:
        typer.echo(f"Kunci aplikasi {key} tidak ikut; simpan salinannya terpisah.", err=True)
    if made.unsealed is not None:
        typer.echo(f"Titik periksa tidak ditandatangani: {made.unsealed.indonesian}", err=True)
    for name in made.manifest.damaged:
        typer.echo(f"Unggahan {name} hilang atau rusak di disk dan tidak dicadangkan.", err=True)
    if made.audit is not None:
        _tell(made.audit)
    if made.manifest.damaged or not (made.audit is None or made.audit.ok):
        raise typer.Exit(1)


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Berkas yang dibuat `alur backup`.")],
) -> None:
    """Memulihkan cadangan ke tempat kosong yang disebut pengaturan, lalu memeriksa sidik dan log auditnya."""
    with progress("Memulihkan") as advance:
        try:
            restored = put_back(Settings(), file, advance)
        except OSError as error:
            LOG.info("%s cannot be restored: %s", file, error)
            unusable(unreadable(file, error) if error.filename == str(file) else f"{file}: {reason(error)}.")
    if restored.erased_again:
        typer.echo(f"{number(restored.erased_again)} penghapusan data pribadi diulangi.", err=True)
    audit = restored.audit
    if audit.ok:
        counts = f"{number(audit.checked)} peristiwa dalam {number(audit.streams)} aliran"
        typer.echo(f"Dipulihkan sampai {restored.manifest.made_at}; log audit utuh: {counts}.")
    _tell(audit)
    if not audit.ok:
        raise typer.Exit(1)


def _tell(audit: VerifyReport) -> None:
    for bad in audit.faults:
        LOG.warning("audit: %s event %d: %s", bad.stream, bad.seq, bad.what)
        typer.echo(f"{bad.stream}: {in_indonesian(bad.what)}", err=True)
    if not audit.ok:
        typer.echo("Isi cadangan ini TIDAK utuh. Jalankan `alur audit verify`.", err=True)
    elif (told := not_checked(audit)) is not None:
        typer.echo(told.indonesian)


def add_to(app: typer.Typer) -> None:
    app.command("backup", epilog="Contoh: alur backup cadangan.alur")(backup)
    app.command("restore", epilog="Contoh: ALUR_DATABASE_URL=sqlite:///baru.db alur restore cadangan.alur")(
        restore
    )
