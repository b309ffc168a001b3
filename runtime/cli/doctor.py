"""``alur doctor``."""

import json
from typing import Annotated

import typer

from runtime.cli.opening import opened
from runtime.cli.reporting import LOG
from runtime.cli.terminal import progress, table
from runtime.doctor import examine

SHOWN = {"ok": "baik", "warning": "PERINGATAN", "error": "RUSAK"}


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Tulis hasilnya sebagai JSON.")] = False,
) -> None:
    """Memeriksa pemasangan ini: basis data, skema, penjaga log, disk, kalender, pejabat, dan SOP.

    Keluar 1 bila ada yang rusak, 0 bila hanya ada peringatan.
    """
    with opened(existing=False) as system, progress("Memeriksa") as advance:
        findings = examine(system, advance)
    broken = any(finding.status == "error" for finding in findings)
    for finding in findings:
        if finding.status != "ok":
            LOG.info("doctor: %s %s: %s", finding.check, finding.status, finding.message_en)
    if as_json:
        shown = [
            {
                "check": finding.check,
                "status": finding.status,
                "message_id": finding.message_id,
                "message_en": finding.message_en,
            }
            for finding in findings
        ]
        typer.echo(json.dumps({"ok": not broken, "checks": shown}, ensure_ascii=False))
    else:
        table(
            ("Pemeriksaan", "Hasil", "Keterangan"),
            [(finding.check, SHOWN[finding.status], finding.message_id) for finding in findings],
        )
    if broken:
        raise typer.Exit(1)


def add_to(app: typer.Typer) -> None:
    app.command("doctor", epilog="Contoh: alur doctor --json")(doctor)
