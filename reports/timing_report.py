"""The timing log as a workbook for people: Indonesian heads, real dates and lengths, totals, definitions."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from tempfile import TemporaryDirectory, TemporaryFile
from typing import Any, BinaryIO

import xlsxwriter

from engine.statistics.measures import spread
from engine.views.screens import ReportNames
from engine.views.timing_log import TimingRow
from reports.timing_log import PIECE, SHEET_ROWS, too_many

MINUTES_OF_A_DAY = 24 * 60
"""A sheet holds lengths as parts of a day."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the report: its head, how wide it is, what kind of value it holds, and what it means."""

    head: str
    width: int
    kind: str  # text, instant, length, number
    meaning: str


COLUMNS: Mapping[str, Column] = {
    "case_number": Column("Nomor berkas", 18, "text", "Nomor berkas proses."),
    "sop": Column("SOP", 36, "text", "Nama SOP yang dijalankan."),
    "sop_version": Column("Versi", 9, "text", "Versi SOP yang mengikat berkas."),
    "period": Column("Periode", 10, "text", "Periode pelaporan berkas."),
    "branch": Column("Cabang", 26, "text", "Unit atau baris yang dikerjakan; kosong pada jalur utama."),
    "step": Column("Langkah", 40, "text", "Nomor dan nama langkah."),
    "visit": Column("Kunjungan", 10, "number", "Kunjungan ke berapa; lebih dari 1 setelah pengembalian."),
    "unit": Column("Unit", 30, "text", "Unit dari jabatan pelaksana, menurut susunan sekarang."),
    "executor": Column("Pelaksana", 30, "text", "Siapa yang mengerjakan."),
    "acting_kind": Column(
        "Sebagai", 12, "text", "definitive, plt (Pelaksana Tugas), atau plh (Pelaksana Harian)."
    ),
    "ready_at": Column("Masuk", 17, "instant", "Saat tugas masuk, waktu setempat."),
    "claimed_at": Column("Diambil", 17, "instant", "Saat tugas diambil."),
    "finished_at": Column("Selesai", 17, "instant", "Saat tugas selesai."),
    "waiting_minutes": Column("Waktu tunggu", 13, "length", "Jam kerja dari masuk sampai diambil."),
    "working_minutes": Column(
        "Waktu kerja", 13, "length", "Jam kerja dari diambil sampai selesai, tanpa tahan."
    ),
    "hold_minutes": Column("Waktu tahan", 13, "length", "Jam kerja selama ditunda."),
    "standard_minutes": Column("Waktu baku", 13, "length", "Waktu menurut SOP."),
    "difference_minutes": Column("Selisih (menit)", 15, "number", "Kerja dikurangi baku, dalam menit kerja."),
    "due_at": Column("Tenggat", 17, "instant", "Sampai kapan harus selesai."),
    "late_minutes": Column("Terlambat", 13, "length", "Jam kerja setelah tenggat; 0 bila tepat waktu."),
    "outcome": Column("Hasil", 18, "text", "Jalan yang diambil pada akhir langkah."),
    "reason": Column("Alasan", 40, "text", "Alasan yang ditulis, misalnya pada pengembalian."),
    "deviation": Column("Penyimpangan", 13, "text", "ya bila jalannya tidak ada pada SOP tercetak."),
}
SPREADS = ("Tunggu p50", "Tunggu p90", "Kerja p50", "Kerja p90")
DEFINITIONS = (
    ("p50, p90", "Peringkat terdekat: nilai ke-⌈p·n/100⌉ terkecil, jadi selalu nilai yang sungguh terjadi."),
    (
        "Jam kerja",
        "Menurut kalender kerja instansi; jam [j]:mm menghitung jam kerja saja, tanpa malam dan libur.",
    ),
    ("Tepat waktu", "Bagian kunjungan selesai yang tidak melewati tenggat."),
    ("Melebihi baku", "Waktu kerja lebih lama dari waktu baku; tidak sama dengan terlambat."),
)


@dataclass(slots=True)
class _Tally:
    waiting: list[int] = field(default_factory=list)
    working: list[int] = field(default_factory=list)
    late: int = 0
    over: int = 0

    def add(self, row: TimingRow) -> None:
        self.waiting.append(row["waiting_minutes"] or 0)
        self.working.append(row["working_minutes"] or 0)
        self.late += row["late_minutes"] > 0
        self.over += (row["difference_minutes"] or 0) > 0


def timing_report(slices: Iterable[Sequence[TimingRow]], names: ReportNames, told: str) -> Iterator[bytes]:
    """The workbook piece by piece; ``told`` says what was asked for. `InvalidInput` for too many rows."""
    with TemporaryFile() as file:
        _write(slices, names, told, file)
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def _write(slices: Iterable[Sequence[TimingRow]], names: ReportNames, told: str, out: BinaryIO) -> None:
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with TemporaryDirectory() as folder:
        book = xlsxwriter.Workbook(out, options | {"tmpdir": folder})
        formats = {
            "head": book.add_format({"bold": True, "bg_color": "#E6EBF1", "text_wrap": True}),
            "instant": book.add_format({"num_format": "dd/mm/yyyy hh:mm"}),
            "length": book.add_format({"num_format": "[h]:mm"}),
            "share": book.add_format({"num_format": "0.0%"}),
            "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
        }
        tallies = _rows(book.add_worksheet("Log waktu"), formats, slices, names)
        _totals(book.add_worksheet("Ringkasan"), formats, tallies, told)
        _definitions(book.add_worksheet("Definisi"), formats)
        book.close()


def _rows(
    sheet: Any, formats: Mapping[str, Any], slices: Iterable[Sequence[TimingRow]], names: ReportNames
) -> Mapping[tuple[str, str], _Tally]:
    """The rows with a filter over them; the tallies of the finished ones by step and by unit."""
    sheet.freeze_panes(1, 1)
    for place, column in enumerate(COLUMNS.values()):
        sheet.set_column(place, place, column.width)
    for place, column in enumerate(COLUMNS.values()):
        sheet.write_string(0, place, column.head, formats["head"])
    tallies: dict[tuple[str, str], _Tally] = defaultdict(_Tally)
    number = 0
    for rows in slices:
        for row in rows:
            number += 1
            if number >= SHEET_ROWS:
                raise too_many()
            values = _named(row, names)
            for place, (name, column) in enumerate(COLUMNS.items()):
                _cell(sheet, number, place, column.kind, values[name], formats)
            if row["finished_at"] is not None:
                tallies["Langkah", f"{values['sop']} · {values['step']}"].add(row)
                tallies["Unit", str(values["unit"] or "–")].add(row)
                tallies["Seluruhnya", ""].add(row)
    sheet.autofilter(0, 0, max(number, 1), len(COLUMNS) - 1)
    return tallies


def _named(row: TimingRow, names: ReportNames) -> Mapping[str, object]:
    executor = row["executor"]
    step = names.steps.get((row["sop"], row["sop_version"], row["step_id"]), row["activity"])
    return {
        **row,
        "sop": names.sops.get(row["sop"], row["sop"]),
        "branch": names.units.get(row["branch"] or "", row["branch"]),
        "step": step,
        "unit": names.units.get(names.unit_of.get(row["acting_position"] or "", "")),
        "executor": executor and names.person(executor, row["finished_at"] or row["claimed_at"]),
        "deviation": "ya" if row["deviation"] else "tidak",
    }


def _cell(sheet: Any, line: int, place: int, kind: str, value: object, formats: Mapping[str, Any]) -> None:
    if value is None:
        return
    match kind, value:
        case "instant", str():
            sheet.write_datetime(line, place, _wall(value), formats["instant"])
        case "length", int():
            sheet.write_number(line, place, value / MINUTES_OF_A_DAY, formats["length"])
        case "number", int():
            sheet.write_number(line, place, value)
        case _:
            sheet.write_string(line, place, str(value))


def _wall(instant: str) -> datetime:
    """What the clock on the wall showed: a sheet knows no zones."""
    return datetime.fromisoformat(instant).replace(tzinfo=None, microsecond=0)


def _totals(
    sheet: Any, formats: Mapping[str, Any], tallies: Mapping[tuple[str, str], _Tally], told: str
) -> None:
    heads = ("Per", "Nama", "Kunjungan selesai", *SPREADS, "Tepat waktu", "Melebihi baku")
    for place, width in enumerate((12, 60, 12, 12, 12, 12, 12, 12, 14)):
        sheet.set_column(place, place, width)
    sheet.write_string(0, 0, told)
    for place, head in enumerate(heads):
        sheet.write_string(2, place, head, formats["head"])
    order = {"Seluruhnya": 0, "Unit": 1, "Langkah": 2}
    for line, (kind, name) in enumerate(
        sorted(tallies, key=lambda tally: (order[tally[0]], tally[1])), start=3
    ):
        tally = tallies[kind, name]
        count = len(tally.working)
        sheet.write_string(line, 0, kind)
        sheet.write_string(line, 1, name)
        sheet.write_number(line, 2, count)
        waiting, working = spread(tally.waiting), spread(tally.working)
        lengths = (waiting.p50, waiting.p90, working.p50, working.p90)
        for place, minutes in enumerate(lengths, start=3):
            sheet.write_number(line, place, (minutes or 0) / MINUTES_OF_A_DAY, formats["length"])
        sheet.write_number(line, 7, (count - tally.late) / count, formats["share"])
        sheet.write_number(line, 8, tally.over)
    sheet.freeze_panes(3, 2)


def _definitions(sheet: Any, formats: Mapping[str, Any]) -> None:
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 90)
    sheet.write_string(0, 0, "Kolom", formats["head"])
    sheet.write_string(0, 1, "Arti", formats["head"])
    meanings = [*((column.head, column.meaning) for column in COLUMNS.values()), *DEFINITIONS]
    for line, (name, meaning) in enumerate(meanings, start=1):
        sheet.write_string(line, 0, name)
        sheet.write_string(line, 1, meaning, formats["wrap"])
