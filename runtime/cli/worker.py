"""``alur sweep`` (one tick, for cron) and ``alur worker`` (ticks until it is stopped)."""

import json
import signal
import threading
from dataclasses import asdict
from types import FrameType
from typing import Annotated

import typer

from runtime.cli.office import opened
from runtime.scheduler import TICK_SECONDS, work_until


def sweep(
    as_json: Annotated[bool, typer.Option("--json", help="Tulis hasilnya sebagai JSON.")] = False,
) -> None:
    """Satu putaran: pengingat dan eskalasi yang jatuh tempo, mulai terjadwal, dan pengiriman pesan."""
    with opened() as system:
        swept = system.sweeping.tick()
        sent = system.deliver()
    if as_json:
        typer.echo(json.dumps({"timers": asdict(swept), "messages": asdict(sent)}, ensure_ascii=False))
    else:
        typer.echo(
            f"Pemberitahuan: {swept.fired} dikirim, {swept.collapsed} digabung, {swept.postponed} ditahan,"
            f" {swept.digests} ringkasan. Pesan keluar: {sent.sent} terkirim, {sent.failed} akan diulang,"
            f" {sent.dead} gagal."
        )
    for problem in swept.problems:
        typer.echo(f"Gagal: {problem}", err=True)
    if swept.problems or sent.dead:
        raise typer.Exit(1)


def worker(
    seconds: Annotated[
        float, typer.Option("--every", min=1, max=30, help="Detik di antara dua putaran.")
    ] = TICK_SECONDS,
) -> None:
    """Berputar terus di samping `alur serve`; pada PostgreSQL boleh beberapa sekaligus.

    Berhenti dengan Ctrl-C atau SIGTERM setelah menyelesaikan yang sedang dikerjakan.
    """
    stopped = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopped.set()

    for signals in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signals, stop)
    with opened() as system:
        typer.echo(f"Berjalan, setiap {seconds:g} detik. Hentikan dengan Ctrl-C.")
        work_until(system, stopped, seconds)


def add_to(app: typer.Typer) -> None:
    app.command("sweep", epilog="Contoh: alur sweep (setiap menit dari cron: * * * * * alur sweep)")(sweep)
    app.command("worker", epilog="Contoh: alur worker --every 5")(worker)
