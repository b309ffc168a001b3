"""The fallback of a role stands in on open tasks, too, while everybody who could do them is away."""

from collections.abc import Iterator
from datetime import date, datetime

from engine.access.actor import WORKER
from engine.cases.model import CaseStatus
from engine.commands.notices.notice import tell
from engine.commands.organisation.reassessment import Applying, CaseFindings
from engine.commands.set_aside import SetAside
from engine.context import Context
from engine.staffing.reassessment import stood_in
from engine.store import Tx


class Fallbacks:
    """Looks once a day, and whenever somebody else is away; what opens later knows it by itself."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self._looked: dict[str, tuple[date, frozenset[str]]] = {}  # agency → for whom on which day

    def tick(self, now: datetime, aside: SetAside) -> None:
        """Open the tasks of whoever is away to the fallback of their roles, as far as there is one."""
        for agency, cases in self.context.store.ask(lambda tx: list(self._concerned(tx, now))):
            for case_id in cases:
                with aside.unless("case", case_id, agency):
                    self.context.store.execute(lambda tx, case_id=case_id: self._open(tx, case_id, now))  # type: ignore[misc]

    def _concerned(self, tx: Tx, now: datetime) -> Iterator[tuple[str, list[str]]]:
        for agency in tx.organisations.agencies():
            organisation = self.context.catalog.organisation(tx, agency)
            day = self.context.day_in(organisation, now)
            named = {absence.account for absence in organisation.absences}
            away = frozenset(account for account in named if organisation.is_absent(account, day))
            if self._looked.get(agency) == (day, away):
                continue
            self._looked[agency] = (day, away)
            held = {holding.position for holding in organisation.holdings if holding.account in away}
            if held:
                waiting = tx.open_tasks.waiting_for(agency, seats=sorted(held))
                yield agency, list(dict.fromkeys(task.case_id for task in waiting))

    def _open(self, tx: Tx, case_id: str, now: datetime) -> None:
        state = tx.cases.for_update(case_id)
        if state is None or state.case.state is not CaseStatus.RUNNING:
            return
        case = self.context.catalog.case_context(tx, state, now)
        findings = tuple(stood_in(case))
        applying = Applying(self.context, tx, case.organisation, WORKER)
        applying.one(CaseFindings(case, findings))
        tell(self.context, tx, applying.notices())
