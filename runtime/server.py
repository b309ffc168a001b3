"""Serving an office over HTTP: uvicorn with our settings, in one process or, on PostgreSQL, in several."""

import gc
import logging
import os
import signal
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from typing import Any

import uvicorn
from fastapi import FastAPI
from uvicorn.supervisors import Multiprocess

from engine.errors import Conflict, SopError, Unavailable
from engine.text.bilingual import Text
from migrations import current_revision, newest_revision
from runtime.bootstrap import System, bootstrap
from runtime.connection import BoundedConnection
from runtime.database_probe import database_exists
from runtime.logging import log_to_stderr
from runtime.observability import SHARED_FOLDER, trace_to
from runtime.scheduler import start_ticking, ticking
from runtime.settings import Settings
from runtime.settings.sign_in import read_key
from runtime.system_words import reason

LEVELS = logging.getLevelNamesMapping()
BACKLOG = 2048
STARTUP_FAILED = 3
GRACE_SECONDS = 15
KEEP_ALIVE_SECONDS = 65  # longer than a proxy keeps an idle connection, so that it is the proxy who closes it
LOG = logging.getLogger("alur.server")
FACTORY = "runtime.server:worker"


def serve(settings: Settings, listening: Callable[[str], object] = lambda _: None) -> None:
    """Serve until a signal says stop; what is under way is finished first. ``listening`` hears the address.

    Raises `Conflict` where the database has another schema, `Unavailable` where it has none or is away, or
    where the address is taken.
    """
    with_schema(settings)
    if settings.key_path is not None:
        read_key(settings.key_path)  # refuses one that others can read
    log_to_stderr(LEVELS[settings.log_level.upper()])
    bound = _bound(settings)
    listening(address_of(bound))
    # uvicorn stops in order and then repeats the signal: without a handler that ends the process at once.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    if settings.workers > 1:
        with _shared_metrics():
            config = uvicorn.Config(FACTORY, factory=True, workers=settings.workers, **_options(settings))
            Multiprocess(config, sockets=[bound]).run()
        return
    system = opened(settings)
    try:
        server = uvicorn.Server(uvicorn.Config(system.app, **_options(settings)))
        with ticking(system) if settings.ticking else nullcontext(), suppress(KeyboardInterrupt):
            server.run(sockets=[bound])
    finally:
        system.close()
    if not server.started:
        sys.exit(STARTUP_FAILED)


def worker() -> FastAPI:
    """One of several processes; its settings come from the environment, as those of the first."""
    settings = Settings()
    log_to_stderr(LEVELS[settings.log_level.upper()])
    system = opened(settings)
    if settings.ticking:
        start_ticking(system)
    return system.app


def opened(settings: Settings) -> System:
    """A system whose application is built, with everything loaded that every request needs."""
    if settings.telemetry_endpoint is not None:
        trace_to(settings.telemetry_endpoint)
    system = bootstrap(settings)
    assert system.app is not None  # noqa: S101 - built here, before what stands is frozen
    _hold_the_log(system)
    gc.collect()
    # What was made until now lives as long as the process: the collector need not look at it again.
    gc.freeze()
    return system


def _hold_the_log(system: System) -> None:
    """Hold the log against its newest checkpoint; pages say what does not fit, and nothing is signed."""
    try:
        system.engine.checkpoints.sequence(everything=True)
        doubt = system.engine.checkpoints.examine()
    except SopError as error:
        LOG.error("the log cannot be held against its checkpoints: %s", error)
        return
    if doubt is not None:
        LOG.error("%s: %s", doubt.code, doubt)


def with_schema(settings: Settings) -> None:
    """Refuse a database that is not there or not migrated."""
    if not database_exists(settings):
        raise _no_schema("belum ada", "does not exist")
    system = bootstrap(settings)
    try:
        stands = system.engine.context.store.read(current_revision)
    finally:
        system.close()
    newest = newest_revision()
    if stands is None:
        raise _no_schema("masih kosong", "is empty")
    if stands != newest:
        raise Conflict(
            Text(
                f"Skema basis data {stands}, program ini memerlukan {newest}. Buat cadangan dengan"
                " `alur backup`, lalu jalankan `alur migrate`.",
                f"the schema stands at {stands}, this program needs {newest};"
                " back up with `alur backup`, then run `alur migrate`",
            )
        )


def address_of(listening: socket.socket) -> str:
    """``http://127.0.0.1:8000``, as one writes it into a browser."""
    host, port, *_ = listening.getsockname()
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _bound(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        bound = socket.create_server((settings.host, settings.port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise Unavailable(
            Text(
                f"Alamat {settings.host} porta {settings.port} tidak dapat dipakai ({reason(error)})."
                " Hentikan program yang memakainya, atau pilih porta lain dengan --port.",
                f"cannot listen on {settings.host} port {settings.port}: {error.strerror}",
            )
        ) from error
    bound.set_inheritable(True)
    return bound


@contextmanager
def _shared_metrics() -> Iterator[None]:
    with tempfile.TemporaryDirectory(prefix="alur-metrics-") as folder:
        # Read by the metrics of each process when it starts.
        os.environ[SHARED_FOLDER] = folder
        yield


def _options(settings: Settings) -> dict[str, Any]:
    return {
        "log_config": None,  # our own lines, with the id of the request
        "access_log": False,
        "server_header": False,
        "proxy_headers": bool(settings.proxies),
        "forwarded_allow_ips": settings.proxies,
        "timeout_graceful_shutdown": GRACE_SECONDS,
        "timeout_keep_alive": KEEP_ALIVE_SECONDS,
        "http": BoundedConnection,
        "ws": "none",
    }


def _no_schema(said: str, english: str) -> Unavailable:
    return Unavailable(
        Text(
            f"Basis data {said}. Siapkan dengan `alur init` (kantor baru) atau `alur migrate`.",
            f"the database {english}; run `alur init` (a new office) or `alur migrate`",
        )
    )
