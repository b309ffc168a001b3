"""``alur simulate``."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from engine.access.actor import HOST
from engine.calendar.durations import Duration
from engine.clock import SystemClock
from engine.errors import BadDuration
from engine.simulation.office import on_paper
from engine.simulation.options import Options, Service, Waiting, arrivals_of, days_of
from engine.simulation.result import simulated
from engine.views.simulation import Simulation, simulation_view
from runtime.cli.document import file_or_stored, is_id
from runtime.cli.files import save
from runtime.cli.office import agency_of, opened
from runtime.cli.outcome import unusable
from runtime.cli.terminal import number, progress, table
from runtime.shipped import shipped_calendars

CALENDAR = "asn-5hk"


Runs = Annotated[int, typer.Option("--runs", help="Berapa kali diulang.")]
Cases = Annotated[int, typer.Option("--cases", help="Berkas dalam satu ulangan.")]
Seed = Annotated[int, typer.Option("--seed", help="Benih acak: benih sama, angka sama.")]
Branches = Annotated[
    int | None, typer.Option("--branches", help="Cabang setiap blok per unit atau baris; bawaan: 1.")
]
Arrivals = Annotated[
    str | None,
    typer.Option("--arrivals", help="Kedatangan berkas, mis. poisson:0.4/wd; bawaan: serentak."),
]
ServiceTime = Annotated[
    Service, typer.Option("--service", help="Lama kerja: waktu baku, sebaran, atau dari log.")
]
WaitingTime = Annotated[
    Waiting, typer.Option("--waiting", help="Waktu tunggu; queue: antre pada pemangku jabatan.")
]
Holders = Annotated[
    list[str] | None, typer.Option("--holders", metavar="POSITION=N", help="Banyaknya pemangku.")
]
Absent = Annotated[
    list[str] | None, typer.Option("--absent", metavar="POSITION=FROM..TO", help="Tidak ada di tempat.")
]
Times = Annotated[
    list[str] | None, typer.Option("--time", metavar="STEP=DUR", help="Waktu baku lain, mis. s5=1wd.")
]
Returns = Annotated[
    list[str] | None, typer.Option("--return", metavar="STEP=P", help="Bagian yang kembali, mis. s6=0.1.")
]


def simulate(
    source: Annotated[
        str, typer.Argument(metavar="FILE|ID", help="Berkas sop/v1, atau id SOP yang tersimpan.")
    ],
    runs: Runs = 1000,
    cases: Cases = 1,
    seed: Seed = 1,
    branches: Branches = None,
    arrivals: Arrivals = None,
    service: ServiceTime = "standard",
    waiting: WaitingTime = "none",
    holders: Holders = None,
    absent: Absent = None,
    time: Times = None,
    return_: Returns = None,
    version: Annotated[
        str | None, typer.Option("--version", help="Versi yang tersimpan; bawaan: yang berlaku.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Tulis hasilnya sebagai JSON.")] = False,
    output: Annotated[Path | None, typer.Option("--output", help="Berkas tujuan JSON.")] = None,
    agency: Annotated[
        str | None, typer.Option("--agency", help="Id instansi; wajib bila ada beberapa.")
    ] = None,
) -> None:
    """Menjalankan SOP berkali-kali di atas kertas: berapa lama, siapa yang paling sibuk, kapan selesai.

    FILE memakai peran sebagai jabatan dan kalender bawaan; ID memakai kantor, pemangku, dan log yang ada.
    Tanpa riwayat, keputusan dianggap mengembalikan separuh kali; ubah dengan --return.
    """
    options = Options(
        runs=runs,
        cases=cases,
        seed=seed,
        branches=branches,
        arrivals=arrivals_of(arrivals) if arrivals else None,
        service_time=service,
        waiting=waiting,
        holders={name: _whole("--holders", value) for name, value in _pairs("--holders", holders)},
        absent={name: days_of(name, value) for name, value in _pairs("--absent", absent)},
        time={name: _duration(value) for name, value in _pairs("--time", time)},
        returns={name: _share(value) for name, value in _pairs("--return", return_)},
    )
    with progress("Mensimulasikan"):
        simulation = (
            _of_office(source, version, agency, options) if is_id(source) else _of_file(source, options)
        )
    told = json.dumps(simulation, ensure_ascii=False, indent=2) + "\n"
    if output is not None:
        save(output, [told.encode()])
    if as_json:
        typer.echo(told, nl=False)
    elif output is None:
        _tell(simulation)


def add_to(app: typer.Typer) -> None:
    epilog = "Contoh: alur simulate perbaikan-data-kinerja --waiting queue --arrivals poisson:1/wd --cases 50"
    app.command("simulate", epilog=epilog)(simulate)


def _of_office(sop: str, version: str | None, agency: str | None, options: Options) -> Simulation:
    with opened() as system:
        of = agency_of(system, agency)
        return system.engine.queries.simulations.ask(HOST, sop, options, version=version, agency=of)


def _of_file(source: str, options: Options) -> Simulation:
    definition = file_or_stored(source, None, None)[1].definition
    calendars = shipped_calendars()
    calendar = calendars.get(definition.sla.calendar or CALENDAR) or calendars[CALENDAR]
    setting = on_paper(definition, calendar, SystemClock().now())
    return simulation_view(simulated(definition, setting, options))


def _pairs(option: str, given: Sequence[str] | None) -> list[tuple[str, str]]:
    pairs = [text.partition("=") for text in given or ()]
    if not all(name and sign and value for name, sign, value in pairs):
        unusable(f"{option}: tulis NAMA=NILAI.")
    return [(name, value) for name, _, value in pairs]


def _whole(option: str, text: str) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > 9:
        unusable(f'{option}: "{text[:40]}" bukan bilangan bulat.')
    return int(text)


def _share(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        unusable(f'--return: "{text[:40]}" bukan bilangan; tulis misalnya s6=0.1.')


def _duration(text: str) -> Duration:
    try:
        return Duration.parse(text)
    except BadDuration as error:
        unusable(f"--time: {error.message.indonesian}")


def _tell(simulation: Simulation) -> None:
    minutes, late, finish = simulation["case_minutes"], simulation["late_share"], simulation["finish"]
    typer.echo(
        f"{number(simulation['runs'])} ulangan, benih {simulation['seed']}. Menit kerja per berkas: rata-rata"
        f" {number(round(minutes['mean']))}; p10 {number(round(minutes['p10']))},"
        f" p50 {number(round(minutes['p50']))}, p90 {number(round(minutes['p90']))}."
    )
    typer.echo(f"Terlambat: {100 * (late['value'] or 0):.1f} % berkas. Bila dimulai sekarang, selesai:")
    typer.echo(f"p10 {finish['p10'][:16]}, p50 {finish['p50'][:16]}, p90 {finish['p90'][:16]}.\n")
    shares = simulation["assumptions"]["returns"]
    rows = [
        (
            step["step_id"],
            f"{step['visits']:.2f}",
            number(round(step["waiting"])),
            number(round(step["working"])),
            f"{100 * shares[step['step_id']]:.0f} %" if step["step_id"] in shares else "",
        )
        for step in simulation["steps"]
    ]
    table(("Langkah", "Kunjungan", "Tunggu", "Kerja", "Kembali"), rows, right=(1, 2, 3, 4))
    typer.echo("")
    loads = [
        (position["position"], f"{100 * position['utilisation']:.1f} %", f"{position['queue_mean']:.2f}")
        for position in simulation["positions"]
    ]
    table(("Jabatan", "Beban", "Antrean"), loads, right=(1, 2))
