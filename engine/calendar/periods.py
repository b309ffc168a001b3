"""Reporting periods: `2026-Q1`, `2026-H1`, `2026-01`, `2026`."""

import re
from calendar import monthrange
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Literal, Self

from engine.errors import BadPeriod, InvalidInput
from engine.text.bilingual import Text
from engine.text.dates import period_text

PeriodType = Literal["year", "semester", "quarter", "month"]

_TEXT = re.compile(r"([12][0-9]{3})(?:-(?:Q([1-4])|H([12])|(0[1-9]|1[0-2])))?")
_MONTHS: dict[PeriodType, int] = {"year": 12, "semester": 6, "quarter": 3, "month": 1}


@dataclass(frozen=True, slots=True)
class Period:
    """The n-th period of its type in a year; n counts from 1."""

    type: PeriodType
    year: int
    n: int = 1

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read one of the four forms. Raises `BadPeriod`."""
        match = _TEXT.fullmatch(text) if isinstance(text, str) else None
        if match is None:
            raise BadPeriod(text=text)
        year, quarter, semester, month = match.groups()
        if quarter:
            return cls("quarter", int(year), int(quarter))
        if semester:
            return cls("semester", int(year), int(semester))
        if month:
            return cls("month", int(year), int(month))
        return cls("year", int(year))

    def __str__(self) -> str:
        match self.type:
            case "quarter":
                return f"{self.year}-Q{self.n}"
            case "semester":
                return f"{self.year}-H{self.n}"
            case "month":
                return f"{self.year}-{self.n:02}"
            case "year":
                return str(self.year)

    def shifted(self, by: int) -> Self | None:
        """The period of the same type so many periods later, None beyond the years that can be written."""
        in_year = 12 // _MONTHS[self.type]
        year, n = divmod(self.year * in_year + self.n - 1 + by, in_year)
        return type(self)(self.type, year, n + 1) if 1000 <= year <= 2999 else None

    @property
    def first_day(self) -> date:
        return date(self.year, (self.n - 1) * _MONTHS[self.type] + 1, 1)

    @property
    def last_day(self) -> date:
        month = self.n * _MONTHS[self.type]
        return date(self.year, month, monthrange(self.year, month)[1])

    @property
    def label(self) -> str:
        """The Indonesian name, such as `Triwulan I 2026`."""
        return self.text.indonesian

    @property
    def text(self) -> Text:
        """The name in both languages."""
        return period_text(self.type, self.year, self.n)


def half_year(text: str) -> Period:
    """A half-year such as ``2026-H1``; `InvalidInput` for anything else."""
    with suppress(BadPeriod):
        period = Period.parse(text)
        if period.type == "semester":
            return period
    raise InvalidInput.at("period", Text("Tulis semester, misalnya 2026-H1.", "Write a half-year: 2026-H1."))
