"""Days as papers write them. Pure."""

import re
from datetime import date, timedelta

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("januari", "jan", "january"), ("februari", "feb", "pebruari", "february"),
            ("maret", "mar", "march"),
            ("april", "apr"), ("mei", "may"), ("juni", "jun", "june"), ("juli", "jul", "july"),
            ("agustus", "agt", "ags", "aug", "august"), ("september", "sep", "sept"),
            ("oktober", "okt", "oct", "october"), ("november", "nov", "nopember"),
            ("desember", "des", "dec", "december"),
        ),
        1,
    )
    for name in names
}  # fmt: skip
IN_WORDS = re.compile(r"\b(\d{1,2})\s+([a-z]+)\s+(\d{4})\b", re.IGNORECASE)
IN_NUMBERS = re.compile(r"\b(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})\b")
ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
SERIAL = re.compile(r"[2-9]\d{4}")
FIRST_SERIAL = date(1899, 12, 30)


def day_of(text: str) -> str | None:
    """The first day that a text names, as 2026-01-05; None where it names none."""
    text = text.strip()
    if match := ISO.search(text):
        return _iso(int(match[1]), int(match[2]), int(match[3]))
    if match := IN_WORDS.search(text):
        return _iso(int(match[3]), MONTHS.get(match[2].casefold(), 0), int(match[1]))
    if match := IN_NUMBERS.search(text):
        return _iso(int(match[3]), int(match[2]), int(match[1]))
    if SERIAL.fullmatch(text):  # a spreadsheet counts days
        return (FIRST_SERIAL + timedelta(days=int(text))).isoformat()
    return None


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None
