"""What people do to a case of some definition, each verb with valid data, on an office in memory."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Self

from engine.cases.model import CaseState, CaseStatus, Task
from engine.commands.cases.completion import Completion
from engine.commands.cases.tasks import HOLD_CLASSES
from engine.engine import Engine
from engine.errors import CannotBeStaffed, ConditionNotMet, InvalidInput, SopError
from engine.sop import forms
from engine.sop.model import Definition
from engine.store import Tx
from engine.store.form_lookup import OfficeLookup
from tests.support.form_filling import PDF, Pen, attempts
from tests.support.office_in_memory import DEFINITIONS, PASSWORD, START, Ground, ground


@dataclass(slots=True)
class Hands:
    """One case and the hands that people lend it; ``path`` tells in words what was done when a law fails."""

    ground: Ground
    sop: str
    chance: random.Random
    case_id: str = ""
    path: list[str] = field(default_factory=list)

    @classmethod
    def begun(cls, sop: str, seed: int, at: Ground | None = None) -> Self:
        walk = cls(at or ground(*DEFINITIONS[sop]), sop, random.Random(seed), path=[f"seed {seed}"])
        walk.ground.clock.set(START)
        walk._start()
        return walk

    @property
    def engine(self) -> Engine:
        return self.ground.engine

    @property
    def definition(self) -> Definition:
        return self.ground.compiled(self.sop).definition

    @property
    def state(self) -> CaseState:
        found: CaseState | None = self.ground.read(lambda tx: tx.cases.get(self.case_id))
        assert found is not None
        return found

    @property
    def runs(self) -> bool:
        return self.state.case.state is CaseStatus.RUNNING

    # --- beginning ---

    def _start(self) -> None:
        definition = self.definition
        starters = [account for account in self._accounts() if self._may_start(account, definition)]
        assert starters, "nobody may start this"
        who = self.chance.choice(starters)
        started = self.engine.cases.start(
            who,
            self.sop,
            period=self._period(definition),
            fields=self._entered(who, forms.start_sheet(definition)),
            parties={
                role: self._entered(who, forms.party_sheet(definition, role))
                for role in definition.case.parties
            },
        )
        self.case_id = str(started["id"])
        self.path.append(f"start by {who}")

    def _may_start(self, account: str, definition: Definition) -> bool:
        seats = self.ground.organisation.seats_of(account, self.ground.clock.now().date())
        for trigger in definition.triggers:
            for name in trigger.by:
                role = definition.roles[name]
                team = self.ground.organisation.team_seats(role.team) if role.team else ()
                if not seats.isdisjoint(team or self.ground.organisation.positions_with(name)):
                    return True
        return False

    def _period(self, definition: Definition) -> str | None:
        rule = definition.case.period
        if rule is None:
            return None
        number = next(self.ground.months) if rule.unique else self.chance.randrange(12)
        month, year = number % 12 + 1, 2026 + number // 12
        return {
            "month": f"{year}-{month:02}",
            "quarter": f"{year}-Q{(month + 2) // 3}",
            "semester": f"{year}-H{(month + 5) // 6}",
            "year": f"{year}",
        }[rule.type]

    def _entered(self, who: str, sheet: forms.FormDefinition) -> dict[str, Any]:
        office, compiled = self.engine.context, self.ground.compiled(self.sop)

        def shown(tx: Tx) -> dict[str, Any]:
            context = office.catalog.decision_context(
                tx, self.ground.organisation.agency.id, compiled, office.clock.now()
            )
            directory = OfficeLookup(tx, context, None, who)
            values = {"today": context.today, "now": context.now, "@calendar": context.calendar}
            return {
                "schema": forms.form_schema(sheet, values, directory),
                "initial": forms.initial_data(sheet, values, directory),
            }

        return next(attempts(self.ground.read(shown), self.pen(who)))

    # --- who and what ---

    def pen(self, who: str, choice: int = 0) -> Pen:
        organisation = self.ground.organisation
        day = self.ground.clock.now().date()
        held = [position.id for position in organisation.positions if organisation.holders(position.id, day)]
        return Pen(
            now=self.ground.clock.now(),
            upload=lambda: str(self.engine.uploads.put(who, PDF, "bukti.pdf")["id"]),
            ids={
                "positions": tuple(held),
                "users": tuple(self._accounts()),
                "units": tuple(unit.id for unit in organisation.units),
            },
            choice=choice,
        )

    def _accounts(self) -> list[str]:
        return [account.username for account in self.ground.organisation.accounts if not account.disabled]

    def candidates(self, task: Task) -> list[str]:
        """The people behind the seats of a task, its holder and helper first."""
        day = self.ground.clock.now().date()
        people = [name for name in (task.assignee, task.helper) if name is not None]
        people += [name for seat in task.seats for name in self.ground.organisation.accounts_of(seat, day)]
        return list(dict.fromkeys(people))

    def somebody(self, task: Task) -> str:
        """Mostly a candidate, sometimes anybody."""
        candidates = self.candidates(task)
        if candidates and self.chance.random() < 0.8:
            return self.chance.choice(candidates)
        return self.chance.choice(self._accounts())

    # --- acting ---

    def act(self, who: str, task: Task, verb: str, outcome: str | None = None) -> Any:
        """Do what a verb does, with valid data; SopError as the command raises it."""
        self.path.append(f"{verb} {outcome or ''} {task.step_id}@{task.branch}#{task.visit} by {who}")
        tasks = self.engine.tasks
        match verb:
            case "claim":
                return self._claim(who, task)
            case "save":
                return tasks.save(who, task.id, data={})
            case "delegate":
                return self._delegate(who, task)
            case "substitute":
                return self.engine.substitution.substitute(who, task.id)
            case "waive":
                return self._waive(who, task)
            case "resolve":
                return self.engine.help.resolve(who, task.id, note="catatan")
            case "release":
                return tasks.release(who, task.id, reason="alasan")
            case "hold":
                until = self.ground.clock.now() + timedelta(hours=2)
                return tasks.hold(who, task.id, reason_class=HOLD_CLASSES[0], reason="alasan", until=until)
            case "resume":
                return tasks.resume(who, task.id)
            case "reassign":
                return self._reassign(who, task)
            case "progress":
                return tasks.progress(who, task.id, data={})
            case "recall":
                return tasks.recall(who, task.id, reason="alasan")
            case _:
                return self._complete(who, task, outcome)

    def _claim(self, who: str, task: Task) -> Any:
        try:
            return self.engine.tasks.claim(who, task.id)
        except InvalidInput as error:
            if not any(fault.path == "acting_as" for fault in error.errors):
                raise
            day = self.ground.clock.now().date()
            held = [holding.position for holding in self.ground.organisation.held_by(who, day)]
            named = next(position for position in held if position in task.seats)
            return self.engine.tasks.claim(who, task.id, acting_as=named)

    def _delegate(self, who: str, task: Task) -> Any:
        people = self._accounts()
        self.chance.shuffle(people)
        delegate = self.engine.help.delegate
        return _first_that_works(people, lambda to: delegate(who, task.id, to=to, note="catatan"))

    def _waive(self, who: str, task: Task) -> Any:
        waive = self.engine.substitution.waive
        people = [holding["account"] for holding in self.engine.queries.screens.kept_apart(who, task.id)]
        return _first_that_works(
            people or [who], lambda to: waive(who, task.id, for_account=to, reason="alasan")
        )

    def _reassign(self, who: str, task: Task) -> Any:
        reassign = self.engine.tasks.reassign
        people = self.candidates(task) or [who]
        return _first_that_works(people, lambda to: reassign(who, task.id, to=to, reason="alasan"))

    def _complete(self, who: str, task: Task, outcome: str | None) -> Any:
        shown = self.engine.queries.tasks.get(who, task.id)
        ticks = tuple(requirement["id"] for requirement in shown["requirements"])
        branches = self._branches_of(task, outcome)
        handed_in = Completion(
            outcome=outcome,
            data={},
            requirements=ticks,
            reason="alasan",
            password=PASSWORD,
            branches=branches,
        )
        refused: list[SopError] = []
        for choice in (self.chance.randrange(8), 0, 1, 2):
            for data in attempts(shown["form"], self.pen(who, choice)):
                try:
                    return self.engine.completion.complete(who, task.id, replace(handed_in, data=data))
                except (InvalidInput, CannotBeStaffed, ConditionNotMet) as error:
                    refused.append(error)
        faults = {
            (fault.path, fault.message.english) for error in refused for fault in getattr(error, "errors", ())
        }
        refused[0].add_note(f"{sorted(faults)} {self.path}")
        raise refused[0]

    def _branches_of(self, task: Task, outcome: str | None) -> tuple[str, ...]:
        rule = self.ground.compiled(self.sop).machine.outcome_rules[task.step_id].get(outcome)
        if rule is None or not rule.selected_branches:
            return ()
        block = self.definition.block_of(rule.to) or rule.to
        keys = [branch.key for branch in self.state.branches.values() if branch.block == block]
        return tuple(dict.fromkeys(keys))[:1]

    def offered(self, who: str, task: Task) -> list[dict[str, Any]]:
        """What ``actions`` says to this person; nothing where the task is not theirs to see."""
        try:
            actions: list[dict[str, Any]] = self.engine.queries.tasks.get(who, task.id)["actions"]
        except SopError:
            return []
        return actions


def forbidden_by_a_rule(error: InvalidInput) -> bool:
    """Whether a rule of the form is against it, which may be for what others have entered before."""
    return {fault.path for fault in error.errors} == {"data"}


def _first_that_works(people: Sequence[str], act: Callable[[str], Any]) -> Any:
    refused: SopError | None = None
    for name in people:
        try:
            return act(name)
        except SopError as error:
            refused = error
    assert refused is not None
    raise refused
