"""The unit of measurement: the nine printed steps, one Bidang, one return in every second case.

Contenders that know nothing of the SOP walk the same visits with the same form data.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

SOP = "perbaikan-data-kinerja"
PERIOD = "2025-Q4"
STARTED_BY = "kadis"
FILE = "$file"  # stands for a file that the client uploaded before the clock runs


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit of one step: who claims and completes it, and with what."""

    step: str
    who: str
    data: dict[str, Any]
    ticks: tuple[str, ...] = ("dok_data_kinerja",)
    outcome: str | None = None
    reason: str | None = None
    signs: bool = False


_WRONG_ROW = {
    "unit": "bid-psr",
    "subjek": "Jumlah pasar yang termanfaatkan",
    "periode": PERIOD,
    "nilai_lama": "5",
    "uraian": "Angka tidak sesuai laporan lapangan",
}
_REPAIR = {
    "row": "r1",
    "nilai_baru": "6",
    "alasan": "Laporan lapangan Desember",
    "bukti": [{"url": "https://contoh.example/laporan-lapangan.pdf"}],
}
_VISITS = (
    Visit("s1", "kadis", {"baris_salah": [_WRONG_ROW], "perintah": "Mohon dilakukan verifikasi ulang"}),
    Visit(
        "s2",
        "sekdis",
        {
            "hasil": [{"row": "r1", "terbukti": True, "catatan": "Bukti belum dilampirkan"}],
            "perintah": "Mohon dikoordinasikan dengan Kepala Bidang",
        },
    ),
    Visit(
        "s3",
        "kasubbag.perencanaan",
        {"bidang_terdampak": ["bid-psr"], "catatan": "Sudah disampaikan"},
        ticks=("dok_format_data",),
    ),
    Visit(
        "s4",
        "kabid.psr",
        {
            "mulai": "2026-01-05T08:00:00+08:00",
            "selesai": "2026-01-05T08:30:00+08:00",
            "hadir": ["kasi.psr.1", "jp.psr.1"],
            "keputusan": "Perbaiki sesuai laporan lapangan",
        },
        ticks=("data_kinerja",),
    ),
    Visit("s5", "jp.psr.1", {"perbaikan": [_REPAIR], "dokumen": FILE}),
    Visit(
        "s6",
        "kabid.psr",
        {"periksa": [{"row": "r1", "sesuai": True, "catatan": "Sesuai berita acara"}]},
        outcome="sesuai",
    ),
    Visit("s7", "kasubbag.perencanaan", {"dokumen": FILE, "catatan": "Rekapitulasi lengkap"}),
    Visit(
        "s8",
        "sekdis",
        {"lengkap": ["Rekapitulasi lengkap untuk semua Bidang"], "catatan": "Sudah diteliti"},
        outcome="sesuai",
        signs=True,
    ),
    Visit(
        "s9", "kadis", {"nomor": "800/12", "tanggal": "2026-01-05", "berkas_fisik": "Lemari 2"}, signs=True
    ),
)
_REPAIRED, _CHECKED = _VISITS[4], _VISITS[5]
_RETURNED = replace(
    _CHECKED,
    data={"periksa": [{"row": "r1", "sesuai": False, "catatan": "Lihat berita acara"}]},
    outcome="tidak_sesuai",
    reason="Nilai belum sesuai dengan berita acara",
)
STRAIGHT = _VISITS
RETURNED = (*_VISITS[:5], _RETURNED, _REPAIRED, _CHECKED, *_VISITS[6:])


def visits_of(number: int) -> tuple[Visit, ...]:
    """The visits of the case with this number: nine, or eleven where Kepala Bidang returns the repair."""
    return RETURNED if number % 2 else STRAIGHT


def steps_of(cases: int) -> int:
    return sum(len(visits_of(number)) for number in range(cases))


def filled(data: dict[str, Any], file: str) -> dict[str, Any]:
    return {name: file if value == FILE else value for name, value in data.items()}


def uploaders() -> Iterator[str]:
    """Who brings a file to every case, in order."""
    return (visit.who for visit in _VISITS if FILE in visit.data.values())
