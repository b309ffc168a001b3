"""One task, whole: its form, its documents, its deadline, and what this person may do with it."""

from collections.abc import Mapping

from engine.audit.act import Json
from engine.cases.documents import documents_of
from engine.cases.fees import fee_text
from engine.cases.model import Task, TaskStatus
from engine.cases.task_context import TaskContext
from engine.context import Context
from engine.permissions import substitution
from engine.queries.cases.access import Seen, seen_task
from engine.reminders.preview import announced
from engine.reminders.timers import TimerState
from engine.sop import forms
from engine.store import Tx
from engine.store.form_lookup import OfficeLookup
from engine.views.deadlines import due_of
from engine.views.parts import Zone
from engine.views.tasks import actions, capacity_of, outcomes, task_item
from engine.views.timing_log import timing_row


class TaskQueries:
    def __init__(self, context: Context) -> None:
        self.context = context

    def get(self, account: str, task_id: str) -> dict[str, Json]:
        """The task with ``form``, ``outcomes``, ``actions``, ``due``, ``documents`` and ``history``."""

        def query(tx: Tx) -> dict[str, Json]:
            seen, task = seen_task(self.context, tx, account, task_id)
            return self._view(seen, task, account)

        return self.context.store.ask(query)

    def _view(self, seen: Seen, task: Task, account: str) -> dict[str, Json]:
        context = TaskContext(seen.case, task)
        case, step = seen.case, context.step
        directory = OfficeLookup(seen.tx, case, context, account)
        values = context.values(task.draft)
        return {
            **task_item(context),
            "activity": step.activity,
            "warning": case.definition.identity.warning,
            "remarks": step.remarks.text if step.remarks else None,
            "client": step.client,
            "fee": fee_text(case.definition, step, values),
            "basis": step.basis,
            "requirements": [] if task.approval_of else context.requirements(),
            "documents": self._documents(seen),
            "form": {
                "schema": forms.form_schema(context.form, values, directory),
                "initial": task.data
                if task.state is TaskStatus.COMPLETED
                else forms.initial_data(context.form, values, directory, task.draft, context.previous()),
            },
            "outcomes": outcomes(seen.permissions, task),
            "sign": self._sign(seen, task),
            "actions": actions(seen.permissions, task),
            "substitution": substitution.described(context),
            "due": due_of(context),
            "escalation": self._escalation(seen, task),
            "history": self._history(seen, task),
        }

    def _sign(self, seen: Seen, task: Task) -> str | None:
        """Which paraf or signature the step's plain end asks for; an outcome tells its own."""
        plain = seen.permissions.exits(task).get(None)
        return plain.sign.kind if plain and plain.sign else None

    def _signed(self, seen: Seen, other: Task) -> str | None:
        """Which paraf or signature the end of a visit was."""
        exit_ = seen.permissions.exits(other).get(other.outcome)
        return exit_.sign.kind if exit_ and exit_.sign else None

    def _escalation(self, seen: Seen, task: Task) -> list[Json]:
        """Who was or will be told of this task and when."""
        zone = Zone(seen.case)
        timers = seen.tx.timers_of(task.id)
        return [
            {
                "stage": each.stage,
                "kind": each.kind,
                "at": zone.text(each.at),
                # One that failed still waits: for somebody who looks after the server.
                "state": "pending" if each.state is TimerState.BROKEN else each.state.value,
                "recipients": list(each.recipients),
            }
            for each in announced(TaskContext(seen.case, task), timers)
        ]

    def _documents(self, seen: Seen) -> list[Json]:
        documents, held = seen.case.definition.documents, documents_of(seen.case.definition, seen.state)
        files = seen.tx.files([file_id for ids in held.values() for file_id in ids])

        def version(file_id: str) -> Json:
            file = files.get(file_id)
            return {"file": file_id, "name": file and file.name, "sha256": file and file.sha256}

        return [
            {"id": name, "label": documents[name].label, "versions": [version(each) for each in ids]}
            for name, ids in held.items()
            if name in documents
        ]

    def _history(self, seen: Seen, task: Task) -> list[Json]:
        """What was handed in before this visit, in this branch and on the main line."""
        return [self._entry(seen, other) for other in seen.state.handed_in_before(task)]

    def _entry(self, seen: Seen, other: Task) -> Mapping[str, Json]:
        return {
            **{
                name: value
                for name, value in timing_row(TaskContext(seen.case, other)).items()
                if name in ("step_id", "step_number", "branch", "visit", "executor", "finished_at", "outcome")
            },
            "task_id": other.id,
            "acting_kind": other.acting_kind,
            "capacity": capacity_of(seen.case, other),
            "signed": self._signed(seen, other),
            "waived": list(other.waived),
            "reason": other.reason,
            "deviation": other.deviation,
            "data": other.data,
        }
