"""Everything a decision may look at besides the case itself; made anew for every command."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from engine.calendar.agency import WeekOfMonth
from engine.calendar.calendar import Calendar
from engine.calendar.policies import BUILT_IN, Policy
from engine.organisation import Organisation
from engine.sop.machine import SopMachine
from engine.sop.model import Definition


def _indonesian(_account: str) -> str:
    return "id"


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
    policy: Policy = BUILT_IN
    language_of: Callable[[str], str] = _indonesian  # account → the language it is told in

    @property
    def local_day(self) -> date:
        return self.now.astimezone(self.calendar.timezone).date()

    @property
    def today(self) -> str:
        return self.local_day.isoformat()
