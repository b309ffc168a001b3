"""The family of a case: what started it, and what it has started, as far as a person may see them."""

from engine.access.actor import Actor, accepts_names
from engine.cases.model import Case
from engine.context import Context
from engine.errors import NotFound
from engine.queries.cases.access import Seen, seen_case
from engine.store import Tx
from engine.views.cases import FamilyMember


@accepts_names
class Family:
    def __init__(self, context: Context) -> None:
        self.context = context

    def __call__(self, actor: Actor, case_id: str) -> FamilyMember:
        """The tree from the topmost parent that this person may see; nothing below what is hidden."""

        def query(tx: Tx) -> FamilyMember:
            seen = seen_case(self.context, tx, actor, case_id)
            while (above := self._seen(tx, actor, seen.state.case.parent_id)) is not None:
                seen = above
            return self._member(tx, actor, seen, None)

        return self.context.store.ask(query)

    def _member(self, tx: Tx, actor: Actor, seen: Seen, parent: Seen | None) -> FamilyMember:
        case = seen.state.case
        children = (self._seen(tx, actor, id) for id in tx.cases.child_ids(case.id))
        return {
            "id": case.id,
            "number": case.number,
            "sop": case.sop,
            "title": case.title,
            "state": case.state.value,
            "result": case.result,
            "result_label": seen.case.definition.case.results.get(case.result or "", case.result),
            "step_id": _step_of(parent, case),
            "row": case.parent_row,
            "children": [self._member(tx, actor, child, seen) for child in children if child is not None],
        }

    def _seen(self, tx: Tx, actor: Actor, case_id: str | None) -> Seen | None:
        if case_id is None:
            return None
        try:
            return seen_case(self.context, tx, actor, case_id)
        except NotFound:
            return None


def _step_of(parent: Seen | None, case: Case) -> str | None:
    """The step that started the case."""
    task = parent.state.tasks.get(case.parent_task_id or "") if parent is not None else None
    return task.step_id if task is not None else None
