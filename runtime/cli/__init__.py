"""The command ``alur``: one module per noun, all of them thin doors to the engine, reports and runtime."""

import logging
import sys
from io import TextIOWrapper
from typing import Annotated

import typer

from runtime.cli import (
    account,
    audit,
    backup,
    calendar,
    check,
    conformance,
    definition,
    demo,
    doctor,
    document,
    escalation,
    export,
    identity,
    import_,
    init,
    monitoring,
    new,
    organisation,
    register,
    serve,
    simulate,
    statistics,
    timing_log,
    worker,
)
from runtime.cli.outcome import Reporting
from runtime.logging import log_to_stderr

app = typer.Typer(
    cls=Reporting,
    name="alur",
    help="Menjalankan SOP instansi: berkas YAML adalah SOP-nya, log adalah buktinya.",
    epilog="Contoh: alur demo",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for module in (init, serve, worker, backup, demo, check, timing_log, doctor):
    module.add_to(app)
for module in (account, audit, calendar, identity, escalation, organisation, register):
    module.add_to(app)
for module in (definition, new, document, import_, statistics, conformance, monitoring, export, simulate):
    module.add_to(app)


@app.callback()
def alur(
    verbose: Annotated[
        bool, typer.Option("--verbose", help="Tulis juga log kejadian biasa ke stderr.")
    ] = False,
) -> None:
    log_to_stderr(logging.INFO if verbose else logging.WARNING)


def main() -> None:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A terminal that cannot show a letter shows its number; the command goes on.
            stream.reconfigure(errors="backslashreplace")
    app(prog_name="alur")
