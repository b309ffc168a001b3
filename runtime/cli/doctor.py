"""``alur doctor``."""

import json
from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from typing import Annotated

import typer

from engine.organisation import Organisation
from engine.staffing.dry_run import Stop
from runtime.cli.office import opened
from runtime.cli.outcome import LOG
from runtime.cli.terminal import progress, table
from runtime.doctor import Finding, examine
from runtime.doctor.dry_run import Walked, every_walk, rows

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
        walks = every_walk(system.engine.context) if walk else []
    broken = any(finding.status == "error" for finding in findings)
    for finding in findings:
        if finding.status != "ok":
            LOG.info("doctor: %s %s: %s", finding.check, finding.status, finding.message.english)
    if as_json:
        more = {"walk": list(rows(walks))} if walk else {}
        shown = [finding.plain() for finding in findings]
        typer.echo(json.dumps({"ok": not broken, "checks": shown, **more}, ensure_ascii=False))
    else:
        _show(findings)
        for walked in walks:
            _show_walk(walked)
    if broken:
        raise typer.Exit(1)


def _show(findings: list[Finding]) -> None:
    """What needs somebody, the gravest first and with what to do; the rest in one line."""
    amiss = [finding for finding in findings if finding.status != "ok"]
    if amiss:
        table(
            ("Hasil", "Pemeriksaan", "Keterangan"),
            [(SHOWN[finding.status], finding.check, finding.message.indonesian) for finding in amiss],
        )
        typer.echo("")
    fine = dict.fromkeys(finding.check for finding in findings if finding.status == "ok")
    typer.echo(f"Baik: {', '.join(fine) or '-'}.")
    counted = Counter(finding.status for finding in findings)
    typer.echo(f"{counted['error']} rusak, {counted['warning']} peringatan.")


def _show_walk(walked: Walked) -> None:
    """Step by step, unit by unit: who gets it, who if they are away, and who else hears of lateness."""
    organisation, sop = walked.organisation, walked.context.definition
    typer.echo(f"\n{sop.identity.title or sop.id} ({sop.id} {sop.version}), {organisation.agency.label}")
    for step, stops in groupby(walked.stops, key=lambda stop: stop.step):
        typer.echo(f"  {step.id}  {step.label or step.activity}")
        for stop in stops:
            unit = f"{organisation.label_of(stop.unit)}: " if stop.unit else ""
            typer.echo(f"      {unit}{_at(organisation, stop)}")


def _at(organisation: Organisation, stop: Stop) -> str:
    if stop.refusal is not None:
        return f"BUNTU. {stop.refusal.message.indonesian}"
    if stop.chosen:
        return "ditentukan dalam formulir"
    told = dict.fromkeys(
        account for stage in stop.told for account in stage.recipients if account not in stop.executors
    )
    parts = [
        _people(organisation, stop.executors) or "BUNTU. Tidak ada yang dapat mengerjakan",
        f"bila tidak hadir: {_people(organisation, stop.instead) or 'tidak ada'}",
    ]
    if stop.told:
        parts.append(f"eskalasi: {_people(organisation, tuple(told)) or 'tidak ada'}")
    return "; ".join(parts)


def _people(organisation: Organisation, accounts: Sequence[str]) -> str:
    return ", ".join(organisation.label_of(f"@{account}") for account in accounts)


def add_to(app: typer.Typer) -> None:
    app.command("doctor", epilog="Contoh: alur doctor --json")(doctor)
