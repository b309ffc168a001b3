"""``alur org staff``: accounts and the positions they hold, from a CSV or XLSX file."""

import json
from pathlib import Path
from typing import Annotated

import typer

from engine.access.actor import HOST
from engine.views.staff import StaffReport
from runtime.cli.office import opened
from runtime.cli.outcome import readable

EXAMPLE = "Contoh: alur org staff pegawai.xlsx --check"


def staff(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Berkas .csv atau .xlsx.")],
    check: Annotated[
        bool, typer.Option("--check", help="Hanya perlihatkan apa yang akan terjadi; tidak menyimpan.")
    ] = False,
    version: Annotated[
        int | None, typer.Option("--version", help="Simpan hanya bila organisasi masih versi ini.")
    ] = None,
    agency: Annotated[str | None, typer.Option("--agency", help="Instansi, bila ada beberapa.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Tulis hasilnya sebagai JSON.")] = False,
) -> None:
    """Membuat akun pegawai dan menetapkan jabatannya: semua baris, atau tidak satu pun.

    Kolom: Nama akun, Nama; boleh juga NIP, Alamat surel, Jabatan, Mulai, Sampai, Nomor surat. Keluar 1 bila
    ada baris yang keliru.
    """
    content = readable(file)
    with opened() as system:
        staff_import = system.engine.staff_import
        report = staff_import.foresee(HOST, content, agency=agency)
        stored = not check and not report["wrong"]
        if stored:
            report = staff_import.load(HOST, content, version=version, agency=agency)
    if as_json:
        typer.echo(json.dumps({**report, "stored": stored}, ensure_ascii=False))
    else:
        _tell(report, stored=stored)
    if report["wrong"]:
        raise typer.Exit(1)


def _tell(report: StaffReport, *, stored: bool) -> None:
    for line in report["lines"]:
        for message in line["messages"]:
            typer.echo(f"baris {line['line']}: {message['path']}: {message['message_id']}")
    what = "Disimpan" if stored else "Tidak ada yang disimpan. Akan dibuat"
    typer.echo(
        f"{what}: {report['accounts']} akun, {report['appointments']} pemangku jabatan"
        f" (versi {report['version']})."
    )
