"""``alur statistics``."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated

import typer

from engine.access.actor import HOST
from engine.queries.cases.logged_visits import LogFilter
from engine.statistics.summary import By
from engine.text.numbers import percent_text
from engine.views.statistics import Statistics, StatisticsItem
from runtime.bootstrap import System
from runtime.cli.files import save
from runtime.cli.office import agency_of, local_instant, office_zone, opened
from runtime.cli.terminal import number, progress, table

Sop = Annotated[str | None, typer.Option("--sop", help="Hanya berkas SOP ini.")]
From = Annotated[str | None, typer.Option("--from", help="Yang masuk sejak tanggal atau waktu ini.")]
To = Annotated[str | None, typer.Option("--to", help="Sampai akhir tanggal ini, atau sebelum waktu ini.")]
Agency = Annotated[str | None, typer.Option("--agency", help="Instansi, bila ada beberapa.")]
AsJson = Annotated[bool, typer.Option("--json", help="Tulis hasilnya sebagai JSON.")]
Output = Annotated[Path | None, typer.Option("--output", help="Berkas tujuan, sebagai JSON; bawaan: layar.")]

NAMES: Mapping[By, Callable[[StatisticsItem], str]] = {
    "step": lambda item: f"{item['sop']} {item['step_id']}",
    "position": lambda item: item["position"] or "-",
    "unit": lambda item: item["unit"] or "-",
    "month": lambda item: item["month"] or "-",
}
HEADINGS: Mapping[By, str] = {"step": "Langkah", "position": "Jabatan", "unit": "Unit", "month": "Bulan"}


def statistics(
    sop: Sop = None,
    from_: From = None,
    to: To = None,
    by: Annotated[By, typer.Option("--by", help="Per langkah, jabatan, unit, atau bulan.")] = "step",
    agency: Agency = None,
    as_json: AsJson = False,
    output: Output = None,
) -> None:
    """Menghitung lama tunggu dan kerja, keterlambatan, dan leher botol dari kunjungan yang sudah selesai.

    Lama dalam menit kerja; p50 dan p90 adalah peringkat terdekat. Leher botol: bagiannya dari lama berkas.
    """
    with opened() as system:
        wanted = log_filter(system, sop, from_, to)
        with progress("Menghitung statistik"):
            statistics = system.engine.queries.statistics(HOST, wanted, by, agency=agency_of(system, agency))
    tell(statistics, as_json, output, lambda: _print(statistics, by))


def log_filter(system: System, sop: str | None, from_: str | None, to: str | None) -> LogFilter:
    """What ``--sop``, ``--from`` and ``--to`` ask for, in the time of the office."""
    zone = office_zone(system)
    return LogFilter(
        sop=sop,
        from_=local_instant(from_, zone, "--from") if from_ else None,
        to=local_instant(to, zone, "--to", end_of_day=True) if to else None,
    )


def tell(shape: object, as_json: bool, output: Path | None, show: Callable[[], None]) -> None:
    """What was found as JSON in a file or on the screen, else as ``show`` tells it."""
    text = json.dumps(shape, ensure_ascii=False)
    if output is not None:
        save(output, [text.encode() + b"\n"])
    elif as_json:
        typer.echo(text)
    else:
        show()


def add_to(app: typer.Typer) -> None:
    epilog = "Contoh: alur statistics --from 2026-01-01 --to 2026-06-30 --by unit"
    app.command("statistics", epilog=epilog)(statistics)


def _print(statistics: Statistics, by: By) -> None:
    if not statistics["items"]:
        typer.echo("Belum ada kunjungan yang selesai pada pilihan ini.")
        return
    heading: tuple[str, ...] = (HEADINGS[by], "Kunjungan", "Tunggu p50", "p90", "Kerja p50", "p90")
    heading += ("Terlambat", "Ulang", "Leher botol", "Usulan baku")
    table(heading, [_row(item, by) for item in statistics["items"]], right=range(1, len(heading)))
    typer.echo(f"{number(len(statistics['cases']))} berkas selesai; lama dalam menit kerja.")


def _row(item: StatisticsItem, by: By) -> tuple[object, ...]:
    standard = item["suggested_standard"]
    return (
        NAMES[by](item),
        number(item["visits"]),
        item["waiting"]["p50"],
        item["waiting"]["p90"],
        item["working"]["p50"],
        item["working"]["p90"],
        percent_text(item["late_share"]).indonesian,
        percent_text(item["rework"]).indonesian,
        None if item["bottleneck"] is None else percent_text(item["bottleneck"]).indonesian,
        f"{standard['minutes']} ({standard['low']}–{standard['high']})" if standard else None,
    )
