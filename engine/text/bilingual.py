"""A sentence for a person, in both languages of the office. Pure."""

from dataclasses import dataclass
from datetime import date

from engine.calendar.periods import ENGLISH_MONTHS, MONTH_NAMES


@dataclass(frozen=True, slots=True)
class Text:
    """What is told, whoever is told it; ``to`` speaks the language that the person has chosen."""

    id: str
    en: str

    def to(self, language: str) -> str:
        return self.en if language == "en" else self.id

    def __add__(self, more: "Text") -> "Text":
        return Text(self.id + more.id, self.en + more.en)


NOTHING = Text("", "")


def said_day(day: date) -> Text:
    """``5 Januari 2026``."""
    month = day.month - 1
    return Text(f"{day.day} {MONTH_NAMES[month]} {day.year}", f"{day.day} {ENGLISH_MONTHS[month]} {day.year}")
