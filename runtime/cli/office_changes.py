"""``alur org unit|position|team|appoint|mandate …``: the office changed one thing at a time, on its host."""

import json
from collections.abc import Callable
from datetime import date
from typing import Annotated, Literal

import typer

from engine.access.actor import HOST
from engine.engine import Engine
from engine.views.organisation import Changed
from runtime.cli.diff import show_changes
from runtime.cli.office import agency_of, opened
from runtime.cli.outcome import unusable
from runtime.cli.terminal import table

KINDS = {"definitive": "Definitif", "plt": "Plt.", "plh": "Plh."}
Agency = Annotated[str | None, typer.Option("--agency", help="Instansi, bila ada beberapa.")]
From = Annotated[str | None, typer.Option("--from", help="Hari pertama, misalnya 2026-01-19.")]
To = Annotated[str | None, typer.Option("--to", help="Hari terakhir, misalnya 2026-01-23.")]
Last = Annotated[str | None, typer.Option("--last", help="Hari terakhir; tanpa ini kemarin.")]
OrderNumber = Annotated[str | None, typer.Option("--order", help="Nomor surat perintah atau keputusan.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="Namanya dalam berkas organisasi.")]
Roles = Annotated[list[str] | None, typer.Option("--role", help="Peran dalam SOP; boleh berulang.")]
Holder = Annotated[str, typer.Argument(metavar="AKUN", help="Akun pegawainya.")]
PositionId = Annotated[str, typer.Argument(metavar="JABATAN", help="Jabatan menurut berkas organisasi.")]
HoldingId = Annotated[str, typer.Argument(metavar="ID", help="Seperti sekdis/2; lihat `alur org holders`.")]


def unit(
    unit_id: Id,
    type: Annotated[str, typer.Option("--type", help="Jenis unit, misalnya bidang.")],
    label: Annotated[str, typer.Option("--label", help="Nama lengkapnya.")],
    parent: Annotated[str | None, typer.Option("--parent", help="Unit induk.")] = None,
    first: From = None,
    last: To = None,
    agency: Agency = None,
) -> None:
    """Menambah unit, atau mengubah unit yang ada."""
    begin, end = a_day(first, "--from"), a_day(last, "--to")
    _act(
        agency,
        lambda engine, home: engine.structure.put_unit(
            HOST, unit_id, type=type, label=label, parent=parent, agency=home, valid_from=begin, valid_to=end
        ),
    )


def end_unit(unit_id: Id, last: Last = None, agency: Agency = None) -> None:
    """Mengakhiri unit yang sudah tidak berisi jabatan."""
    day = a_day(last, "--last")
    _act(agency, lambda engine, home: engine.structure.end_unit(HOST, unit_id, last=day, agency=home))


def position(
    position_id: Id,
    label: Annotated[str, typer.Option("--label", help="Nama jabatan.")],
    unit: Annotated[str, typer.Option("--unit", help="Unit tempatnya, atau id instansi.")],
    roles: Roles = None,
    level: Annotated[str | None, typer.Option("--level", help="Tingkat, misalnya III.")] = None,
    reports_to: Annotated[str | None, typer.Option("--reports-to", help="Atasan langsung.")] = None,
    first: From = None,
    last: To = None,
    agency: Agency = None,
) -> None:
    """Menambah jabatan, atau mengubah jabatan yang ada."""
    begin, end = a_day(first, "--from"), a_day(last, "--to")
    _act(
        agency,
        lambda engine, home: engine.structure.put_position(
            HOST,
            position_id,
            label=label,
            unit=unit,
            level=level,
            roles=roles or (),
            reports_to=reports_to,
            agency=home,
            valid_from=begin,
            valid_to=end,
        ),
    )


def end_position(position_id: Id, last: Last = None, agency: Agency = None) -> None:
    """Mengakhiri jabatan beserta pejabat dan mandatnya."""
    day = a_day(last, "--last")
    _act(agency, lambda engine, home: engine.structure.end_position(HOST, position_id, last=day, agency=home))


def team(
    team_id: Id,
    label: Annotated[str, typer.Option("--label", help="Nama tim.")],
    chair: Annotated[str | None, typer.Option("--chair", help="Jabatan ketua.")] = None,
    members: Annotated[list[str] | None, typer.Option("--member", help="Jabatan anggota; berulang.")] = None,
    accounts: Annotated[list[str] | None, typer.Option("--account", help="Orang luar; berulang.")] = None,
    decree: Annotated[str | None, typer.Option("--decree", help="Nomor SK.")] = None,
    decree_date: Annotated[str | None, typer.Option("--decree-date", help="Tanggal SK.")] = None,
    first: From = None,
    last: To = None,
    agency: Agency = None,
) -> None:
    """Membentuk tim atau mengubahnya; tanpa tanggal selalu berlaku, tanpa anggota tidak dihubungi lagi."""
    signed = a_day(decree_date, "--decree-date")
    begins, ends = a_day(first, "--from"), a_day(last, "--to")
    _act(
        agency,
        lambda engine, home: engine.structure.put_team(
            HOST,
            team_id,
            label=label,
            decree_number=decree,
            decree_date=signed,
            chair=chair,
            members=members or (),
            accounts=accounts or (),
            valid_from=begins,
            valid_to=ends,
            agency=home,
        ),
    )


def appoint(
    holder: Holder,
    position_id: PositionId,
    first: From = None,
    last: To = None,
    order: OrderNumber = None,
    agency: Agency = None,
) -> None:
    """Menetapkan pejabat definitif sebuah jabatan; tanpa --from mulai hari ini."""
    begin, end = a_day(first, "--from"), a_day(last, "--to")
    _act(
        agency,
        lambda engine, home: engine.holdings.appoint(
            HOST,
            holder=holder,
            position=position_id,
            order_number=order,
            agency=home,
            valid_from=begin,
            valid_to=end,
        ),
    )


def mandate(
    kind: Annotated[str, typer.Argument(metavar="plt|plh", help="plt: jabatan kosong; plh: berhalangan.")],
    substitute: Holder,
    position_id: PositionId,
    first: From = None,
    last: To = None,
    order: OrderNumber = None,
    sops: Annotated[list[str] | None, typer.Option("--sop", help="Hanya untuk SOP ini; berulang.")] = None,
    rank: Annotated[int, typer.Option("--rank", help="Urutan pengganti: 1, lalu 2, …")] = 1,
    standing: Annotated[
        bool, typer.Option("--standing", help="Berlaku setiap kali pejabatnya tidak ada.")
    ] = False,
    agency: Agency = None,
) -> None:
    """Memberi mandat: seorang Plt. atau Plh. untuk sebuah jabatan."""
    chosen: Literal["plt", "plh"] | None = "plt" if kind == "plt" else "plh" if kind == "plh" else None
    if chosen is None:
        unusable(f'"{kind[:20]}" bukan jenis mandat; tulis plt atau plh.')
    begin, end = a_day(first, "--from"), a_day(last, "--to")
    _act(
        agency,
        lambda engine, home: engine.holdings.give_mandate(
            HOST,
            substitute=substitute,
            position=position_id,
            kind=chosen,
            order_number=order,
            sops=sops or (),
            rank=rank,
            standing=standing,
            agency=home,
            valid_from=begin,
            valid_to=end,
        ),
    )


def order(
    holding_id: HoldingId,
    number: Annotated[str, typer.Argument(metavar="NOMOR", help="Nomor surat perintah.")],
    agency: Agency = None,
) -> None:
    """Melengkapi nomor surat sebuah mandat."""
    _act(
        agency,
        lambda engine, home: engine.holdings.put_order(HOST, holding_id, order_number=number, agency=home),
    )


def end_holding(holding_id: HoldingId, last: Last = None, agency: Agency = None) -> None:
    """Mengakhiri pejabat atau mandat; yang belum mulai ditarik kembali."""
    day = a_day(last, "--last")
    _act(agency, lambda engine, home: engine.holdings.end(HOST, holding_id, last=day, agency=home))


def holders(
    position_id: Annotated[str | None, typer.Argument(metavar="JABATAN", help="Hanya jabatan ini.")] = None,
    agency: Agency = None,
    as_json: Annotated[bool, typer.Option("--json", help="Tulis hasilnya sebagai JSON.")] = False,
) -> None:
    """Menampilkan pejabat dan mandat dengan id, tanggal, dan suratnya."""
    with opened() as system:
        holdings = system.engine.queries.organisation.of(agency_of(system, agency))["holdings"]
    shown = [holding for holding in holdings if position_id in (None, holding["position"])]
    if as_json:
        typer.echo(json.dumps(shown, ensure_ascii=False))
        return
    table(
        ("Id", "Jabatan", "Pejabat", "Jenis", "Mulai", "Sampai", "Surat", "Urutan", "Sekarang"),
        [
            (
                holding["id"],
                holding["position_label"],
                holding["label"],
                KINDS[holding["kind"]],
                holding["valid_from"],
                holding["valid_to"],
                holding["order_number"],
                holding["rank"] if holding["kind"] != "definitive" else None,
                "ya" if holding["in_charge"] else "tidak",
            )
            for holding in shown
        ],
    )


def a_day(text: str | None, option: str) -> date | None:
    """A date as people write it; anything else ends the command with 2."""
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        unusable(f'{option}: "{text[:40]}" bukan tanggal. Tulis misalnya 2026-01-19.')
    if not 1970 <= day.year <= 9998:
        unusable(f"{option}: tahun {day.year} di luar jangkauan.")
    return day


def add_to(group: typer.Typer) -> None:
    for name, command, example in (
        ("holders", holders, "alur org holders kepala-dinas"),
        ("unit", unit, "alur org unit bid-baru --type bidang --label 'Bidang Baru'"),
        ("end-unit", end_unit, "alur org end-unit bid-baru --last 2026-01-31"),
        ("position", position, "alur org position kabid-baru --label 'Kabid Baru' --unit bid-baru"),
        ("end-position", end_position, "alur org end-position kabid-baru --last 2026-01-31"),
        ("team", team, "alur org team tim-sakip --label 'Tim SAKIP' --chair sekretaris"),
        ("appoint", appoint, "alur org appoint kasi.eks.1 kabid-eks --from 2026-02-01"),
        ("mandate", mandate, "alur org mandate plh sekdis kepala-dinas --from 2026-01-19 --to 2026-01-23"),
        ("order", order, "alur org order sekdis/2 800/12/2026"),
        ("end-holding", end_holding, "alur org end-holding sekdis/2 --last 2026-01-21"),
    ):
        group.command(name, epilog=f"Contoh: {example}")(command)


def _act(agency: str | None, act: Callable[[Engine, str], Changed]) -> None:
    with opened() as system:
        changed = act(system.engine, agency_of(system, agency))
    show_changes(changed, "Berubah")
