"""What changes with a calendar: deadlines that move, recounting them, and a year's list as a suggestion."""

from collections.abc import Sequence
from importlib import import_module
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from engine.commands.calendars import MovedDeadline
from engine.errors import NotFound
from runtime.cli.opening import agency_of, opened
from runtime.cli.terminal import day_and_time, table

KINDS_OF_CHANGE = {"free": "libur,", "working": "bukan libur lagi,", "hours": "jam kerja"}
KINDS = {"public": "nasional", "government": "cuti_bersama"}


def show_moved(moved: Sequence[MovedDeadline], zone: ZoneInfo) -> None:
    """The open deadlines that a change moves, old and new, and the days that it counts otherwise."""
    if not moved:
        return
    rows = [
        [
            each.case_number,
            each.step_id,
            each.branch,
            day_and_time(each.old.astimezone(zone)) if each.old else None,
            day_and_time(each.new.astimezone(zone)) if each.new else None,
        ]
        for each in moved
    ]
    table(("Berkas", "Langkah", "Cabang", "Tenggat semula", "Menjadi"), rows)
    for each in dict.fromkeys(one for deadline in moved for one in deadline.because):
        days = f"{each.first}" if each.first == each.last else f"{each.first} – {each.last}"
        typer.echo(
            f"  {days}: {KINDS_OF_CHANGE[each.kind]} {each.name}{f' ({each.decree})' if each.decree else ''}"
        )


def recount(
    agency: Annotated[str | None, typer.Option("--agency", help="Instansi, bila ada beberapa.")] = None,
) -> None:
    """Menghitung ulang tenggat terbuka menurut kalender yang berlaku; menuntaskan yang terhenti."""
    with opened() as system:
        number = system.engine.calendars.recount(agency_of(system, agency))
    typer.echo(f"{number} berkas dihitung ulang.")


def suggest(year: Annotated[int, typer.Argument(metavar="TAHUN", min=2000, max=2100)]) -> None:
    """Menulis usulan daftar hari libur satu tahun, untuk dicocokkan dengan SKB dan disahkan seseorang.

    Memakai pustaka `holidays` (extra `calendar`), yang tidak resmi.
    """
    days = suggested_days(year)
    typer.echo(
        "# USULAN dari pustaka `holidays`; cocokkan dengan SKB, isi dasarnya, lalu `alur calendar load`."
    )
    typer.echo(
        f"- year: {year}\n  decree: {{number: null, date: null, issuer: null, title: null}}"
        "   # isi; tanpa nomor dan tanggal belum resmi\n  days:"
    )
    for day, name, kind in days:
        typer.echo(f'    - {{date: "{day}", name: "{name}", kind: {kind}}}')
    if not any(kind == "cuti_bersama" for _, _, kind in days):
        typer.echo(f"# Cuti bersama {year} belum dikenal pustaka itu.")


def suggested_days(year: int) -> list[tuple[str, str, str]]:
    """(date, name, kind) of a year; NotFound where the library is not installed."""
    try:
        library: Any = import_module("holidays")
    except ModuleNotFoundError:
        raise NotFound(
            message_id="Pustaka holidays tidak terpasang. Pasang dengan: pip install 'alur[calendar]'.",
            message_en="the holidays library is not installed; install the extra `calendar`",
        ) from None
    found: dict[str, tuple[str, str]] = {}
    for category, kind in KINDS.items():
        # Its Indonesian names; what is public is not listed again as collective leave.
        for day, name in library.Indonesia(years=year, categories=(category,), language="id").items():
            found.setdefault(day.isoformat(), (name.replace('"', "'"), kind))
    return [(day, name, kind) for day, (name, kind) in sorted(found.items())]
