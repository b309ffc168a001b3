"""What a change of the office does, in words on a terminal."""

import typer

from engine.views.organisation import Changed
from runtime.cli.terminal import table


def show_changes(changed: Changed, title: str) -> None:
    """What a change does, in words: things, tasks left behind, doubts."""
    if not changed["changes"]:
        typer.echo(f"Tidak ada yang berubah (versi {changed['version']}).")
    elif changed["changes"][0]["kind"] == "agency" and changed["changes"][0]["what"] == "added":
        # Everything is new: what there is says more than the list of it.
        accounts = sum(difference["kind"] == "account" for difference in changed["changes"])
        typer.echo(f"{changed['changes'][0]['message_id']} Versi {changed['version']}, {accounts} akun.")
    else:
        typer.echo(f"{title}: {len(changed['changes'])} hal (versi {changed['version']}).")
        for difference in changed["changes"]:
            typer.echo(f"  {difference['message_id']}")
    if changed["stranded"]:
        typer.echo("Tugas terbuka yang tidak lagi memiliki pelaksana:")
        table(
            ("Berkas", "Langkah", "Cabang", "Dipegang"),
            [(e["case_number"], e["step_id"], e["branch"], e["assignee"]) for e in changed["stranded"]],
        )
        typer.echo("Apa yang dapat dilakukan dengannya: alur org reassess.")
    for doubt in changed["warnings"]:
        typer.echo(f"Peringatan: {doubt['message_id']}", err=True)
