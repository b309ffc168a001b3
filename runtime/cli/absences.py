"""``alur org absence``: days on which people are not there, on the host of the office."""

import json
from typing import Annotated, get_args

import typer

from engine.access.actor import HOST
from engine.organisation import AbsenceKind
from engine.views.absences import ForeseenAbsence
from runtime.cli.office import agency_of, opened
from runtime.cli.office_changes import Agency, Holder, Last, To, a_day
from runtime.cli.outcome import unusable
from runtime.cli.terminal import table

KINDS: tuple[AbsenceKind, ...] = get_args(AbsenceKind)
From = Annotated[str, typer.Option("--from", help="Hari pertama, misalnya 2026-01-19.")]
AsJson = Annotated[bool, typer.Option("--json", help="Tulis hasilnya sebagai JSON.")]


def add(
    person: Holder,
    first: From,
    last: To = None,
    kind: Annotated[
        str, typer.Option("--kind", help="dinas_luar, cuti, sakit, atau lainnya.")
    ] = "dinas_luar",
    check: Annotated[bool, typer.Option("--check", help="Hanya perlihatkan artinya.")] = False,
    agency: Agency = None,
    as_json: AsJson = False,
) -> None:
    """Mencatat ketidakhadiran, dan memperlihatkan siapa yang menggantikan dan apa yang akan terhenti."""
    known = next((name for name in KINDS if name == kind), None)
    begin, end = a_day(first, "--from"), a_day(last, "--to")
    if known is None or begin is None:
        unusable(f'"{kind[:20]}" bukan jenis ketidakhadiran; tulis {", ".join(KINDS)}.')
    with opened() as system:
        absences, home = system.engine.absences, agency_of(system, agency)
        if check:
            absence = absences.foresee(
                HOST, person=person, kind=known, valid_from=begin, valid_to=end, agency=home
            )
        else:
            absence = absences.enter(
                HOST, person=person, kind=known, valid_from=begin, valid_to=end, agency=home
            )
    if as_json:
        typer.echo(json.dumps(absence, ensure_ascii=False))
    else:
        _show(absence)


def end(
    absence_id: Annotated[str, typer.Argument(metavar="ID", help="Id dari `alur org absence list`.")],
    last: Last = None,
    agency: Agency = None,
) -> None:
    """Mengakhiri ketidakhadiran lebih cepat; yang belum mulai ditarik kembali."""
    day = a_day(last, "--last")
    with opened() as system:
        absence = system.engine.absences.end(HOST, absence_id, last=day, agency=agency_of(system, agency))
    typer.echo(f"{absence['label']}: tidak hadir sampai {absence['valid_to']}.")


def list_(agency: Agency = None, as_json: AsJson = False) -> None:
    """Menampilkan ketidakhadiran hari ini dan yang akan datang."""
    with opened() as system:
        absences = system.engine.queries.coverage.absences_in(agency_of(system, agency))
    if as_json:
        typer.echo(json.dumps(absences, ensure_ascii=False))
        return
    table(
        ("Id", "Orang", "Jenis", "Mulai", "Sampai", "Dicatat oleh"),
        [(e["id"], e["label"], e["kind"], e["valid_from"], e["valid_to"], e["entered_by"]) for e in absences],
    )


def _show(absence: ForeseenAbsence) -> None:
    typer.echo(
        f"{absence['label']}: tidak hadir {absence['valid_from']} – {absence['valid_to'] or 'belum tentu'}."
    )
    for cover in absence["covers"]:
        who = ", ".join(cover["in_charge"]) or "tidak ada yang menggantikan; tunjuk Plh."
        typer.echo(f"  {cover['label']}, {cover['from']} – {cover['to'] or '…'}: {who}")
    for stop in absence["conflicts"]:
        typer.echo(f"  Perhatian: {stop['message_id']}")
    typer.echo(f"  Tugas terbuka yang menunggu di sana: {absence['open_tasks']}.")


def add_to(group: typer.Typer) -> None:
    example = "Contoh: alur org absence add kadis --from 2026-01-19 --to 2026-01-23 --check"
    absences = typer.Typer(help="Ketidakhadiran.", rich_markup_mode=None, no_args_is_help=True)
    absences.command("add", epilog=example)(add)
    absences.command("end", epilog="Contoh: alur org absence end ID --last 2026-01-21")(end)
    absences.command("list", epilog="Contoh: alur org absence list")(list_)
    group.add_typer(absences, name="absence", epilog=example)
