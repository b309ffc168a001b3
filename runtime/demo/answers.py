"""What an official of the demonstration enters: a form filled in from its schema and what it shows already.

Reads a task as the interface shows it, so whoever works over HTTP enters the same.
"""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

FINDINGS = 5
"""How many recommendations an evaluation makes."""
QUARTERS = ("tw1", "tw2", "tw3", "tw4")
TARGETS = ("target_triwulan", "target_tahun", "target")
ORDERS = frozenset({"arahan", "perbaikan", "rekomendasi"})
REMARKS = (
    "Sesuai rencana kerja dan dokumen pendukung.",
    "Dikerjakan bersama seksi terkait.",
    "Menunggu data dari pengelola pasar, dilengkapi minggu ini.",
    "Jadwal disesuaikan dengan hari pasar.",
    "Sudah dibahas dalam rapat bidang.",
)
TASKS = (
    "Lengkapi data dukung capaian triwulan ini",
    "Percepat pelaksanaan kegiatan yang tertinggal",
    "Perbaiki jadwal pemantauan harga barang pokok",
    "Susun ulang pembagian tugas pengumpulan data",
    "Tindak lanjuti temuan pada laporan terakhir",
)


MISTAKES = (
    "Jumlah pedagang pasar rakyat",
    "Stok beras di distributor",
    "Harga rata-rata minyak goreng",
    "Nilai ekspor komoditas unggulan",
    "Jumlah alat ukur yang ditera ulang",
    "Pengaduan konsumen yang selesai",
)
REASONS = (
    "Data dukung belum sesuai dengan angka yang dilaporkan.",
    "Lampiran belum lengkap.",
    "Jumlah pada rekap berbeda dengan dokumen sumbernya.",
    "Tanggal dokumen di luar periode pelaporan.",
)
WORDS = {"subjek": MISTAKES, "alasan": REASONS, **dict.fromkeys(ORDERS, TASKS)}
CORRECTIONS = {"Dikurangi": -5, "Ditambah": 5}
"""By how many points the first two rows of a verification are corrected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clerk:
    """Who fills in a form, at what local time; ``officers`` are the positions below each unit.

    ``began``: when the work began; ``returning``: whether something is found wrong; ``correcting``: whether
    figures are moved, and ``correction``: how that of the row at hand; ``orders``: how many directions are
    given.
    """

    now: datetime
    began: datetime
    chance: random.Random
    upload: Callable[[str], str]
    officers: Mapping[str, Sequence[str]]
    returning: bool = False
    correcting: bool = False
    correction: str | None = None
    orders: int = 0

    def officer(self, unit: str | None) -> str:
        known = self.officers.get(unit or "") or next(iter(self.officers.values()))
        return self.chance.choice(list(known))


def ways(shown: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """The printed ways out that are open, in their order: those that go on, and those that return."""
    allowed = {
        action.get("outcome")
        for action in shown["actions"]
        if action["verb"] == "complete" and action["allowed"]
    }
    printed = [
        outcome for outcome in shown["outcomes"] if outcome["id"] in allowed and not outcome["deviation"]
    ]
    back = [outcome["id"] for outcome in printed if outcome["return"]]
    return [outcome["id"] for outcome in printed if not outcome["return"]], back


def filled(form: Mapping[str, Any], clerk: Clerk) -> dict[str, Any]:
    """Complete data for a form: what is shown stays, what is empty is filled in."""
    return _record(form["schema"], form["initial"] or {}, clerk)


def _record(schema: Mapping[str, Any], known: Mapping[str, Any], clerk: Clerk) -> dict[str, Any]:
    record = dict(known)
    left = sum(1 for shape in schema["properties"].values() if shape.get("x-alur-type") == "datetime")
    for name, shape in schema["properties"].items():
        if shape.get("readOnly") or name == "row":
            continue
        left -= shape["x-alur-type"] == "datetime"
        record[name] = _value(name, shape, record, replace(clerk, now=_instant(clerk, left)))
    return record


def _instant(clerk: Clerk, left: int) -> datetime:
    """The end of the work, or its beginning where another instant follows: of a meeting on its last day."""
    if not left:
        return clerk.now
    same_day = clerk.began.date() == clerk.now.date()
    return clerk.began if same_day else clerk.now - timedelta(minutes=45)


def _value(name: str, shape: Mapping[str, Any], record: Mapping[str, Any], clerk: Clerk) -> Any:
    kind, known = shape["x-alur-type"], record.get(name)
    if kind == "table":
        return list(_rows(name, shape, known or [], clerk))
    if kind == "boolean":
        return not clerk.returning
    if name == "hasil" and "capaian" in record:
        return _verdict(record, clerk)
    if name == "alasan" and record.get("hasil", "") in (None, "Valid"):
        return None
    if known not in (None, [], "") and kind != "evidence":
        return known
    if name in QUARTERS:
        return _share(QUARTERS.index(name), record)
    if name.startswith("bukti_tw"):
        return shape["items"]["enum"][1:2] if record.get(name.removeprefix("bukti_")) else []
    match kind:
        case "number" | "percent" | "money":
            return _number(name, shape, record, clerk)
        case "year":
            return clerk.now.year - 1
        case "date":
            return (clerk.now + timedelta(days=_days(name, clerk))).date().isoformat()
        case "datetime":
            return clerk.now.isoformat()
        case "period":
            return f"{clerk.now.year}-Q4"
        case "evidence":
            none = "realisasi" in record and not record["realisasi"]
            return known or ([] if none else [{"file": clerk.upload("data-dukung.pdf"), **_kind(shape)}])
        case "file":
            return clerk.upload(f"{name}.pdf")
        case "checklist" | "users" | "units" | "positions":
            everybody = [officer for some in clerk.officers.values() for officer in some]
            known = _choices(shape["items"]) or everybody
            return everybody if name == "anggota" else known[: max(shape.get("minItems", 1), 2)]
        case "choice" | "unit" | "position" | "user" | "reference":
            return _chosen(name, kind, shape, record, clerk)
        case _:
            return clerk.chance.choice(WORDS.get(name, REMARKS))


def _rows(
    name: str, shape: Mapping[str, Any], known: Sequence[Mapping[str, Any]], clerk: Clerk
) -> Iterator[dict[str, Any]]:
    moved = iter(CORRECTIONS if clerk.correcting else ())
    for place, row in enumerate(known):
        # Of what comes back, the first row is at fault; of what was measured, two rows are corrected.
        correction = next(moved, None) if row.get("capaian") is not None else None
        at_fault = clerk.returning and place == 0
        yield _record(shape["items"], row, replace(clerk, returning=at_fault, correction=correction))
    if not shape.get("x-alur-add-rows"):
        return
    gives_orders = name in ORDERS and "tenggat" in shape["items"]["properties"]
    wanted = clerk.orders if gives_orders else FINDINGS if name == "temuan" else 0
    for _ in range(max(wanted, shape.get("minItems", 0)) - len(known)):
        yield _record(shape["items"], {}, clerk)


def _number(name: str, shape: Mapping[str, Any], record: Mapping[str, Any], clerk: Clerk) -> Any:
    if name.startswith("realisasi"):
        target = next((record[column] for column in TARGETS if record.get(column)), None)
        if name == "realisasi_anggaran":
            target = record.get("target_anggaran")
        if not target:
            return None if "null" in shape["type"] else 0
        value = target * clerk.chance.choice((0.8, 0.9, 0.95, 1, 1, 1, 1.05, 1.1))
        return round(value) if target == int(target) and target < 2000 else round(value, 2)
    if name == "capaian_koreksi":
        return round(record["capaian"] + CORRECTIONS[clerk.correction], 2) if clerk.correction else None
    if name == "kemajuan":
        return clerk.chance.choice((60, 75, 90, 100))
    if name == "nilai" and record.get("bobot"):
        return round(record["bobot"] * clerk.chance.choice((0.7, 0.75, 0.8)), 2)
    if "anggaran" in name:
        return 250_000_000
    if "null" in shape["type"]:
        return None
    return max(shape.get("minimum", 0), min(1, shape.get("maximum", 1)))


def _share(quarter: int, record: Mapping[str, Any]) -> float:
    """The target of a quarter: whole pieces that add up, or the state that a percentage is to reach."""
    target = record.get("target") or 0
    if record.get("agregasi") == "terakhir":
        return float(target)
    each = int(target) // 4
    return round(target - 3 * each, 2) if quarter == 3 else each


def _days(name: str, clerk: Clerk) -> int:
    """How far ahead a day lies: deadlines ahead, what has happened today."""
    if name in ("semester_1", "semester_2"):
        return 180 if name == "semester_1" else 360
    return clerk.chance.randrange(14, 56) if "tenggat" in name else 0


def _chosen(
    name: str, kind: str, shape: Mapping[str, Any], record: Mapping[str, Any], clerk: Clerk
) -> str | None:
    if name == "agregasi":
        return "terakhir" if record.get("satuan") == "%" else "jumlah"
    if name == "status" and "berkas" in record:
        return "diperbarui"
    if name == "hasil" and record.get("status") == "diperbarui":
        return "diunggah"
    if name == "keadaan":
        return "Sesuai jalur"
    if kind == "position":
        return clerk.officer(record.get("unit"))
    known = _choices(shape) or (list(clerk.officers) if kind == "unit" else [])
    if kind == "unit":
        return clerk.chance.choice(known)
    return known[0] if known else None


def _verdict(record: Mapping[str, Any], clerk: Clerk) -> str | None:
    """What is found of a figure, whatever was found of it the time before."""
    if record["capaian"] is None:
        return None
    return clerk.correction or ("Data dukung tidak sesuai" if clerk.returning else "Valid")


def _choices(shape: Mapping[str, Any]) -> list[str]:
    return [choice for choice in shape.get("enum", ()) if choice is not None]


def _kind(shape: Mapping[str, Any]) -> dict[str, str]:
    for way in shape["items"]["oneOf"]:
        if kinds := way["properties"].get("kind", {}).get("enum"):
            return {"kind": kinds[1] if len(kinds) > 1 else kinds[0]}
    return {}
