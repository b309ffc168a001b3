"""Which tasks of a person may be completed several at once, by step and outcome."""

from collections.abc import Iterator

from sqlalchemy import select

from engine.access.actor import Actor, accepts_names
from engine.cases.task_context import TaskContext
from engine.context import Context
from engine.permissions.verbs import Verb
from engine.queries.cases.access import seen_task
from engine.queries.cases.inbox import Inbox
from engine.sop.machine import OutcomeRule
from engine.store import Tx
from engine.tables import SOP_CASE, TASK
from engine.views.batch import BatchGroup, BatchTask
from engine.views.tasks import outcomes, requirements, task_item_of

MOST_LOOKED_AT, MOST_SHOWN = 100, 50


@accepts_names
class BatchQueries:
    def __init__(self, context: Context, inbox: Inbox) -> None:
        self.context = context
        self.inbox = inbox

    def __call__(self, actor: Actor) -> list[BatchGroup]:
        """The groups among the first tasks of the inbox; a task stands in one for each such outcome."""
        items = self.inbox(actor, limit=MOST_LOOKED_AT)["items"]

        def query(tx: Tx) -> list[BatchGroup]:
            groups: dict[tuple[str, ...], BatchGroup] = {}
            for task_id in self._possible(tx, actor, [item["id"] for item in items]):
                for place, group in self._of_task(tx, actor, task_id):
                    groups.setdefault(place, {**group, "tasks": []})["tasks"] += group["tasks"]
            return list(groups.values())

        return self.context.store.ask(query)

    def _possible(self, tx: Tx, actor: Actor, task_ids: list[str]) -> list[str]:
        """Those of these tasks whose step has such an outcome at all, in the same order."""
        agency = self.context.organisation_of(tx, actor).agency.id
        asked = (
            select(TASK.c.id, TASK.c.step_id, SOP_CASE.c.sop, SOP_CASE.c.sop_version)
            .join(SOP_CASE, SOP_CASE.c.id == TASK.c.case_id)
            .where(TASK.c.id.in_(task_ids), SOP_CASE.c.agency == agency)
        )
        able = set()
        for row in tx.connection.execute(asked):
            sop = self.context.catalog.compiled(tx, agency, row.sop, row.sop_version)
            if any(rule.batch for rule in sop.machine.outcome_rules[row.step_id].values()):
                able.add(row.id)
        return [task_id for task_id in task_ids if task_id in able][:MOST_SHOWN]

    def _of_task(self, tx: Tx, actor: Actor, task_id: str) -> Iterator[tuple[tuple[str, ...], BatchGroup]]:
        seen, task = seen_task(self.context, tx, actor, task_id)
        context, case = TaskContext(seen.case, task), seen.state.case
        line: BatchTask = {**task_item_of(context), "requirements": requirements(context)}

        def may(rule: OutcomeRule) -> bool:
            permissions = seen.permissions
            refusal = permissions.refusal(Verb.COMPLETE, task, rule) or permissions.guard_refusal(task, rule)
            return rule.batch and refusal is None

        rules = seen.permissions.outcome_rules(task)
        for outcome in outcomes(seen.permissions, task):
            if may(rules[outcome["id"]]):
                yield (
                    (case.sop, case.sop_version, task.step_id, outcome["id"]),
                    {
                        "sop": case.sop,
                        "version": case.sop_version,
                        "title": seen.case.definition.identity.title,
                        "step_id": task.step_id,
                        "label": line["label"],
                        "outcome": outcome,
                        "tasks": [line],
                    },
                )
