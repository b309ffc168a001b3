"""``alur serve``."""

import os
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from engine.clock import SystemClock
from runtime.cli.terminal import progress, table
from runtime.settings import Settings
from runtime.shipped import demonstration_organisation

HOST = "Alamat yang didengarkan; bawaan 127.0.0.1."
WORKERS = "Banyaknya proses; lebih dari satu hanya pada PostgreSQL."
DEMO = "Layani kantor peragaan dengan beberapa berkas berjalan, di tempat sementara yang hilang sesudahnya."
WHERE = ("ALUR_HOST", "ALUR_PORT")
# Those who act in the shown cases; the others are there as well.
INTRODUCED = (
    "kadis",
    "sekdis",
    "kasubbag.perencanaan",
    "kabid.psr",
    "jp.psr.1",
    "kasi.psr.1",
    "kabid.pkm",
    "jp.pkm.1",
    "inspektorat.1",
    "auditor",
    "admin",
)


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
        with tempfile.TemporaryDirectory(prefix="alur-demo-") as folder:
            _serve_demonstration(Path(folder))
        return
    # Imported here: the other commands start faster without a web server.
    from runtime.server import serve as serve_office

    serve_office(Settings(), lambda address: typer.echo(f"Alur melayani di {address}", err=True))


def add_to(app: typer.Typer) -> None:
    app.command("serve", epilog="Contoh: ALUR_DATABASE_URL=sqlite:///kantor.db alur serve --port 8000")(serve)


def _serve_demonstration(folder: Path) -> None:
    from runtime.demo.office import show
    from runtime.server import serve as serve_office

    # Nothing of a real installation: neither its database nor its mail server.
    for name in [name for name in os.environ if name.startswith("ALUR_") and name not in WHERE]:
        del os.environ[name]
    url = f"sqlite:///{folder / 'peragaan.db'}"
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        database_url=url,
        log_level="warning",
        second_factor_roles=frozenset(),  # shown to whoever has no authenticator at hand
    )
    with progress("Memainkan berkas peragaan"):
        passwords = show(settings, SystemClock().now())
    labels = {account.username: account.label for account in demonstration_organisation().accounts}
    rows = [(username, passwords[username], labels[username]) for username in INTRODUCED]

    def tell(address: str) -> None:
        table(("Akun", "Kata sandi", "Jabatan"), rows)
        typer.echo(f"\nBuka {address} dan masuk dengan salah satu akun di atas. Hentikan dengan Ctrl+C.")

    serve_office(settings, tell)
