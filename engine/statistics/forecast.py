"""How likely an open visit ends after its deadline, from earlier visits that lasted longer so far. Pure."""

from bisect import bisect_right, insort
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

FEWEST_FOR_FORECAST = 20
MOST_LOOKED_BACK = 500
BINS = 5


@dataclass(frozen=True, slots=True)
class Reliability:
    """Visits of which a share from ``low`` to ``high`` was said: how many, what was said, what happened."""

    low: float
    high: float
    visits: int
    said: float
    happened: float


def breach(ordered: Sequence[int], used: int, allowed: int) -> float | None:
    """(k + ½) / (n + 1): n earlier visits lasted longer than ``used`` minutes, k of them than ``allowed``.

    ``ordered`` is what earlier visits lasted, rising; None where fewer than 20 lasted as long as this one.
    """
    longer = len(ordered) - bisect_right(ordered, used)
    if longer < FEWEST_FOR_FORECAST:
        return None
    late = len(ordered) - bisect_right(ordered, max(used, allowed))
    return (late + 0.5) / (longer + 1)


def reliability(steps: Iterable[tuple[Sequence[int], int]]) -> list[Reliability]:
    """What would have been said of earlier visits at half of their time, against what happened.

    Of each step what its visits lasted, oldest first, and what they may: a visit is told from those before it
    alone.
    """
    told = [forecast for lasted, allowed in steps for forecast in _told(lasted[-MOST_LOOKED_BACK:], allowed)]
    bands = []
    for place in range(BINS):
        low, high = place / BINS, (place + 1) / BINS
        inside = [forecast for forecast in told if low <= forecast[0] < high]
        if inside:
            said = sum(share for share, _ in inside) / len(inside)
            happened = sum(late for _, late in inside) / len(inside)
            bands.append(Reliability(low, high, len(inside), said, happened))
    return bands


def _told(lasted: Sequence[int], allowed: int) -> Iterator[tuple[float, bool]]:
    known: list[int] = []
    for minutes in lasted:
        said = breach(known, allowed // 2, allowed) if minutes > allowed // 2 else None
        if said is not None:
            yield said, minutes > allowed
        insort(known, minutes)
