"""Many decisions or signatures of one person in a short time, and in the last minutes of a day. Pure.

What one choice ended for several tasks at once is one decision: its SOP lets it be made so.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from engine.calendar.calendar import Calendar
from engine.calendar.thresholds import Thresholds
from engine.conformance.records import CaseRecord, Hit, VisitRecord, hit
from engine.conformance.rules import RuleName, Severity

Moment = Sequence["Judgement"]
"""What one choice decided: one judgement, or those of several tasks at once."""


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
        decided = list(moments(mine))
        for burst in bursts(decided, limits.batch_count, timedelta(minutes=limits.batch_minutes)):
            yield _hit("batch", burst)
        for day, burst in _near_close(decided, limits):
            last = burst[-1].calendar.working_day_after(day, 1).isocalendar()[:2] != day.isocalendar()[:2]
            yield _hit("near_close", burst, "high" if last else None)


def moments(mine: Iterable[Judgement]) -> Iterator[list[Judgement]]:
    """The judgements of one person, those of one choice for several tasks together."""
    together: list[Judgement] = []
    for judgement in mine:
        several = judgement.visit.at_once
        if together and (several != together[-1].visit.at_once or len(together) == several):
            yield together
            together = []
        together.append(judgement)
        if several is None:
            yield together
            together = []
    if together:
        yield together


def bursts(mine: Sequence[Moment], count: int, within: timedelta) -> Iterator[list[Judgement]]:
    """The longest runs in which any ``count`` that follow each other lie so close together, in order."""
    run: list[int] = []
    for end in range(count - 1, len(mine)):
        start = end - count + 1
        if mine[end][-1].at - mine[start][0].at <= within:
            if run and start > run[-1]:
                yield [judgement for index in run for judgement in mine[index]]
                run = []
            run += [index for index in range(start, end + 1) if not run or index > run[-1]]
    if run:
        yield [judgement for index in run for judgement in mine[index]]


def _near_close(mine: Sequence[Moment], limits: Thresholds) -> Iterator[tuple[date, list[Judgement]]]:
    """The decisions in the last minutes of each day, where there are enough of them."""
    by_day: dict[date, list[Moment]] = defaultdict(list)
    for moment in mine:
        judgement = moment[-1]
        day = judgement.at.astimezone(judgement.calendar.timezone).date()
        if judgement.calendar.is_working_day(day):
            closing = judgement.calendar.closing(day)
            if closing - timedelta(minutes=limits.closing_minutes) <= judgement.at <= closing:
                by_day[day].append(moment)
    for day, late in by_day.items():
        if len(late) >= limits.batch_count:
            yield day, [judgement for moment in late for judgement in moment]


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
