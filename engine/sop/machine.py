"""The compiled state machine of one definition version; the only module that imports ``transitions``.

The machine decides where an act leads and nothing else. Trigger and state names inside ``transitions``
are made here (``t0``, ``n0``): it imports dotted strings, so no text from a file ever becomes one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from transitions import EventData, Machine, MachineError

from engine.errors import ActionNotAvailable, ConditionNotMet
from engine.sop.defaults import recorders_of
from engine.sop.exits import Appoint, Deviation, Outcome, Sign, StartSop
from engine.sop.forms.definition import sheet_for
from engine.sop.model import Definition, Step
from engine.sop.register_use import Write
from engine.sop.vocabulary import ReasonRule
from engine.text.bilingual import Text

JOIN = "join"
END = "end"
APPROVE = "setuju"
REJECT = "tolak"

Guard = Callable[[str], bool]
"""Says whether an expression of the definition is true at this moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeRule:
    """One way out of a step: its plain end (``outcome`` None), an outcome, or a deviation."""

    outcome: str | None
    label: str
    to: str
    reason: ReasonRule = "none"
    returns: bool = False
    last_executor: bool = False
    sign: Sign | None = None
    start_sop: tuple[StartSop, ...] = ()
    set: Mapping[str, Any] | None = None
    write: tuple[Write, ...] = ()
    appoint: Appoint | None = None
    notify: tuple[str, ...] = ()
    result: str | None = None
    branches: str | None = None
    batch: bool = False
    deviation: bool = False
    by: tuple[str, ...] = ()  # roles that may take a deviation; empty: the step's executor
    when: str | None = None
    selected_branches: bool = False
    approve_by: str | None = None


class _Cursor:
    """The throw-away object a trigger moves; it is never registered with the machine."""

    __slots__ = ("at",)

    def __init__(self, at: str) -> None:
        self.at = at


class SopMachine:
    """What follows from each step (outcome rules, sheet, recorders), once for all cases of a version."""

    def __init__(self, definition: Definition) -> None:
        self.outcome_rules: dict[str, dict[str | None, OutcomeRule]] = {
            step.id: outcome_rules_of(definition, step) for step in definition.steps
        }
        self.recorders = {step.id: recorders_of(definition, step) for step in definition.steps}
        self.sheets = {step.id: sheet_for(definition, step.id) for step in definition.steps}
        self._skips = {(step.id, step.next) for step in definition.steps if step.when and step.next}
        nodes = [*self.outcome_rules, *definition.blocks, JOIN, END]
        self._node = {name: f"n{index}" for index, name in enumerate(nodes)}
        self._name = {node: name for name, node in self._node.items()}
        self._trigger: dict[tuple[str, str | None], str] = {}
        self._machine = Machine(
            model=None,
            states=list(self._name),
            initial=self._node[END],
            auto_transitions=False,
            send_event=True,
            model_attribute="at",
        )
        for step_id, outcome_rules in self.outcome_rules.items():
            for outcome, rule in outcome_rules.items():
                trigger = f"t{len(self._trigger)}"
                self._trigger[step_id, outcome] = trigger
                self._machine.add_transition(
                    trigger,
                    self._node[step_id],
                    self._node[rule.to],
                    conditions=[_condition(rule.when)] if rule.when else None,
                )

    def step(self, at: str, outcome: str | None, guard: Guard) -> tuple[OutcomeRule, str]:
        """The exit taken from step ``at`` and where it leads: a step, a block, ``join`` or ``end``.

        Raises ActionNotAvailable when the step has no such exit and ConditionNotMet when its guard says no.
        """
        trigger = self._trigger.get((at, outcome))
        if trigger is None:
            raise _no_such_exit(at, outcome, self.outcome_rules.get(at, {}))
        rule = self.outcome_rules[at][outcome]
        cursor = _Cursor(self._node[at])
        try:
            taken = self._machine.events[trigger].trigger(cursor, guard=guard)
        except MachineError as error:
            raise _no_such_exit(at, outcome, self.outcome_rules[at]) from error
        if not taken:
            raise ConditionNotMet(
                Text(
                    f'"{rule.label}" belum dapat dipilih: syarat {rule.when} belum terpenuhi.',
                    f"exit {outcome!r} of step {at!r} needs {rule.when!r}, which is not true now",
                )
            )
        return rule, self._name[cursor.at]

    def edges(self) -> frozenset[tuple[str, str]]:
        """Every declared (step, target) pair; walks of a case stay on these."""
        taken = {(step, rule.to) for step, rules in self.outcome_rules.items() for rule in rules.values()}
        return frozenset(taken | self._skips)


def outcome_rules_of(definition: Definition, step: Step) -> dict[str | None, OutcomeRule]:
    """The rules of a step by outcome: its own, then the deviations that stand at it."""
    outcome_rules: dict[str | None, OutcomeRule] = {}
    for name, outcome in step.outcomes.items():
        outcome_rules[name] = _of_outcome(step, name, outcome)
    if not step.outcomes and step.next is not None:
        outcome_rules[None] = OutcomeRule(
            outcome=None,
            label=step.label or step.activity,
            to=step.next,
            sign=step.sign,
            start_sop=step.start_sop,
            set=step.set,
            write=step.write,
            notify=step.notify,
            result=step.result,
        )
    if definition.deviations.enabled:
        for path in definition.deviations.paths:
            if path.at in (step.id, "any") and step.kind != "auto":
                outcome_rules[path.outcome] = _of_deviation(path)
    return outcome_rules


def _of_outcome(step: Step, name: str, outcome: Outcome) -> OutcomeRule:
    own = OutcomeRule(
        outcome=name,
        label=outcome.label,
        to=outcome.to,
        reason=outcome.reason or "optional",
        returns=outcome.return_,
        last_executor=outcome.assign_to == "last_executor" or outcome.return_,
        sign=outcome.sign,
        start_sop=outcome.start_sop,
        set=outcome.set,
        write=outcome.write,
        appoint=outcome.appoint,
        notify=outcome.notify,
        result=outcome.result,
        branches=outcome.branches,
        batch=outcome.batch,
    )
    if own.returns:
        return own
    # What stands on the step itself happens whichever way it ends forward.
    return replace(
        own,
        sign=own.sign or step.sign,
        start_sop=own.start_sop + step.start_sop,
        set={**step.set, **outcome.set},
        write=step.write + own.write,
        notify=own.notify + step.notify,
        result=own.result or step.result,
    )


def _of_deviation(path: Deviation) -> OutcomeRule:
    return OutcomeRule(
        outcome=path.outcome,
        label=path.label,
        to=path.to,
        reason=path.reason,
        set=path.set,
        write=path.write,
        result=path.result,
        last_executor=True,
        deviation=True,
        by=path.by,
        when=path.when,
        selected_branches=path.scope == "selected_branches",
        approve_by=path.approve_by,
    )


def _condition(expression: str) -> Callable[[EventData], bool]:
    def holds(event: EventData) -> bool:
        guard: Guard = event.kwargs["guard"]
        return guard(expression) is True

    return holds


def _no_such_exit(
    at: str, outcome: str | None, outcome_rules: Mapping[str | None, OutcomeRule]
) -> ActionNotAvailable:
    known = ", ".join(sorted(name for name in outcome_rules if name)) or "-"
    return ActionNotAvailable(
        Text(
            f'Langkah {at} tidak mempunyai pilihan "{outcome}". Pilihan yang ada: {known}.',
            f"step {at!r} has no exit {outcome!r}; it has: {known}",
        ),
        current={"step_id": at, "outcomes": sorted(name for name in outcome_rules if name)},
    )
