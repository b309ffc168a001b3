"""From when the rules of conformance hit: what an agency file says, else what is usual. Pure."""

from dataclasses import dataclass, fields
from typing import Any

from engine.calendar.durations import Duration
from engine.calendar.faults import Faults
from engine.errors import BadDuration
from engine.text.bilingual import Text

MOST = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Seconds, minutes and numbers from which a rule hits; ``backfilled`` is working time."""

    instant_seconds: int = 60
    batch_count: int = 5
    batch_minutes: int = 15
    closing_minutes: int = 15
    rework_visits: int = 3
    backfilled: Duration = Duration(working_days=1)  # noqa: RUF009 - frozen


USUAL = Thresholds()


def read_thresholds(value: Any, path: str, faults: Faults) -> Thresholds:
    """The thresholds that are written, the usual ones for the others."""
    entry = faults.mapping(value, path)
    names = [field.name for field in fields(Thresholds)]
    faults.keys(entry, path, names)
    given: dict[str, Any] = {}
    for name in names:
        if name not in entry:
            continue
        if name == "backfilled":
            given[name] = _length(entry[name], f"{path}.{name}", faults)
        elif type(entry[name]) is int and 1 <= entry[name] <= MOST:
            given[name] = entry[name]
        else:
            faults.add(
                f"{path}.{name}",
                Text(f"Tulis bilangan 1 sampai {MOST}.", f"Write a number from 1 to {MOST}."),
            )
    return Thresholds(**given)


def _length(value: Any, path: str, faults: Faults) -> Duration:
    try:
        return Duration.parse(value)
    except BadDuration as error:
        faults.add(path, error.message)
        return USUAL.backfilled
