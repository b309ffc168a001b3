"""What a stretch of time on the way to a deadline is, in the words of both languages. Pure."""

from collections.abc import Mapping

from engine.text.bilingual import Text

STRETCHES: Mapping[str, Text] = {
    "work": Text("jam kerja", "working hours"),
    "break": Text("istirahat", "break"),
    "closed": Text("di luar jam kerja", "outside working hours"),
    "weekend": Text("akhir pekan", "weekend"),
}
REGIMES: Mapping[str, Text] = {"normal": Text("biasa", "normal"), "ramadan": Text("Ramadan", "Ramadan")}
HOLIDAYS: Mapping[str, str] = {
    "nasional": "libur nasional",
    "cuti_bersama": "cuti bersama",
    "daerah": "libur daerah",
    "unit": "libur unit",
}
"""As their decrees call them, in the one language that decrees have."""


def stretch_text(kind: str, regime: str | None, note: str | None) -> Text:
    """``jam kerja (Ramadan)``; a holiday with the name that its decree gives it."""
    if kind == "free":
        name = (note or "").partition(": ")[2]
        return Text(note or "hari libur", f"holiday: {name}" if name else "holiday")
    stretch = STRETCHES.get(kind, Text(kind, kind))
    if kind != "work" or not regime:
        return stretch
    named = REGIMES.get(regime, Text(regime, regime))
    return stretch + Text(f" ({named.indonesian})", f" ({named.english})")
