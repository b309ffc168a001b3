"""The decree that a list of holidays, a day off, other hours or a change of the calendar rests on. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from engine.calendar.faults import Faults
from engine.text.bilingual import Text

INDEPENDENCE = date(1945, 8, 17)
"""No decree of the republic is older."""
LONGEST = 500
KEYS = ("number", "date", "issuer", "title")
_YEARS_AHEAD = 3


@dataclass(frozen=True, slots=True)
class Decree:
    """``signed_on`` is None for what was kept as one text before dates were asked."""

    number: str
    signed_on: date | None = None
    issuer: str | None = None
    title: str | None = None

    def __str__(self) -> str:
        """``SKB Nomor 1497 Tahun 2025, 19/09/2025``, the same in both languages."""
        return f"{self.number}, {self.signed_on:%d/%m/%Y}" if self.signed_on else self.number

    def plain(self) -> dict[str, str | None]:
        """As the files, the API and the log write it."""
        signed = self.signed_on.isoformat() if self.signed_on else None
        return {"number": self.number, "date": signed, "issuer": self.issuer, "title": self.title}

    def fingerprint(self) -> str | list[str | None]:
        """What a calendar's version is made of; a text without a date counts as it always did."""
        return self.number if self.signed_on is None else list(self.plain().values())


def read_decree(
    value: Any, path: str, faults: Faults, *, latest: date, earliest: date = INDEPENDENCE
) -> Decree | None:
    """A decree of the agency or holiday file; nothing for one that is not filled in yet.

    A text, as earlier files have it, is a number without a date: accepted, with a doubt.
    """
    if value is None:
        return None
    if isinstance(value, str):
        number = faults.text(value, path)
        if not number:
            return None
        faults.doubt(
            path,
            Text(
                f'Tanggal keputusan "{number[:80]}" tidak tercatat. Tulis {{number: …, date: "2025-09-19"}}.',
                f'The decree "{number[:80]}" has no date on record. Write {{number: …, date: "2025-09-19"}}.',
            ),
        )
        return Decree(number)
    entry = faults.mapping(value, path)
    faults.keys(entry, path, KEYS, KEYS[:2])
    if entry.get("number") is None and entry.get("date") is None:
        return None
    number = _words(entry, "number", path, faults)
    signed = faults.day(entry.get("date"), f"{path}.date")
    if signed is not None and not earliest <= signed <= latest:
        faults.add(
            f"{path}.date",
            Text(
                f"Tanggal keputusan {signed} tidak mungkin: antara {earliest} dan {latest}.",
                f"The date {signed} of the decree is not possible: between {earliest} and {latest}.",
            ),
        )
    issuer, title = (
        _words(entry, name, path, faults) if entry.get(name) is not None else None for name in KEYS[2:]
    )
    return Decree(number, signed, issuer, title) if number and signed else None


def earliest_for(year: int) -> date:
    """The first day on which the list of a year may have been decreed."""
    return date(year - _YEARS_AHEAD, 1, 1)


def _words(entry: Mapping[str, Any], name: str, path: str, faults: Faults) -> str:
    words = faults.text(entry.get(name), f"{path}.{name}")
    if len(words) > LONGEST:
        faults.add(
            f"{path}.{name}", Text(f"Paling panjang {LONGEST} huruf.", f"At most {LONGEST} characters.")
        )
    return words
