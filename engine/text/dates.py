"""Days and months in the words of both languages. Pure."""

from datetime import date

from engine.text.bilingual import Text

MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip
ENGLISH_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def day_text(day: date) -> Text:
    """``5 Januari 2026``."""
    month = day.month - 1
    return Text(f"{day.day} {MONTHS[month]} {day.year}", f"{day.day} {ENGLISH_MONTHS[month]} {day.year}")
