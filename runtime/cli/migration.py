"""``alur definition migrate``: what a new version means for running cases, and moving them to it."""

import json
from typing import Annotated

import typer

from engine.access.actor import HOST, Actor
from engine.cases.migration import Clock
from engine.commands.definitions.migrations import Wish
from engine.views.migration import MigratedCase
from runtime.cli.office import agency_of, opened
from runtime.cli.outcome import unusable

EXAMPLE = "Contoh: alur definition migrate perbaikan-data-kinerja 1.0.0 1.1.0 --map s5=s5a --clock remaining"


def migrate(
    sop: Annotated[str, typer.Argument(metavar="SOP", help="Id SOP.")],
    old: Annotated[str, typer.Argument(metavar="FROM", help="Versi tempat berkas berjalan sekarang.")],
    new: Annotated[str, typer.Argument(metavar="TO", help="Versi yang berlaku, tujuannya.")],
    case: Annotated[str | None, typer.Option("--case", help="Hanya berkas dengan nomor ini.")] = None,
    steps: Annotated[
        list[str] | None, typer.Option("--map", help="Langkah lama=langkah baru; boleh berulang.")
    ] = None,
    clock: Annotated[
        Clock,
        typer.Option(
            "--clock",
            help="keep: tenggat tetap; full: waktu baku baru sejak sekarang;"
            " remaining: waktu baku baru sejak tugas terbuka.",
        ),
    ] = "keep",
    apply: Annotated[
        str | None, typer.Option("--apply", metavar="DIGEST", help="Terapkan rencana dengan sidik ini.")
    ] = None,
    account: Annotated[
        str | None, typer.Option("--account", help="Akun yang menerapkannya; wajib dengan --apply.")
    ] = None,
    agency: Annotated[str | None, typer.Option("--agency", help="Instansi, bila ada beberapa.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Rencananya sebagai JSON.")] = False,
) -> None:
    """Memperlihatkan apa arti versi baru bagi berkas yang berjalan, dan memindahkannya bila disetujui.

    Tanpa --apply tidak ada yang berubah. Setiap berkas pindah utuh sebagai satu kejadian, atau tidak sama
    sekali; bila ada yang berubah sejak rencananya dibuat, tidak ada yang dipindahkan.
    """
    wish = Wish(sop=sop, old=old, new=new, case=case, steps=_pairs(steps or []), clock=clock)
    if apply is not None and account is None:
        unusable("Sebutkan akun yang menerapkannya: --account AKUN.")
    with opened() as system:
        if apply is None:
            plan = system.engine.migrations.foreseen(HOST, wish, agency=agency_of(system, agency))
            if as_json:
                typer.echo(json.dumps(plan, ensure_ascii=False))
                return
            for moved in plan["cases"]:
                _show(moved)
            moving = sum(case["verdict"] == "ok" for case in plan["cases"])
            typer.echo(
                f"{moving} dari {len(plan['cases'])} berkas dapat pindah. Terapkan: --apply {plan['digest']}"
            )
            return
        done = system.engine.migrations.apply(Actor(account or ""), wish, apply)
    if as_json:
        typer.echo(json.dumps(done, ensure_ascii=False))
    else:
        typer.echo(f"{done['applied']} berkas pindah ke versi {new}.")


def _pairs(written: list[str]) -> dict[str, str]:
    pairs = [assignment.partition("=") for assignment in written]
    if any(not old or not new for old, _, new in pairs):
        unusable("Tulis --map sebagai langkah-lama=langkah-baru, misalnya --map s5=s5a.")
    return {old: new for old, _, new in pairs}


def _show(case: MigratedCase) -> None:
    typer.echo(f"{case['case_number']}: {case['why'] or 'dapat pindah'}")
    for task in case["tasks"]:
        branch = f" ({task['branch']})" if task["branch"] else ""
        to = f" → {task['to']}" if task["to"] != task["step_id"] else ""
        due = f"tenggat {task['due_before'] or '–'}"
        due += f" → {task['due_after'] or '–'}" if task["due_after"] != task["due_before"] else ""
        typer.echo(f"  {task['step_id']}{branch}{to}: {due}")
