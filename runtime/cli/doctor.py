"""``alur doctor``."""

import json
from typing import Annotated, Any

import typer

from runtime.cli.opening import opened
from runtime.cli.reporting import LOG
from runtime.cli.terminal import progress, table
from runtime.doctor import examine
from runtime.doctor.walking import every_walk, rows

SHOWN = {"ok": "baik", "warning": "PERINGATAN", "error": "RUSAK"}


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Tulis hasilnya sebagai JSON.")] = False,
    walk: Annotated[
        bool, typer.Option("--walk", help="Tampilkan juga setiap langkah: siapa, penggantinya, eskalasinya.")
    ] = False,
) -> None:
    """Memeriksa pemasangan ini: basis data, skema, penjaga log, disk, kalender, pejabat, dan SOP.

    Keluar 1 bila ada yang rusak, 0 bila hanya ada peringatan.
    """
    with opened(existing=False) as system, progress("Memeriksa") as advance:
        findings = examine(system, advance)
        walked = list(rows(every_walk(system.engine.office))) if walk else []
    broken = any(finding.status == "error" for finding in findings)
    for finding in findings:
        if finding.status != "ok":
            LOG.info("doctor: %s %s: %s", finding.check, finding.status, finding.message_en)
    more = {"walk": walked} if walk else {}
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
        typer.echo(json.dumps({"ok": not broken, "checks": shown, **more}, ensure_ascii=False))
    else:
        table(
            ("Pemeriksaan", "Hasil", "Keterangan"),
            [(finding.check, SHOWN[finding.status], finding.message_id) for finding in findings],
        )
        if walk:
            typer.echo("")
            _show_walk(walked)
    if broken:
        raise typer.Exit(1)


def _show_walk(walked: list[dict[str, Any]]) -> None:
    table(
        ("SOP", "Langkah", "Unit", "Pelaksana", "Bila tidak hadir", "Eskalasi"),
        [
            (
                each["sop"],
                each["step"],
                each["unit"],
                "ditentukan dalam formulir" if each["chosen_in_form"] else _people(each["executors"]),
                _people(each["if_away"]),
                each["refusal"]
                or "; ".join(f"{stage['stage']}: {_people(stage['recipients'])}" for stage in each["stages"]),
            )
            for each in walked
        ],
    )


def _people(accounts: list[str]) -> str:
    return ", ".join(accounts) or "-"


def add_to(app: typer.Typer) -> None:
    app.command("doctor", epilog="Contoh: alur doctor --json")(doctor)
