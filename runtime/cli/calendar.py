"""``alur calendar``: loading the working calendars and telling how a time came about."""

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from engine.access.actor import HOST
from engine.calendar.agency import read_agency
from engine.calendar.calendar import Calendar
from engine.calendar.decree import Decree
from engine.calendar.explanation import Explanation, Segment
from engine.errors import DefinitionError, NotFound
from engine.text.bilingual import Text
from engine.text.dates import console_text
from runtime.cli.calendar_changes import confirm, recount, show_moved, suggest
from runtime.cli.calendar_files import export, show
from runtime.cli.office import agency_of, local_instant, office_zone, opened
from runtime.cli.office_changes import a_day
from runtime.cli.outcome import readable, refuse, unusable
from runtime.cli.terminal import number, table
from runtime.database_probe import database_exists
from runtime.settings import Settings
from runtime.shipped import HOLIDAYS, plain_data, shipped_calendars

AGENCY_CALENDAR = "asn-5hk"


def explain(
    from_: Annotated[str, typer.Option("--from", help="Saat mulai; tanpa selisih zona: waktu setempat.")],
    minutes: Annotated[int, typer.Option("--minutes", min=0, help="Menit kerja.")],
    calendar: Annotated[str, typer.Option("--calendar", help="Kalender kerja.")] = AGENCY_CALENDAR,
    unit: Annotated[str | None, typer.Option("--unit", help="Unit dengan jam kerja sendiri.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Tulis hasilnya sebagai JSON.")] = False,
) -> None:
    """Menerangkan kapan sejumlah menit kerja habis: jam kerja, istirahat, dan hari libur satu per satu.

    Memakai kalender yang tersimpan; sebelum ada yang disimpan, kalender bawaan.
    """
    of_unit = _calendar(calendar).for_unit(unit)
    start = local_instant(from_, of_unit.timezone, "--from")
    explanation = of_unit.explain(start, minutes)
    years = range(explanation.start.year, explanation.end.year + 1)
    missing = sorted({*years} & {*of_unit.years_without_list})
    if as_json:
        typer.echo(json.dumps(_as_json(explanation, missing), ensure_ascii=False))
    else:
        _print(explanation, missing)


def load(
    agency_file: Annotated[Path, typer.Argument(metavar="FILE", help="Berkas agency/v1.")],
    holidays: Annotated[Path, typer.Option("--holidays", help="Berkas holidays/v1.")] = HOLIDAYS,
    agency: Annotated[str | None, typer.Option("--agency", help="Instansi, bila ada beberapa.")] = None,
    decree: Annotated[str | None, typer.Option("--decree", help="Nomor keputusan yang mendasari.")] = None,
    decree_date: Annotated[str | None, typer.Option("--decree-date", help="Tanggal keputusan itu.")] = None,
    issuer: Annotated[str | None, typer.Option("--decree-issuer", help="Yang menetapkannya.")] = None,
    title: Annotated[str | None, typer.Option("--decree-title", help="Tentang apa keputusan itu.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Hanya tampilkan akibatnya.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Setujui tenggat yang bergeser.")] = False,
) -> None:
    """Menyimpan kalender kerja instansi dan daftar hari liburnya sebagai versi baru.

    Tenggat terbuka yang bergeser ditampilkan lebih dahulu; baru bergeser dengan --yes.
    """
    agency_data, holiday_data = _data(agency_file), _data(holidays)
    by = _decree(decree, decree_date, issuer, title)
    with opened() as system:
        calendars, owner = system.engine.calendars, agency_of(system, agency)
        try:
            moved = calendars.effect(owner, agency_data, holiday_data)
            show_moved(moved, office_zone(system))
            for doubt in read_agency(agency_data, holiday_data).warnings:
                typer.echo(f"Peringatan: {doubt.path}: {doubt.message.indonesian}", err=True)
            if dry_run:
                return
            if moved and not yes:
                unusable(f"{len(moved)} tenggat terbuka akan bergeser. Setujui dengan --yes.")
            changed = calendars.store(owner, agency_data, holiday_data, decree=by, actor=HOST)
        except DefinitionError as error:
            refuse(error, str(agency_file))
    typer.echo(f"Kalender baru atau berubah: {', '.join(changed)}." if changed else "Tidak ada yang berubah.")


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(help="Kalender kerja.", rich_markup_mode=None, no_args_is_help=True)
    example = 'Contoh: alur calendar explain --from "2026-03-17 14:00" --minutes 480'
    group.command("explain", epilog=example)(explain)
    example = (
        "Contoh: alur calendar load instansi.yaml --holidays hari_libur.yaml"
        ' --decree "SKB Nomor 1497 Tahun 2025" --decree-date 2025-09-19'
    )
    group.command("load", epilog=example)(load)
    group.command("show", epilog="Contoh: alur calendar show")(show)
    group.command("export", epilog="Contoh: alur calendar export kalender/")(export)
    group.command("suggest", epilog="Contoh: alur calendar suggest 2027 > usulan.yaml")(suggest)
    group.command("confirm", epilog="Contoh: alur calendar confirm usulan.yaml --yes")(confirm)
    group.command("recount", epilog="Contoh: alur calendar recount")(recount)
    app.add_typer(group, name="calendar", epilog=example)


def _calendar(name: str) -> Calendar:
    if not database_exists(Settings()):
        shipped = shipped_calendars()
        if name not in shipped:
            raise NotFound(
                Text(
                    f'Kalender "{name}" tidak ada. Yang ada: {", ".join(shipped)}.',
                    f"no calendar {name!r}; there are: {', '.join(shipped)}",
                )
            )
        return shipped[name]
    with opened() as system:
        return system.calendar(name)


def _decree(number: str | None, day: str | None, issuer: str | None, title: str | None) -> Decree | None:
    """The decree of a change; its number and its date go together."""
    signed = a_day(day, "--decree-date")
    if number and signed:
        return Decree(number, signed, issuer, title)
    if number or signed or issuer or title:
        unusable("Keputusan memerlukan nomor dan tanggalnya: --decree NOMOR --decree-date 2026-10-09.")
    return None


def _data(file: Path) -> Any:
    readable(file)
    try:
        return plain_data(file)
    except DefinitionError as error:
        refuse(error, str(file))


def _print(explanation: Explanation, missing: list[int]) -> None:
    typer.echo(f"Mulai    {console_text(explanation.start)}")
    typer.echo(f"Selesai  {console_text(explanation.end)}")
    typer.echo(f"Kalender {explanation.calendar}, versi {explanation.version}\n")
    rows = [
        [
            console_text(segment.from_),
            console_text(segment.to),
            segment.minutes or None,
            _hours(segment),
            segment.note,
        ]
        for segment in explanation.segments
    ]
    table(("Dari", "Sampai", "Menit", "Jam kerja", "Keterangan"), rows, (2,))
    typer.echo(f"\nJumlah {number(explanation.minutes)} menit kerja.")
    for year in missing:
        typer.echo(f"Tahun {year} belum memiliki daftar hari libur resmi; hasilnya sementara.")


def _hours(each: Segment) -> str:
    """The regime of a stretch, with the decree of a season's hours."""
    return f"{each.regime} ({each.decree})" if each.kind == "work" and each.decree else each.regime


def _as_json(explanation: Explanation, missing: list[int]) -> dict[str, Any]:
    return {
        "from": _text(explanation.start),
        "to": _text(explanation.end),
        "minutes": explanation.minutes,
        "calendar": explanation.calendar,
        "calendar_version": explanation.version,
        "years_without_list": missing,
        "segments": [segment.plain() for segment in explanation.segments],
    }


def _text(instant: datetime) -> str:
    return instant.isoformat()
