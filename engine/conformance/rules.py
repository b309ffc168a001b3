"""The rules of conformance: how grave a hit is, and what it is called. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from engine.text.bilingual import Text

Severity = Literal["high", "medium", "low", "info"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
RuleName = Literal[
    "skipped",
    "deviation",
    "backfilled",
    "instant",
    "batch",
    "near_close",
    "four_eyes",
    "off_hours",
    "rework",
    "late",
    "over_standard",
    "acting",
    "taken_over",
    "evidence_reused",
]


@dataclass(frozen=True, slots=True)
class Rule:
    """How grave a hit is, and what people call it."""

    severity: Severity
    label: Text


RULES: Mapping[RuleName, Rule] = {
    "skipped": Rule("high", Text("Langkah terlewati", "Step skipped")),
    "deviation": Rule("medium", Text("Penyimpangan", "Deviation")),
    "backfilled": Rule("medium", Text("Waktu diisi mundur", "Time entered afterwards")),
    "instant": Rule("medium", Text("Diputus seketika", "Decided at once")),
    "batch": Rule("medium", Text("Diputus beruntun", "Decided in a row")),
    "near_close": Rule("medium", Text("Diputus menjelang tutup", "Decided before closing")),
    "four_eyes": Rule("high", Text("Orang yang sama memeriksa", "The same person checked")),
    "off_hours": Rule("low", Text("Di luar jam kerja", "Outside working hours")),
    "rework": Rule("low", Text("Berulang-ulang", "Done over and over")),
    "late": Rule("info", Text("Terlambat", "Late")),
    "over_standard": Rule("info", Text("Melebihi waktu baku", "Over standard")),
    "acting": Rule("info", Text("Oleh Plt. atau Plh.", "By an acting official")),
    "taken_over": Rule("info", Text("Dialihkan", "Taken over")),
    "evidence_reused": Rule("info", Text("Bukti dipakai lagi", "Evidence used again")),
}
SEVERITY_LABELS: Mapping[Severity, Text] = {
    "high": Text("berat", "high"),
    "medium": Text("sedang", "medium"),
    "low": Text("ringan", "low"),
    "info": Text("keterangan", "information"),
}
