"""``alur serve``."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from engine.clock import SystemClock
from runtime.cli.terminal import progress, table
from runtime.settings import Settings
from runtime.shipped import FOLDER

HOST = "Alamat yang didengarkan; bawaan 127.0.0.1."
WORKERS = "Banyaknya proses; lebih dari satu hanya pada PostgreSQL."
DEMO = (
    "Layani salinan kantor peragaan dengan beberapa berkas berjalan; yang dikerjakan di dalamnya dihapus saat"
    " dihentikan. Kantornya dimainkan sekali sehari dan disimpan di folder cache pengguna."
)
WHERE = ("ALUR_HOST", "ALUR_PORT")


def serve(
    host: Annotated[str | None, typer.Option("--host", help=HOST)] = None,
    port: Annotated[int | None, typer.Option("--port", help="Porta; bawaan 8000.")] = None,
    workers: Annotated[int | None, typer.Option("--workers", help=WORKERS)] = None,
    demo: Annotated[bool, typer.Option("--demo", help=DEMO)] = False,
) -> None:
    """Melayani kantor ini lewat HTTP sampai dihentikan; permintaan yang sedang berjalan diselesaikan dahulu.

    Bawaannya hanya komputer ini yang dapat menghubungi. Untuk satu kantor, pasang proxy dengan TLS di
    depannya dan sebut alamatnya di ALUR_TRUSTED_PROXIES; lihat docs/how-to/office-server.md.
    """
    for name, value in (("HOST", host), ("PORT", port), ("WORKERS", workers)):
        if value is not None:
            os.environ[f"ALUR_{name}"] = str(value)  # each of several processes reads its settings again
    if demo:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # as an exception, so that the folder goes too
        with tempfile.TemporaryDirectory(prefix="alur-demo-") as folder:
            _serve_demonstration(Path(folder) / "kantor")
        return
    # Imported here: the other commands start faster without a web server.
    from runtime.server import serve as serve_office

    serve_office(Settings(), lambda address: typer.echo(f"Alur melayani di {address}", err=True))


def add_to(app: typer.Typer) -> None:
    app.command("serve", epilog="Contoh: ALUR_DATABASE_URL=sqlite:///kantor.db alur serve --port 8000")(serve)


def _serve_demonstration(folder: Path) -> None:
    from runtime.demo.snapshot import cache_folder, history_in, open_office
    from runtime.server import serve as serve_office

    # Nothing of a real installation: neither its database nor its mail server.
    for name in [name for name in os.environ if name.startswith("ALUR_") and name not in WHERE]:
        del os.environ[name]
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        database_url=f"sqlite:///{folder / 'peragaan.db'}",
        log_level="warning",
        second_factor_roles=frozenset(),  # shown to whoever has no authenticator at hand
    )
    now, cache = SystemClock().now(), cache_folder()
    with progress("Menyiapkan kantor peragaan"):
        password = open_office(folder, settings, now, cache)
    making = _history(cache) if cache is not None and history_in(cache, now) is None else None
    try:
        serve_office(settings, lambda address: _introduce(settings, address, password, making is not None))
    finally:
        if making is not None:
            making.terminate()
            making.wait()
        typer.echo("Kantor peragaan ditutup; yang dikerjakan di dalamnya dihapus.")


def _history(cache: Path) -> "subprocess.Popen[bytes]":
    """Make the history of a year beside the office that is open; the next start shows it."""
    return subprocess.Popen(  # noqa: S603 - this program
        [sys.executable, "-m", "runtime.demo.prepare", str(cache)], cwd=FOLDER.parent, stdin=subprocess.PIPE
    )


def _introduce(settings: Settings, address: str, password: str, making: bool) -> None:
    """Tell where the office is, as whom to sign in, and what to try first."""
    from runtime.bootstrap import bootstrap
    from runtime.demo.sign_ins import others, sign_ins

    system = bootstrap(settings)
    try:
        people = sign_ins(system.engine)
    finally:
        system.close()
    rows = [
        (
            person.username,
            person.kind,
            f"{len(person.waiting)} tugas" if person.waiting else None,
            person.label,
        )
        for person in people
    ]
    table(("Akun", "Peran", "Menunggu", "Jabatan"), rows)
    first = people[0]
    typer.echo(f"\nAkun lain: {', '.join(others())}.")
    typer.echo(f"Kata sandi setiap akun: {password}\n")
    typer.echo(f"Buka {address} dan masuk dengan salah satu akun.")
    typer.echo(
        f'Coba dahulu: sebagai {first.username}, ambil dan putuskan "{first.waiting[0]}" di Kotak Masuk;'
        " lalu sebagai auditor, baca jejak berkas itu."
    )
    typer.echo(
        "Register: sebagai kasubbag.perencanaan, lihat 25 rekomendasi; sebagai dagkop.kasubag.perencanaan,"
        " 100 indikator."
    )
    if making:
        typer.echo(
            "Riwayat setahun (lebih dari 300 berkas selesai) sedang dimainkan di latar belakang,"
            " beberapa menit; start sesudahnya membuka kantor dengan riwayat itu."
        )
    typer.echo(
        "Hentikan dengan Ctrl+C; yang dikerjakan di sini lalu dihapus, dan start berikutnya membuka kantor"
        " yang sama dari awal.\nUntuk kantor yang disimpan: `alur init`, lalu `alur serve`."
    )
