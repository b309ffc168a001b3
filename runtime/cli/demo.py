"""``alur demo``."""

import json
from datetime import datetime
from typing import Annotated

import typer

from engine.views.timing_log import TimingRow, TimingTotals
from runtime.cli.terminal import number, progress, table
from runtime.demo.worked_run import Demonstration, play_demonstration

HEADING = (
    "Langkah",
    "Cabang",
    "Kunjungan",
    "Masuk",
    "Diambil",
    "Selesai",
    "Tunggu",
    "Kerja",
    "Baku",
    "Selisih kerja",
    "Tenggat",
    "Terlambat",
    "Hasil",
)
NUMBERS = (2, 6, 7, 8, 9, 11)

DatabaseUrl = Annotated[
    str | None,
    typer.Option("--database-url", help="Basis data kosong yang sudah dimigrasi; bawaan: berkas sementara."),
]


def demo(
    as_json: Annotated[bool, typer.Option("--json", help="Tulis baris dan jumlahnya sebagai JSON.")] = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Memainkan SOP sembilan langkah dengan jam buatan dan mencetak log waktunya."""
    with progress("Memainkan SOP"):
        played = play_demonstration(database_url)
    if as_json:
        typer.echo(
            json.dumps({"rows": played.played.rows, "totals": played.played.totals}, ensure_ascii=False)
        )
    else:
        _print(played)
    if not played.ok:
        typer.echo(f"Peragaan tidak sesuai: {_faults(played)}", err=True)
        raise typer.Exit(1)


def add_to(app: typer.Typer) -> None:
    app.command("demo", epilog="Contoh: alur demo --json > log.json")(demo)


def _print(demonstration: Demonstration) -> None:
    identity, played = demonstration.definition.identity, demonstration.played
    typer.echo(f"{identity.title} — {played.name}\n")
    table(HEADING, [_row(row) for row in played.rows], NUMBERS)
    if played.totals is not None:
        typer.echo(f"\nJumlah: {_totals(played.totals)}.")
    verdict = "berbeda" if played.differences else "sesuai"
    typer.echo(f"Dibandingkan dengan skenario yang tertulis: {verdict}.")
    for difference in played.differences:
        typer.echo(f"  {difference}")
    audit = demonstration.audit
    state = "utuh" if audit.ok else "TIDAK utuh"
    typer.echo(f"Log audit {state}: {audit.checked} peristiwa dalam {audit.streams} aliran diperiksa.")


def _totals(totals: TimingTotals) -> str:
    return (
        f"{number(totals['visits'])} kunjungan; tunggu {number(totals['waiting_minutes'])}, kerja"
        f" {number(totals['working_minutes'])}, baku {number(totals['standard_minutes'])} menit kerja;"
        f" seluruh berkas {number(totals['case_minutes'])} menit kerja;"
        f" {number(totals['late_visits'])} kunjungan terlambat"
    )


def _row(row: TimingRow) -> list[object]:
    difference = row["difference_minutes"]
    return [
        row["step_id"],
        row["branch"],
        row["visit"],
        _short(row["ready_at"]),
        _short(row["claimed_at"]),
        _short(row["finished_at"]),
        row["waiting_minutes"],
        row["working_minutes"],
        row["standard_minutes"],
        None if difference is None else f"{difference:+d}",
        _short(row["due_at"]),
        row["late_minutes"] or "—",
        row["outcome"] or "selesai",
    ]


def _short(instant: str | None) -> str | None:
    return datetime.fromisoformat(instant).strftime("%d/%m %H:%M") if instant else None


def _faults(demonstration: Demonstration) -> str:
    bad = demonstration.audit.first_bad
    faults = list(demonstration.played.differences)
    if bad is not None:
        faults.append(f"log audit, {bad.stream} peristiwa {bad.seq}: {bad.what}")
    return "; ".join(faults)
