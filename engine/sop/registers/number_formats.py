"""What the numbers of a workbook stand for: days and percentages are numbers with a format."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from xml.etree import ElementTree

NAMESPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
DAYS = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
PERCENTAGES = frozenset({9, 10})
FIRST_DAY, FIRST_DAY_OF_1904 = date(1899, 12, 30), date(1904, 1, 1)
"""The day 0 of spreadsheets, as they count it since 1900-03-01, and of those that count from 1904."""
LAST = 2_958_466
_UNREAD = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.')
"""What a format only shows: quoted texts, colours and places."""

Kind = Literal["day", "percent"] | None


class Percent(float):
    """A number that people see as a percentage, as the number in front of its sign."""


@dataclass(frozen=True, slots=True)
class NumberFormats:
    """The kind of number for each style of a workbook, and the day it counts from."""

    kinds: Sequence[Kind] = ()
    first_day: date = FIRST_DAY

    @classmethod
    def of(cls, styles: ElementTree.Element | None, book: ElementTree.Element) -> "NumberFormats":
        setting = book.find(f"{NAMESPACE}workbookPr")
        from_1904 = setting is not None and setting.get("date1904") in ("1", "true")
        kinds = _kinds(styles) if styles is not None else []
        return cls(kinds, FIRST_DAY_OF_1904 if from_1904 else FIRST_DAY)

    def value(self, number: float, style: str | None) -> float | date:
        """A number as people see it. ValueError for a style or day that there is not."""
        kind = self.kinds[int(style)] if style and self.kinds else None
        if kind == "percent":
            return Percent(round(number * 100, 10))
        return self._day(number) if kind == "day" else number

    def _day(self, number: float) -> date:
        if not 0 <= number < LAST:
            raise ValueError("no day")
        at = datetime.combine(self.first_day, datetime.min.time()) + timedelta(days=number)
        return at.date() if number == int(number) else (at + timedelta(seconds=0.5)).replace(microsecond=0)


def _kinds(styles: ElementTree.Element) -> list[Kind]:
    written = {
        int(number_format.get("numFmtId", "-1")): number_format.get("formatCode", "")
        for number_format in styles.iter(f"{NAMESPACE}numFmt")
    }
    cells = styles.find(f"{NAMESPACE}cellXfs")
    ids = [int(cell.get("numFmtId", "0")) for cell in cells] if cells is not None else []
    return [_kind(number, written.get(number)) for number in ids]


def _kind(number: int, written: str | None) -> Kind:
    if written is None:
        return "day" if number in DAYS else "percent" if number in PERCENTAGES else None
    shown = _UNREAD.sub("", written).casefold()
    if "%" in shown:
        return "percent"
    return "day" if "general" not in shown and set(shown) & set("dmyhs") else None
