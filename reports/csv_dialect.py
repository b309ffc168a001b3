"""How a CSV is written: for programs, or as a double click opens it in Excel of some regional settings."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Excel = Literal["id", "en"]


@dataclass(frozen=True, slots=True)
class Dialect:
    """What stands before the first line, between two cells, and before the decimals of a number."""

    mark: str = ""
    separator: str = ","
    decimal: str = "."

    def number(self, text: str) -> str:
        return text.replace(".", self.decimal)


PROGRAMS = Dialect()
"""RFC 4180: UTF-8 without a mark, commas."""
EXCEL: Mapping[Excel, Dialect] = {"id": Dialect("\ufeff", ";", ","), "en": Dialect("\ufeff", ",", ".")}


def dialect_for(excel: Excel | None) -> Dialect:
    """The dialect of these regional settings; without any that of programs."""
    return EXCEL[excel] if excel else PROGRAMS
