"""``alur escalation``, ``alur schedule`` and ``alur outbox``: what time will do, did, and could not do."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Annotated, Any

import typer

from engine.access.actor import HOST, Actor
from engine.text.dates import console_text
from runtime.cli.office import agency_of, local_instant, office_zone, opened
from runtime.cli.outcome import unusable
from runtime.cli.terminal import day_and_time_of, table

CONFIRMED = {"confirmed": "dikonfirmasi", "moved": "bergeser, konfirmasi lagi", "unconfirmed": "belum"}
AsJson = Annotated[bool, typer.Option("--json", help="Tulis hasilnya sebagai JSON.")]
Agency = Annotated[str | None, typer.Option("--agency", help="Instansi, bila ada beberapa.")]


def preview(
    sop: Annotated[str, typer.Argument(metavar="SOP")],
    step: Annotated[str, typer.Argument(metavar="LANGKAH", help="Id langkah.")],
    unit: Annotated[
        str | None, typer.Option("--unit", help="Unit cabang, untuk langkah di dalam blok.")
    ] = None,
    ready: Annotated[
        str | None, typer.Option("--ready", help="Saat tugas masuk; tanpa ini: sekarang.")
    ] = None,
    agency: Agency = None,
    as_json: AsJson = False,
) -> None:
    """Siapa akan diberi tahu kapan, seandainya langkah ini masuk pada suatu saat."""
    with opened() as system:
        at = local_instant(ready, office_zone(system), "--ready") if ready else None
        stages = system.engine.queries.escalation.preview(
            agency_of(system, agency), sop, step, unit=unit, ready=at
        )
        zone = office_zone(system)
    rows = [
        [
            day_and_time_of(foreseen["at"], zone),
            foreseen["stage"],
            foreseen["message_id"],
            ", ".join(foreseen["labels"]),
        ]
        for foreseen in stages
    ]
    if stages or as_json:
        _show(stages, ("Saat", "Tahap", "Bila belum selesai", "Penerima"), rows, as_json)
    else:
        typer.echo("Tidak ada yang diberi tahu: waktu langkah ini berjalan di pihak luar.")


def outages(days: Annotated[int, typer.Option("--days", min=1)] = 366, as_json: AsJson = False) -> None:
    """Waktu kerja tanpa pemeriksa tenggat, untuk diperhitungkan oleh pemeriksa."""
    with opened() as system:
        since = (system.engine.context.clock.now() - timedelta(days=days)).isoformat()
        all_of_them = _all(system.engine.queries.outages.outages)
        outages = list(takewhile(lambda item: item["to"] >= since, all_of_them))
        zone = office_zone(system)
    rows = [
        [
            day_and_time_of(outage["from"], zone),
            day_and_time_of(outage["to"], zone),
            outage["working_minutes"],
        ]
        for outage in outages
    ]
    _show(outages, ("Dari", "Sampai", "Menit kerja"), rows, as_json)


def clock_jumps(as_json: AsJson = False) -> None:
    """Saat jam komputer diubah selagi tenggat diperiksa."""
    with opened() as system:
        jumps = list(_all(system.engine.queries.outages.clock_jumps))
        zone = office_zone(system)
    names = ("at", "expected", "shown")
    rows = [[*(day_and_time_of(outage[name], zone) for name in names), outage["seconds"]] for outage in jumps]
    _show(jumps, ("Dicatat", "Seharusnya", "Menunjukkan", "Detik"), rows, as_json)


def _all(page_of: Callable[..., Any]) -> Iterator[Any]:
    """Every item of a paged list, as the host sees it."""
    cursor = None
    while True:
        page = page_of(HOST, cursor=cursor, limit=100)
        yield from page["items"]
        cursor = page["next"]
        if cursor is None:
            return


def broken(
    mend: Annotated[bool, typer.Option("--mend", help="Coba lagi semuanya.")] = False, as_json: AsJson = False
) -> None:
    """Pengingat yang disisihkan karena gagal sepuluh kali."""
    with opened() as system:
        timers = system.engine.queries.operation.broken_timers()
        if mend:
            system.engine.retry.all_timers()
        zone = office_zone(system)
    rows = [
        [
            timer["case_id"],
            timer["stage"],
            day_and_time_of(timer["at"], zone),
            timer["error"],
        ]
        for timer in timers
    ]
    _show(timers, ("Berkas", "Tahap", "Saat", "Sebab"), rows, as_json)


def dates(
    sop: Annotated[str, typer.Argument(metavar="SOP")], agency: Agency = None, as_json: AsJson = False
) -> None:
    """Delapan tanggal mulai berikutnya menurut jadwal SOP, untuk diperiksa sebelum diberlakukan."""
    with opened() as system:
        occurrences = system.engine.queries.schedules.upcoming(agency_of(system, agency), sop)
    rows = [
        [
            occurrence["period"],
            occurrence["opens_at"][:16].replace("T", " "),
            occurrence["due_at"][:16].replace("T", " "),
            CONFIRMED[occurrence["state"]],
            "sementara: belum ada daftar hari libur resmi" if occurrence["provisional"] else "",
        ]
        for occurrence in occurrences
    ]
    _show(occurrences, ("Periode", "Dibuka", "Tenggat jendela", "Konfirmasi", ""), rows, as_json)


def confirm(
    sop: Annotated[str, typer.Argument(metavar="SOP")],
    account: Annotated[str, typer.Option("--as", help="Akun yang mengonfirmasi.")],
    yes: Annotated[bool, typer.Option("--yes", help="Konfirmasi tanggal yang ditampilkan.")] = False,
) -> None:
    """Mengonfirmasi delapan tanggal berikutnya; tanpa --yes hanya menampilkannya.

    Yang berhak sama dengan yang memulai menyusul: penanggung jawab kegiatan dan yang boleh memulai SOP-nya.
    """
    with opened() as system:
        confirmed = [
            schedule
            for schedule in system.engine.queries.schedules.shown(Actor(account))
            if schedule["sop"] == sop
        ]
        if not confirmed:
            unusable(f'SOP "{sop}" tidak terjadwal, atau tidak menyangkut akun {account}.')
        shown = [
            (occurrence["period"], occurrence["opens_at"], occurrence["due_at"])
            for occurrence in confirmed[0]["dates"]
        ]
        table(("Periode", "Dibuka", "Tenggat jendela"), [[_minute(text) for text in row] for row in shown])
        if not yes:
            unusable("Belum ada yang dikonfirmasi. Setujui dengan --yes.")
        seen = [
            {
                "period": period,
                "opens_at": datetime.fromisoformat(opens_at),
                "due_at": datetime.fromisoformat(due_at),
            }
            for period, opens_at, due_at in shown
        ]
        done: Any = system.engine.schedule_dates.confirm(Actor(account), sop, seen)
    typer.echo(f"{done['confirmed']} tanggal dikonfirmasi.")


def _minute(text: str) -> str:
    return text[:16].replace("T", " ")


def starts(agency: Agency = None, as_json: AsJson = False) -> None:
    """Apa yang terjadi pada setiap mulai terjadwal; yang missed atau failed dapat dimulai menyusul."""
    with opened() as system:
        starts = system.engine.queries.schedules.past(agency_of(system, agency))
        zone = office_zone(system)
    rows = [
        [
            past_start["sop"],
            past_start["period"],
            past_start["state"],
            day_and_time_of(past_start["opens_at"], zone),
            past_start["error"]["message_id"] if past_start["error"] else None,
        ]
        for past_start in starts
    ]
    _show(starts, ("SOP", "Periode", "Keadaan", "Jadwal", "Sebab"), rows, as_json)


def late(
    sop: Annotated[str, typer.Argument(metavar="SOP")],
    period: Annotated[str, typer.Argument(metavar="PERIODE")],
    account: Annotated[str, typer.Option("--as", help="Akun yang memulai.")],
    fields: Annotated[
        str | None, typer.Option("--fields", help='Isian awal sebagai JSON: {"uraian": "…"}.')
    ] = None,
    parties: Annotated[
        str | None, typer.Option("--parties", help='Pihak luar sebagai JSON: {"pemohon": {"nama": "…"}}.')
    ] = None,
) -> None:
    """Memulai menyusul berkas yang terlewat oleh jadwalnya; isiannya seperti pada mulai biasa."""
    given, people = _object("--fields", fields), _object("--parties", parties)
    with opened() as system:
        start_late = system.engine.schedules.start_late
        started: Any = start_late(Actor(account), sop, period, fields=given, parties=people)
    typer.echo(f"Dimulai: {started['number']}, {started['title']}.")


def _object(option: str, text: str | None) -> dict[str, Any]:
    """The JSON object of an option; anything else ends the command with 2."""
    try:
        entries = json.loads(text or "{}")
    except ValueError:
        entries = None
    if not isinstance(entries, dict):
        unusable(f'{option}: bukan objek JSON, misalnya {{"uraian": "Laporan"}}.')
    return entries


def dead(as_json: AsJson = False) -> None:
    """Pesan keluar yang gagal terkirim setelah semua percobaan."""
    with opened() as system:
        messages = system.engine.queries.outgoing.dead()
        zone = office_zone(system)
    dead = [
        {
            "id": message.id,
            "channel": message.channel,
            "account": message.account,
            "created_at": message.created_at.isoformat(),
            "error": message.error,
        }
        for message in messages
    ]
    rows = [
        [
            message.id,
            message.channel,
            message.account,
            console_text(message.created_at.astimezone(zone)),
            message.error,
        ]
        for message in messages
    ]
    _show(dead, ("Id", "Saluran", "Akun", "Dibuat", "Sebab"), rows, as_json)


def resend(
    message: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="Satu pesan; tanpa ini semuanya.")
    ] = None,
) -> None:
    """Mengirim lagi pesan yang gagal, dengan Message-ID yang sama."""
    with opened() as system:
        number = system.engine.retry.messages(message)
    typer.echo(f"{number} pesan dikirim lagi pada putaran berikutnya.")


def add_to(app: typer.Typer) -> None:
    groups = (
        ("escalation", "Pengingat dan eskalasi.", (preview, outages, clock_jumps, broken)),
        ("schedule", "Mulai terjadwal.", (dates, confirm, starts, late)),
        ("outbox", "Pesan keluar.", (dead, resend)),
    )
    examples = {
        "preview": 'alur escalation preview perbaikan-data-kinerja s8 --ready "2026-01-12 09:00"',
        "outages": "alur escalation outages --days 31",
        "clock_jumps": "alur escalation clock-jumps",
        "broken": "alur escalation broken --mend",
        "dates": "alur schedule dates laporan-kinerja-triwulan",
        "confirm": "alur schedule confirm laporan-kinerja-triwulan --as kasubbag.perencanaan --yes",
        "starts": "alur schedule starts",
        "late": "alur schedule late laporan-kinerja-triwulan 2026-Q1 --as kasubbag.perencanaan",
        "dead": "alur outbox dead",
        "resend": "alur outbox resend",
    }
    for name, help_, commands in groups:
        group = typer.Typer(help=help_, rich_markup_mode=None, no_args_is_help=True)
        for command in commands:
            group.command(command.__name__.replace("_", "-"), epilog=f"Contoh: {examples[command.__name__]}")(
                command
            )
        app.add_typer(group, name=name, epilog=f"Contoh: {examples[commands[0].__name__]}")


def _show(items: list[Any], heading: tuple[str, ...], rows: list[list[Any]], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(items, ensure_ascii=False))
    elif rows:
        table(heading, rows)
    else:
        typer.echo("Tidak ada.")
