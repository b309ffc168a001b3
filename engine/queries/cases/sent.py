"""What a person has sent on: the running cases in which that person completed a step."""

from sqlalchemy import func, select

from engine.access.actor import Actor, accepts_names
from engine.cases.model import CaseStatus
from engine.context import Context
from engine.errors import NotFound
from engine.queries.cases.access import seen_case
from engine.store import Tx
from engine.tables import SOP_CASE, TASK
from engine.views.cases import Case, case_view

MOST = 30


@accepts_names
class Sent:
    def __init__(self, context: Context) -> None:
        self.context = context

    def __call__(self, actor: Actor) -> list[Case]:
        """Those of these cases that this person may see, whoever has them now; the last ones first."""

        def query(tx: Tx) -> list[Case]:
            cases: list[Case] = []
            for case_id in self._of(tx, actor):
                try:
                    cases.append(case_view(seen_case(self.context, tx, actor, case_id).case, []))
                except NotFound:  # whoever only took part is shown a case no longer than that counts
                    continue
            return cases

        return self.context.store.ask(query)

    def count(self, actor: Actor) -> int:
        return self.context.store.ask(lambda tx: len(self._of(tx, actor)))

    def _of(self, tx: Tx, actor: Actor) -> list[str]:
        open_cases = SOP_CASE.c.state.in_([CaseStatus.RUNNING, CaseStatus.SUSPENDED])
        last = func.max(TASK.c.finished_at)
        completed = (
            select(TASK.c.case_id.label("id"), last.label("at"))
            .join(SOP_CASE, SOP_CASE.c.id == TASK.c.case_id)
            .where(TASK.c.assignee == actor.account, TASK.c.finished_at.is_not(None), open_cases)
            .group_by(TASK.c.case_id)
            .order_by(last.desc(), TASK.c.case_id)
            .limit(MOST)
        )
        return [row.id for row in tx.connection.execute(completed)]
