"""Many decisions or signatures of one person in a short time, and in the last minutes of a day. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from engine.calendar.calendar import Calendar
from engine.calendar.thresholds import Thresholds
from engine.conformance.records import CaseRecord, Hit, VisitRecord, hit
from engine.conformance.rules import RuleName, Severity


class Judgement(NamedTuple):
    """One decision or signature, with the calendar of its case."""

    case: CaseRecord
    visit: VisitRecord
    calendar: Calendar

    @property
    def at(self) -> datetime:
        return self.visit.entered_at


def burst_hits(judgements: Iterable[Judgement], limits: Thresholds) -> Iterator[Hit]:
    """One hit for each burst, of its last decision; its facts name all of them."""
    by_person: dict[str, list[Judgement]] = defaultdict(list)
    for judgement in judgements:
        if judgement.visit.account is not None:
            by_person[judgement.visit.account].append(judgement)
    for mine in by_person.values():
        mine.sort(key=lambda judgement: (judgement.at, judgement.visit.id))
        for burst in bursts(mine, limits.batch_count, timedelta(minutes=limits.batch_minutes)):
            yield _hit("batch", burst)
        for day, burst in _near_close(mine, limits):
            last = burst[-1].calendar.working_day_after(day, 1).isocalendar()[:2] != day.isocalendar()[:2]
            yield _hit("near_close", burst, "high" if last else None)


def bursts(mine: Sequence[Judgement], count: int, within: timedelta) -> Iterator[list[Judgement]]:
    """The longest runs in which any ``count`` that follow each other lie so close together, in order."""
    run: list[int] = []
    for end in range(count - 1, len(mine)):
        start = end - count + 1
        if mine[end].at - mine[start].at <= within:
            if run and start > run[-1]:
                yield [mine[index] for index in run]
                run = []
            run += [index for index in range(start, end + 1) if not run or index > run[-1]]
    if run:
        yield [mine[index] for index in run]


def _near_close(mine: Sequence[Judgement], limits: Thresholds) -> Iterator[tuple[date, list[Judgement]]]:
    """The decisions in the last minutes of each day, where there are enough of them."""
    by_day: dict[date, list[Judgement]] = defaultdict(list)
    for judgement in mine:
        day = judgement.at.astimezone(judgement.calendar.timezone).date()
        if judgement.calendar.is_working_day(day):
            closing = judgement.calendar.closing(day)
            if closing - timedelta(minutes=limits.closing_minutes) <= judgement.at <= closing:
                by_day[day].append(judgement)
    for day, visits in by_day.items():
        if len(visits) >= limits.batch_count:
            yield day, visits


def _hit(rule: RuleName, burst: Sequence[Judgement], severity: Severity | None = None) -> Hit:
    first, last = burst[0], burst[-1]
    facts = {
        "count": len(burst),
        "from": first.at.astimezone(first.calendar.timezone).isoformat(),
        "to": last.at.astimezone(last.calendar.timezone).isoformat(),
        "visits": [
            {"case_number": hit.case.number, "step_id": hit.visit.step_id, "visit": hit.visit.visit}
            for hit in burst
        ],
    }
    return hit(rule, last.case, last.visit, facts, at=last.at, severity=severity)
