"""The compiled state machine of one definition version; the only module that imports ``transitions``.

The machine decides where an act leads and nothing else. Trigger and state names inside ``transitions``
are made here (``t0``, ``n0``): it imports dotted strings, so no text from a file ever becomes one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from transitions import EventData, Machine, MachineError

from engine.errors import ActionNotAvailable, ConditionNotMet
from engine.sop.model import Definition, Deviation, Outcome, ReasonRule, Sign, StartSop, Step
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
    notify: tuple[str, ...] = ()
    result: str | None = None
    branches: str | None = None
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
    """Every step's exits, compiled once and shared by all cases of a definition version."""

    def __init__(self, definition: Definition) -> None:
        self.exits: dict[str, dict[str | None, OutcomeRule]] = {
            step.id: exits_of(definition, step) for step in definition.steps
        }
        self._skips = {(step.id, step.next) for step in definition.steps if step.when and step.next}
        nodes = [*self.exits, *definition.blocks, JOIN, END]
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
        for step_id, exits in self.exits.items():
            for outcome, exit_ in exits.items():
                trigger = f"t{len(self._trigger)}"
                self._trigger[step_id, outcome] = trigger
                self._machine.add_transition(
                    trigger,
                    self._node[step_id],
                    self._node[exit_.to],
                    conditions=[_condition(exit_.when)] if exit_.when else None,
                )

    def step(self, at: str, outcome: str | None, guard: Guard) -> tuple[OutcomeRule, str]:
        """The exit taken from step ``at`` and where it leads: a step, a block, ``join`` or ``end``.

        Raises ActionNotAvailable when the step has no such exit and ConditionNotMet when its guard says no.
        """
        trigger = self._trigger.get((at, outcome))
        if trigger is None:
            raise _no_such_exit(at, outcome, self.exits.get(at, {}))
        exit_ = self.exits[at][outcome]
        cursor = _Cursor(self._node[at])
        try:
            taken = self._machine.events[trigger].trigger(cursor, guard=guard)
        except MachineError as error:
            raise _no_such_exit(at, outcome, self.exits[at]) from error
        if not taken:
            raise ConditionNotMet(
                Text(
                    f'"{exit_.label}" belum dapat dipilih: syarat {exit_.when} belum terpenuhi.',
                    f"exit {outcome!r} of step {at!r} needs {exit_.when!r}, which is not true now",
                )
            )
        return exit_, self._name[cursor.at]

    def edges(self) -> frozenset[tuple[str, str]]:
        """Every declared (step, target) pair; walks of a case stay on these."""
        taken = {(step, exit_.to) for step, exits in self.exits.items() for exit_ in exits.values()}
        return frozenset(taken | self._skips)


def exits_of(definition: Definition, step: Step) -> dict[str | None, OutcomeRule]:
    """The exits of a step by outcome: its own, then the deviations that stand at it."""
    exits: dict[str | None, OutcomeRule] = {}
    for name, outcome in step.outcomes.items():
        exits[name] = _of_outcome(step, name, outcome)
    if not step.outcomes and step.next is not None:
        exits[None] = OutcomeRule(
            outcome=None,
            label=step.label or step.activity,
            to=step.next,
            sign=step.sign,
            start_sop=step.start_sop,
            set=step.set,
            notify=step.notify,
            result=step.result,
        )
    if definition.deviations.enabled:
        for path in definition.deviations.paths:
            if path.at in (step.id, "any") and step.kind != "auto":
                exits[path.outcome] = _of_deviation(path)
    return exits


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
        notify=outcome.notify,
        result=outcome.result,
        branches=outcome.branches,
    )
    if own.returns:
        return own
    # What stands on the step itself happens whichever way it ends forward.
    return replace(
        own,
        sign=own.sign or step.sign,
        start_sop=own.start_sop + step.start_sop,
        set={**step.set, **outcome.set},
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
    at: str, outcome: str | None, exits: Mapping[str | None, OutcomeRule]
) -> ActionNotAvailable:
    known = ", ".join(sorted(name for name in exits if name)) or "-"
    return ActionNotAvailable(
        Text(
            f'Langkah {at} tidak mempunyai pilihan "{outcome}". Pilihan yang ada: {known}.',
            f"step {at!r} has no exit {outcome!r}; it has: {known}",
        ),
        current={"step_id": at, "outcomes": sorted(name for name in exits if name)},
    )
