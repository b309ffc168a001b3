"""One task, whole: its form, its documents, its deadline, and what this person may do with it."""

from collections.abc import Mapping

from engine.access.actor import Actor, accepts_names
from engine.audit.act import Json
from engine.cases.documents import versions_of
from engine.cases.fees import fee_text
from engine.cases.model import Task, TaskStatus
from engine.cases.register_reads import revisions_of
from engine.cases.task_context import TaskContext
from engine.context import Context
from engine.permissions.verbs import Verb
from engine.queries.cases.access import Seen, seen_task
from engine.queries.cases.forecast import Forecasts
from engine.queries.readings import asked
from engine.reminders.preview import announced
from engine.reminders.timers import TimerState
from engine.sop import forms
from engine.sop.defaults import number_on_paper
from engine.store import Tx
from engine.store.form_lookup import OfficeLookup
from engine.views import tasks as views
from engine.views.deadlines import due_of
from engine.views.parts import FormData, Zone
from engine.views.tasks import (
    DocumentVersion,
    Earlier,
    EscalationStage,
    SignKind,
    StageState,
    TaskDocument,
    actions,
    capacity_of,
    outcomes,
    requirements,
    substitution_view,
    task_item_of,
)

# One that failed still waits: for somebody who looks after the server.
STAGE_STATES: Mapping[TimerState, StageState] = {
    TimerState.PENDING: "pending",
    TimerState.FIRED: "fired",
    TimerState.COLLAPSED: "collapsed",
    TimerState.VOID: "void",
    TimerState.BROKEN: "pending",
}


@accepts_names
class TaskQueries:
    def __init__(self, context: Context) -> None:
        self.context = context
        self.forecasts = Forecasts()

    def get(self, actor: Actor, task_id: str) -> views.Task:
        """The task with ``form``, ``outcomes``, ``actions``, ``due``, ``documents`` and ``history``."""

        def query(tx: Tx) -> views.Task:
            seen, task = seen_task(self.context, tx, actor, task_id)
            tx.uploads.read_of_case(seen.state.case.id)
            return self._view(seen, task, actor.account)

        return asked(self.context, actor, f"task:{task_id}", query)

    def computed(self, actor: Actor, task_id: str, data: Mapping[str, Json]) -> FormData:
        """What the form shows once this much of it is filled in: sums and other given cells; kept nowhere.

        Values that are none of their type are left out. NotAllowed for whoever does not fill the form in.
        """

        def query(tx: Tx) -> FormData:
            seen, task = seen_task(self.context, tx, actor, task_id)
            if refusal := seen.permissions.refusal(Verb.SAVE, task):
                refusal.throw()
            context = TaskContext(seen.case, task)
            directory = OfficeLookup(tx, seen.case, context, actor.account)
            directory.read_files(data)
            draft = forms.readable_draft(context.form, data, context.values(data), directory)
            values = context.values(draft)
            return forms.initial_data(context.form, values, directory, draft, context.previous())

        return self.context.store.ask(query)

    def _view(self, seen: Seen, task: Task, account: str) -> views.Task:
        context = TaskContext(seen.case, task)
        case, step = seen.case, context.step
        directory = OfficeLookup(seen.tx, case, context, account)
        values = context.values(task.draft)
        return {
            **task_item_of(context),
            "activity": step.activity,
            "warning": case.definition.identity.warning,
            "remarks": step.remarks.text if step.remarks else None,
            "client": step.client,
            "fee": fee_text(case.definition, step, values),
            "basis": step.basis,
            "requirements": requirements(context),
            "documents": self._documents(seen, task),
            "form": {
                "schema": forms.form_schema(context.form, values, directory),
                "initial": task.data
                if task.state is TaskStatus.COMPLETED
                else forms.initial_data(context.form, values, directory, task.draft, context.previous()),
            },
            "registers": revisions_of(context) if task.is_open else {},
            "outcomes": outcomes(seen.permissions, task),
            "sign": self._sign(seen, task),
            "actions": actions(seen.permissions, task),
            "substitution": substitution_view(context),
            "due": due_of(context),
            "breach": self.forecasts.breach(seen.tx, context),
            "escalation": self._escalation(seen, task),
            "history": self._history(seen, task),
        }

    def _sign(self, seen: Seen, task: Task) -> SignKind | None:
        """Which paraf or signature the step's plain end asks for; an outcome tells its own."""
        plain = seen.permissions.outcome_rules(task).get(None)
        return plain.sign.kind if plain and plain.sign else None

    def _signed(self, seen: Seen, other: Task) -> SignKind | None:
        """Which paraf or signature the end of a visit was."""
        rule = seen.permissions.outcome_rules(other).get(other.outcome)
        return rule.sign.kind if rule and rule.sign else None

    def _escalation(self, seen: Seen, task: Task) -> list[EscalationStage]:
        """Who was or will be told of this task and when."""
        zone = Zone(seen.case)
        timers = seen.tx.timers.of({task.case_id: task.id})[task.id]
        return [
            {
                "stage": notice.stage,
                "kind": notice.kind,
                "at": zone.text(notice.at),
                "state": STAGE_STATES[notice.state],
                "recipients": list(notice.recipients),
            }
            for notice in announced(TaskContext(seen.case, task), timers)
        ]

    def _documents(self, seen: Seen, task: Task) -> list[TaskDocument]:
        documents = seen.case.definition.documents
        held: dict[str, list[str]] = {}
        for name, file_id, by in versions_of(seen.case.definition, seen.state):
            if seen.permissions.shows_beside(task, by):
                held.setdefault(name, []).append(file_id)
        files = seen.tx.uploads.named([file_id for ids in held.values() for file_id in ids])

        def version(file_id: str) -> DocumentVersion:
            file = files.get(file_id)
            return {
                "file": file_id,
                "name": file.name if file else None,
                "sha256": file.sha256 if file else None,
            }

        return [
            {"id": name, "label": documents[name].label, "versions": [version(task_id) for task_id in ids]}
            for name, ids in held.items()
            if name in documents
        ]

    def _history(self, seen: Seen, task: Task) -> list[Earlier]:
        """What was handed in before this visit, in this branch and on the main line."""
        shown = seen.permissions.shows_beside
        return [self._entry(seen, other) for other in seen.state.handed_in_before(task) if shown(task, other)]

    def _entry(self, seen: Seen, other: Task) -> Earlier:
        return {
            "step_id": other.step_id,
            "step_number": seen.case.definition.step(other.step_id).number,
            "printed": number_on_paper(seen.case.definition.step(other.step_id)),
            "branch": other.branch,
            "visit": other.visit,
            "executor": other.assignee,
            "finished_at": Zone(seen.case).text(other.finished_at),
            "outcome": other.outcome,
            "task_id": other.id,
            "acting_kind": other.acting_kind,
            "capacity": capacity_of(seen.case, other),
            "signed": self._signed(seen, other),
            "waived": list(other.waived),
            "reason": other.reason,
            "deviation": other.deviation,
            "data": other.data,
        }
