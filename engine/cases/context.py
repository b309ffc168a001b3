"""Everything a decision may look at, without a case and with one; made anew for every command."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from operator import attrgetter
from typing import Generic, Protocol

from engine.calendar.agency import WeekOfMonth
from engine.calendar.calendar import Calendar
from engine.calendar.deadlines import due_after
from engine.calendar.durations import Duration
from engine.calendar.policies import BUILT_IN, Policy
from engine.cases.model import Case, CaseState, CaseSummary, CaseT, TaskSummary, TaskT
from engine.organisation import Organisation
from engine.sop.machine import SopMachine
from engine.sop.model import Definition, Step
from engine.sop.registers.reader import NO_REGISTERS, RegisterReader


class OfUnit(Protocol):
    """What belongs to a unit, as a branch may."""

    @property
    def unit(self) -> str | None: ...


def _indonesian(_account: str) -> str:
    return "id"


def read_by_all(_account: str) -> bool:
    """Nobody has to read a version before working by it."""
    return False


def _no_other_calendar(name: str) -> Calendar:
    raise LookupError(f"no calendar {name!r} is at hand here")


def _nothing_started(_case: str, _step: str) -> Sequence[Case]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionContext:
    """One definition version with its machine, the agency as it stands, its calendar, and now (UTC)."""

    definition: Definition
    definition_hash: str
    machine: SopMachine
    organisation: Organisation
    calendar: Calendar
    week_of_month: WeekOfMonth
    now: datetime
    new_id: Callable[[], str]
    next_number: Callable[[str, int], int]  # series, year → the next number of the series
    registers: RegisterReader = NO_REGISTERS
    started: Callable[[str, str], Sequence[Case]] = _nothing_started  # case, step → cases it has started
    policy: Policy = BUILT_IN
    calendar_named: Callable[[str], Calendar] = _no_other_calendar  # of steps that count by another one
    language_of: Callable[[str], str] = _indonesian  # account → the language it is told in
    unread_by: Callable[[str], bool] = read_by_all  # account → whether it must read first

    @property
    def local_day(self) -> date:
        return self.now.astimezone(self.calendar.timezone).date()

    @property
    def today(self) -> str:
        return self.local_day.isoformat()

    def calendar_of(self, branch: OfUnit | None, step: Step) -> Calendar:
        """The step's calendar, or else the case's, as it is in the branch's unit or the nearest one above."""
        named = step.calendar
        whole = self.calendar if named in (None, self.calendar.id) else self.calendar_named(named or "")
        unit = branch.unit if branch else None
        seen: set[str] = set()
        while unit is not None and unit not in seen:
            own = whole.for_unit(unit)
            if own is not whole:
                return own
            seen.add(unit)
            known = self.organisation.unit(unit)
            unit = known.parent if known else None
        return whole

    def of_case(self, state: CaseState[CaseT, TaskT]) -> "CaseContext[CaseT, TaskT]":
        """The same with a case as it stands."""
        return CaseContext(**dict(zip(_SHARED, _shared(self), strict=True)), state=state)


_SHARED = tuple(part.name for part in fields(DecisionContext))
_shared = attrgetter(*_SHARED)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseContext(DecisionContext, Generic[CaseT, TaskT]):
    """One case as it stands, and everything that a decision on it may look at."""

    state: CaseState[CaseT, TaskT]

    @property
    def target_at(self: "CaseContext") -> datetime | None:
        """Until when the case is to end, counted from when its request came in; None where it is not said."""
        target = self.definition.sla.case_target
        if target == "auto":
            return None
        return due_after(self.calendar, self.state.case.received_at, Duration.parse(target))


SummaryContext = CaseContext[CaseSummary, TaskSummary]
"""The same for a case in a list of many, of which only summaries were fetched."""
