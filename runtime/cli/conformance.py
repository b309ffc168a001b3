"""``alur conformance``."""

from typing import Annotated

import typer

from engine.access.actor import HOST
from engine.conformance.rules import RULES, SEVERITY_LABELS
from engine.text.numbers import percent_text
from engine.views.conformance import Conformance, ConformanceFinding
from runtime.cli.office import agency_of, opened
from runtime.cli.statistics import Agency, AsJson, From, Output, Sop, To, log_filter, tell
from runtime.cli.terminal import number, progress, table


def conformance(
    sop: Sop = None,
    from_: From = None,
    to: To = None,
    case: Annotated[str | None, typer.Option("--case", help="Hanya berkas bernomor ini.")] = None,
    agency: Agency = None,
    as_json: AsJson = False,
    output: Output = None,
) -> None:
    """Membandingkan jalannya berkas dengan SOP tertulis: kesesuaian tiap berkas selesai, dan temuan.

    Ambang tiap aturan ada pada berkas instansi (kunci conformance).
    """
    with opened() as system:
        wanted = log_filter(system, sop, from_, to)
        named = agency_of(system, agency)
        with progress("Memeriksa kesesuaian"):
            conformance = system.engine.queries.conformance(HOST, wanted, case=case, agency=named)
    tell(conformance, as_json, output, lambda: _print(conformance))


def add_to(app: typer.Typer) -> None:
    epilog = "Contoh: alur conformance --from 2026-01-01 --to 2026-06-30 --json"
    app.command("conformance", epilog=epilog)(conformance)


def _print(conformance: Conformance) -> None:
    if conformance["findings"]:
        heading = ("Temuan", "Berat", "Berkas", "Langkah", "Kunjungan", "Oleh", "Saat", "Penjelasan")
        table(heading, [_row(finding) for finding in conformance["findings"]])
    fits = [case["fitness"] for case in conformance["cases"]]
    mean = f", rata-rata kesesuaian {percent_text(sum(fits) / len(fits)).indonesian}" if fits else ""
    typer.echo(f"{number(len(conformance['findings']))} temuan; {number(len(fits))} berkas selesai{mean}.")


def _row(finding: ConformanceFinding) -> tuple[object, ...]:
    explanation = finding["explanation"]
    return (
        RULES[finding["rule"]].label.indonesian,
        SEVERITY_LABELS[finding["severity"]].indonesian,
        finding["case_number"],
        finding["step_id"],
        finding["visit"],
        finding["account"],
        finding["at"],
        "ada" if explanation else "-",
    )
