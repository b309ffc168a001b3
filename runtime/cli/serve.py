"""``alur serve``."""

import os
from typing import Annotated

import typer

from runtime.settings import Settings

HOST = "Alamat yang didengarkan; bawaan 127.0.0.1."


def serve(
    host: Annotated[str | None, typer.Option("--host", help=HOST)] = None,
    port: Annotated[int | None, typer.Option("--port", help="Porta; bawaan 8000.")] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", help="Banyaknya proses; lebih dari satu hanya pada PostgreSQL.")
    ] = None,
) -> None:
    """Melayani kantor ini lewat HTTP sampai dihentikan; permintaan yang sedang berjalan diselesaikan dahulu.

    Bawaannya hanya komputer ini yang dapat menghubungi. Untuk satu kantor, pasang proxy dengan TLS di
    depannya dan sebut alamatnya di ALUR_TRUSTED_PROXIES; lihat docs/how-to/office-server.md.
    """
    # Imported here: the other commands start faster without a web server.
    from runtime.serving import serve as serve_office

    for name, value in (("HOST", host), ("PORT", port), ("WORKERS", workers)):
        if value is not None:
            os.environ[f"ALUR_{name}"] = str(value)  # each of several processes reads its settings again
    serve_office(Settings(), lambda address: typer.echo(f"Alur melayani di {address}", err=True))


def add_to(app: typer.Typer) -> None:
    app.command("serve", epilog="Contoh: ALUR_DATABASE_URL=sqlite:///kantor.db alur serve --port 8000")(serve)
