"""Cases of other SOPs that a step starts, and the step that waits for them."""

from collections.abc import Mapping
from datetime import datetime

from engine.access.actor import WORKER, account_of
from engine.audit.act import Act, Json
from engine.cases.child_cases import ChildStart, brought_back, in_vain, passed
from engine.cases.model import CaseState, CaseStatus
from engine.cases.transition import Transition
from engine.commands.cases.case_act import record
from engine.commands.cases.start import new_case
from engine.context import Context
from engine.errors import ConditionNotMet, InvalidInput, NotFound
from engine.store import Tx
from engine.store.catalog import Compiled
from engine.text.bilingual import Text

ENDED = frozenset({CaseStatus.COMPLETED, CaseStatus.CANCELLED})


class Children:
    """Runs inside the transaction of the act that caused it."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def follow(self, tx: Tx, transition: Transition, account: str | None, *, begun: bool = False) -> None:
        """Start the child cases that an act asked for; tell the parent when the act ended a waited case.

        ``begun``: the act has begun this case itself.
        """
        # All of them stand before the first one is followed: one that ends at once must not end the wait.
        started = [self._start(tx, transition, child, account) for child in transition.children]
        for child_transition in started:
            self.follow(tx, child_transition, account, begun=True)
        if transition.state.case.state in ENDED:
            self._ended(tx, transition, begun)

    def _ended(self, tx: Tx, child: Transition, begun: bool) -> None:
        """Give the parent what the child brings back, and let it go on once nothing is left to wait for."""
        case = child.state.case
        if case.parent_id is None or case.parent_task_id is None:
            return
        self._bring_back(tx, child)
        if case.waited:
            self._go_on(tx, case.parent_id, case.parent_task_id, child.case.now, at_once=begun)

    def _bring_back(self, tx: Tx, child: Transition) -> None:
        """Write into the parent what its ``returns`` name; of a cancelled child nothing comes back."""
        case = child.state.case
        parent = tx.cases.for_update(case.parent_id or "")
        if parent is None or case.state is CaseStatus.CANCELLED or parent.case.state in ENDED:
            return
        context = self.context.catalog.case_context(tx, parent, child.case.now)
        brought = brought_back(context, parent.tasks[case.parent_task_id or ""], child.case)
        if not brought:
            return
        transition = Transition(context)
        transition.bring_back(brought)
        act = Act(
            name="case.child_ended",
            at=context.now,
            account=account_of(WORKER),
            subject=parent.case.id,
            facts={"child": case.id, "child_result": case.result, "returned": sorted(brought)},
        )
        record(self.context, tx, transition, parent, act)

    def resumed(self, tx: Tx, state: CaseState, now: datetime) -> None:
        """Let a case go on for which cases ended while it was suspended."""
        for task in state.tasks.values():
            if task.pending_next is not None:
                self._go_on(tx, state.case.id, task.id, now)

    def _go_on(self, tx: Tx, case_id: str, task_id: str, now: datetime, *, at_once: bool = False) -> None:
        """Let a case go on where this task waits, if it runs and nothing is left to wait for.

        Where a child was cancelled, or ended as the step does not accept, the step is asked for once more.
        """
        waited = [case for case in tx.cases.children_of(task_id) if case.waited]
        if any(case.state not in ENDED for case in waited):
            return
        parent = tx.cases.for_update(case_id)
        if parent is None or parent.case.state is not CaseStatus.RUNNING:
            return
        task = parent.tasks[task_id]
        if task.pending_next is None:  # its branch was dropped in the meantime
            return
        child = max(waited, key=lambda case: case.completed_at or case.started_at)
        context = self.context.catalog.case_context(tx, parent, now)
        transition = Transition(context)
        not_done = [case for case in waited if in_vain(context, case)]
        if not_done:
            if at_once and context.definition.step(task.step_id).kind == "auto":
                raise _never_done(task.step_id, child.sop)
            transition.again(task, not_done)
        else:
            transition.go_on(task)
        act = Act(
            name="case.continue",
            at=context.now,
            account=account_of(WORKER),
            subject=parent.case.id,
            facts={
                "child": child.id,
                "child_result": child.result,
                **({"not_done": [case.id for case in not_done]} if not_done else {}),
                **transition.facts,
            },
        )
        record(self.context, tx, transition, parent, act)
        self.follow(tx, transition, None)

    def _start(
        self, tx: Tx, parent_transition: Transition, child: ChildStart, account: str | None
    ) -> Transition:
        parent = parent_transition.state.case
        compiled = self._effective(tx, parent.agency, child.sop)
        passes = {**_expected(compiled, parent_transition, child), **child.passes}
        context = self.context.catalog.decision_context(
            tx, parent.agency, compiled, parent_transition.case.now
        )
        try:
            transition = new_case(
                tx,
                context,
                started_by=account,
                period=_text(passes.get("period")),
                fields=_only(passes, {field.id for field in compiled.definition.case.fields}),
                documents=_only(passes, set(compiled.definition.documents)),
                parent=parent,
                parent_task_id=child.task_id,
                parent_row=child.row,
                waited=child.wait,
            )
        except InvalidInput as error:
            raise _cannot_start(child.sop, error) from error
        self._record_start(tx, transition, account)
        return transition

    def _effective(self, tx: Tx, agency: str, sop: str) -> Compiled:
        try:
            return self.context.catalog.effective(tx, agency, sop)
        except NotFound as error:
            raise ConditionNotMet(
                Text(
                    f'Langkah ini memulai SOP "{sop}", yang belum berlaku; berlakukan lebih dahulu.',
                    f"this step starts SOP {sop!r}, which has no effective version",
                ),
                current={"sop": sop},
            ) from error

    def _record_start(self, tx: Tx, transition: Transition, account: str | None) -> None:
        case = transition.state.case
        act = Act(
            name="case.start",
            at=transition.case.now,
            account=account,
            subject=case.id,
            facts={"parent": case.parent_id, **transition.facts},
        )
        record(self.context, tx, transition, None, act)


def _cannot_start(sop: str, error: InvalidInput) -> ConditionNotMet:
    """Whoever ends the parent's step cannot mend what it passes on: that stands in the definition."""
    told = [(fault.path, fault.message.indonesian, fault.message.english) for fault in error.errors]
    return ConditionNotMet(
        Text(
            f'Langkah ini memulai SOP "{sop}", yang belum dapat dimulai: '
            + " ".join(f"{path}: {said}" for path, said, _ in told),
            f"this step starts SOP {sop!r}, which cannot start: "
            + " ".join(f"{path}: {said}" for path, _, said in told),
        ),
        current={"sop": sop, "errors": [{"path": path, "message": said} for path, said, _ in told]},
    )


def _never_done(step_id: str, sop: str) -> ConditionNotMet:
    """Nobody works on either side: the automatic step would start such a case over and over."""
    return ConditionNotMet(
        Text(
            f'Langkah otomatis {step_id} memulai SOP "{sop}", yang langsung berakhir tanpa hasil yang'
            " diterima; periksa accept dan hasil SOP itu.",
            f"the automatic step {step_id!r} starts SOP {sop!r}, which ends at once without an accepted"
            " result; check accept and the results of that SOP",
        ),
        current={"sop": sop},
    )


def _expected(compiled: Compiled, parent: Transition, child: ChildStart) -> dict[str, Json]:
    """What the child's own ``from_sop`` trigger says it is given by this parent, under the same names.

    One that names the outcome counts before one that is for every other end of a step.
    """
    outcome = parent.state.tasks[child.task_id].outcome
    mine = [
        trigger
        for trigger in compiled.definition.triggers
        if trigger.type == "from_sop"
        and trigger.sop == parent.state.case.sop
        and trigger.outcome in (None, outcome)
    ]
    mine.sort(key=lambda trigger: trigger.outcome is None)
    names = mine[0].passes if mine else ()
    return {name: passed(parent.case, name, child.task_id) for name in names}


def _only(passes: Mapping[str, Json], names: set[str]) -> dict[str, Json]:
    return {name: value for name, value in passes.items() if name in names}


def _text(value: Json) -> str | None:
    return None if value is None else str(value)
