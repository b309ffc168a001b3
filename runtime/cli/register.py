"""``alur register``: registers, their rows and what these were; importing, exporting, storing files."""

import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import typer

from engine.access.actor import HOST
from engine.errors import DefinitionError
from engine.queries.registers.filters import Filters
from engine.sop.checks.register_file import require_register
from engine.sop.yaml_text import decoded
from engine.views.registers import ImportReport
from reports.registers import register_file
from runtime.cli.files import save
from runtime.cli.office import agency_of, opened
from runtime.cli.outcome import readable, refuse, unusable
from runtime.cli.terminal import day_and_time_of, number, table

Agency = Annotated[str | None, typer.Option("--agency", help="Instansi, bila ada beberapa.")]
AsJson = Annotated[bool, typer.Option("--json", help="Tulis hasilnya sebagai JSON.")]
Name = Annotated[str, typer.Argument(metavar="REGISTER", help="Id register.")]
Where = Annotated[
    list[str] | None, typer.Option("--where", metavar="KOLOM=NILAI", help="Hanya baris dengan nilai ini.")
]
MOST = 100


def list_(agency: Agency = None, as_json: AsJson = False) -> None:
    """Register sebuah instansi, revisi dan jumlah barisnya."""
    with opened() as system:
        registers = system.engine.queries.registers.list(HOST, agency=agency)["items"]
    if as_json:
        typer.echo(json.dumps(registers, ensure_ascii=False))
        return
    rows = [
        [register["id"], register["label"], number(register["revision"]), number(register["count"])]
        for register in registers
    ]
    table(("Id", "Register", "Revisi", "Baris"), rows, (2, 3))


def show(register: Name, agency: Agency = None, as_json: AsJson = False) -> None:
    """Kolom, kunci dan profil impor sebuah register."""
    with opened() as system:
        shown = system.engine.queries.registers.get(HOST, register, agency=agency)
    if as_json:
        typer.echo(json.dumps(shown, ensure_ascii=False))
        return
    typer.echo(
        f"{shown['label']} ({shown['id']}), revisi {shown['revision']}, {number(shown['count'])} baris"
    )
    profiles = ", ".join(profile["id"] for profile in shown["profiles"]) or "-"
    typer.echo(f"Kunci: {', '.join(shown['key'])}. Profil impor: {profiles}.\n")
    rows = [
        [column["id"], column["label"], column["type"], "wajib" if column["required"] else ""]
        for column in shown["columns"]
    ]
    table(("Kolom", "Nama", "Jenis", ""), rows)


def rows(
    register: Name,
    where: Where = None,
    q: Annotated[str | None, typer.Option("--q", help="Cari teks ini.")] = None,
    sort: Annotated[
        str | None, typer.Option("--sort", help="Kolom pengurut; -kolom dari yang terbesar.")
    ] = None,
    revision: Annotated[int | None, typer.Option("--revision", help="Seperti pada revisi ini.")] = None,
    agency: Agency = None,
    as_json: AsJson = False,
) -> None:
    """Baris sebuah register, paling banyak seratus."""
    filters = Filters(columns=_columns(where), q=q, sort=sort, revision=revision)
    with opened() as system:
        page = system.engine.queries.register_rows.list(HOST, register, filters, agency=agency, limit=MOST)
    if as_json:
        typer.echo(json.dumps(page["items"], ensure_ascii=False))
        return
    shown = [[row["row"], row["title"][:80], row["version"], row["changed_by"]] for row in page["items"]]
    table(("Baris", "Isi", "Versi", "Diubah oleh"), shown, (2,))
    if page["next"] is not None:
        typer.echo(f"… lebih dari {MOST} baris; persempit dengan --where atau pakai `alur register export`.")


def history(
    register: Name,
    row: Annotated[str, typer.Argument(metavar="BARIS", help="Id baris.")],
    agency: Agency = None,
    as_json: AsJson = False,
) -> None:
    """Riwayat satu baris, yang terbaru lebih dulu."""
    with opened() as system:
        zone = ZoneInfo(_timezone(system, agency))
        history_page = partial(system.engine.queries.register_rows.history, HOST, register, row)
        versions = list(_every(partial(history_page, agency=agency, limit=MOST)))
    if as_json:
        typer.echo(json.dumps(versions, ensure_ascii=False))
        return
    shown = [
        [
            version["revision"],
            day_and_time_of(version["at"], zone),
            version["act"],
            version["account"],
            ", ".join(version["changes"]),
        ]
        for version in versions
    ]
    table(("Revisi", "Waktu", "Tindakan", "Akun", "Kolom"), shown, (0,))


def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Berkas CSV atau XLSX.")],
    register: Annotated[str, typer.Option("--register", help="Id register.")],
    profile: Annotated[str | None, typer.Option("--profile", help="Profil dari berkas register.")] = None,
    given: Annotated[
        list[str] | None, typer.Option("--set", metavar="KOLOM=NILAI", help="Isi kolom untuk semua baris.")
    ] = None,
    decimal: Annotated[
        Literal["point", "comma"], typer.Option("--decimal", help="Pemisah desimal.")
    ] = "point",
    confirm: Annotated[bool, typer.Option("--confirm", help="Simpan bila tidak ada yang keliru.")] = False,
    skip_errors: Annotated[
        bool, typer.Option("--skip-errors", help="Bersama --confirm: lewati baris yang keliru.")
    ] = False,
    agency: Agency = None,
    as_json: AsJson = False,
) -> None:
    """Memeriksa sebuah berkas, dan dengan --confirm menyimpannya. Keluar 1 bila ada baris keliru."""
    content = readable(file)
    with opened() as system:
        imports = system.engine.register_imports
        report = imports.read(
            HOST, register, content, profile=profile, given=_pairs(given), decimal=decimal, agency=agency
        )
        page = partial(system.engine.queries.register_imports.get, HOST, register, report["id"])
        report = {
            **report,
            "items": list(_every(partial(page, agency=agency, limit=MOST))),
            "next": None,
        }
        stored = confirm and (skip_errors or not report["errors"])
        if stored:
            imports.confirm(HOST, register, report["id"], skip_errors=skip_errors, agency=agency)
        else:
            imports.drop(HOST, register, report["id"], agency=agency)
    if as_json:
        typer.echo(json.dumps({**report, "stored": stored}, ensure_ascii=False))
    else:
        _tell(report, stored=stored, confirm=confirm)
    if report["errors"] and not stored:
        raise typer.Exit(1)


def export(
    register: Name,
    output: Annotated[Path, typer.Option("--output", help="Berkas .csv, .xlsx atau .json yang ditulis.")],
    where: Where = None,
    revision: Annotated[int | None, typer.Option("--revision", help="Seperti pada revisi ini.")] = None,
    agency: Agency = None,
) -> None:
    """Menulis baris sebuah register ke berkas yang dapat diimpor kembali."""
    format = output.suffix.removeprefix(".")
    if format not in ("csv", "xlsx", "json"):
        unusable(f"{output}: pakai akhiran .csv, .xlsx atau .json.")
    filters = Filters(columns=_columns(where), revision=revision)
    with opened() as system:
        definition, rows = system.engine.queries.register_rows.every(HOST, register, filters, agency=agency)
    save(output, [register_file(definition, rows, format)])  # type: ignore[arg-type]
    typer.echo(f"{output}: {number(len(rows))} baris.")


def store(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Berkas register/v1.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Katakan saja apa yang akan disimpan.")] = False,
    agency: Agency = None,
) -> None:
    """Menyimpan versi baru berkas sebuah register, dengan baris awalnya."""
    content = readable(file)
    try:
        require_register(content, file=str(file))
    except DefinitionError as error:
        refuse(error, str(file))
    with opened() as system:
        stored = system.engine.register_files.store(HOST, decoded(content), agency=agency, dry_run=dry_run)
    what = "disimpan" if stored["stored"] else "tidak ada yang disimpan"
    typer.echo(f"{stored['id']} versi {stored['version']}: {what}, {stored['rows_added']} baris awal.")


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(help="Register: tabel instansi.", rich_markup_mode=None, no_args_is_help=True)
    group.command("list", epilog="Contoh: alur register list")(list_)
    group.command("show", epilog="Contoh: alur register show indikator")(show)
    group.command("rows", epilog="Contoh: alur register rows indikator --where tahun=2026")(rows)
    group.command("history", epilog="Contoh: alur register history indikator 2026:sk-1")(history)
    example = "Contoh: alur register import indikator.csv --register indikator --set tahun=2026 --confirm"
    group.command("import", epilog=example)(import_)
    group.command("export", epilog="Contoh: alur register export indikator --output indikator.xlsx")(export)
    example = "Contoh: alur register store sop_definitions/register-indikator.yaml"
    group.command("store", epilog=example)(store)
    app.add_typer(group, name="register", epilog=example)


def _tell(report: ImportReport, *, stored: bool, confirm: bool) -> None:
    for item in report["items"]:
        for message in item["messages"]:
            place = f"{message['column']}: " if message["column"] else ""
            typer.echo(f"baris {item['line']}: {place}{message['message']}")
    typer.echo(
        f"{number(report['rows'])} baris: {number(report['added'])} baru,"
        f" {number(report['changed'])} berubah,"
        f" {number(report['unchanged'])} sama, {number(report['errors'])} keliru."
    )
    if stored:
        typer.echo("Disimpan.")
    elif confirm:
        typer.echo("Tidak disimpan. Perbaiki berkasnya, atau tambahkan --skip-errors.")
    else:
        typer.echo("Belum disimpan. Ulangi dengan --confirm untuk menyimpannya.")


def _pairs(given: list[str] | None) -> dict[str, Any]:
    values = {}
    for pair in given or ():
        name, equal, value = pair.partition("=")
        if not equal:
            unusable(f"{pair}: tulis KOLOM=NILAI.")
        values[name] = value
    return values


def _columns(where: list[str] | None) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for pair in where or ():
        name, equal, value = pair.partition("=")
        if not equal:
            unusable(f"{pair}: tulis KOLOM=NILAI.")
        values.setdefault(name, []).append(value)
    return values


def _every(page: Callable[..., Any]) -> Iterator[Any]:
    """All items of a list, page after page."""
    cursor = None
    while True:
        part = page(cursor=cursor)
        yield from part["items"]
        cursor = part["next"]
        if cursor is None:
            return


def _timezone(system: Any, agency: str | None) -> str:
    home = agency_of(system, agency)
    zone: str = system.engine.context.store.ask(lambda tx: tx.organisations.get(home).agency.timezone)
    return zone
