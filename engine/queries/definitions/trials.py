"""A draft tried out with the office as it stands today: scenario by scenario, nothing is stored."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from typing import Any

from engine.access.actor import Actor, accepts_names
from engine.cases.context import DecisionContext
from engine.context import Context
from engine.sop.checks import load_definition
from engine.sop.machine import SopMachine
from engine.sop.model import Definition
from engine.sop.scenarios import Scenario
from engine.staffing.trial import Stop, Trial, examples, party_examples, proposed, walked
from engine.store import Tx
from engine.store.account_guards import active
from engine.store.catalog import Compiled


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    """An open task of a trial: when it would be claimed and finished, and examples for its form."""

    stop: Stop
    claim: datetime
    finish: datetime
    data: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialPage:
    """What a draft can be tried with; ``trial`` is empty before a walk begins."""

    definition: Definition
    trial: Trial | None
    open: list[Next]
    starters: tuple[str, ...]
    start_data: dict[str, Any]
    parties: dict[str, dict[str, Any]]
    opening: datetime
    labels: dict[str, str] = field(default_factory=dict)


@accepts_names
class SopTrials:
    def __init__(self, context: Context) -> None:
        self.context = context

    def of(self, actor: Actor, text: str, scenario: Scenario | None) -> TrialPage | None:
        """A text walked through as a scenario says; None for a text with errors."""
        loaded = load_definition(text, file="draft.yaml")
        if loaded.errors:
            return None
        definition = loaded.definition
        compiled = Compiled(definition, SopMachine(definition), loaded.content_hash)

        def query(tx: Tx) -> TrialPage:
            at = self._contexts(tx, active(tx, actor).agency, compiled)
            now = at(self.context.clock.now())
            trial = walked(at, scenario.start, scenario.visits) if scenario else None
            return TrialPage(
                definition=definition,
                trial=trial,
                open=[self._next(at, trial, stop) for stop in trial.open] if trial else [],
                starters=_starters(now),
                start_data=examples(now, None),
                parties=party_examples(now),
                opening=now.calendar.next_opening(now.now),
                labels={step.id: step.label or step.activity for step in definition.steps},
            )

        return self.context.store.ask(query)

    def _contexts(self, tx: Tx, agency: str, compiled: Compiled) -> Callable[[datetime], DecisionContext]:
        """Contexts at any instant, with ids and numbers of their own."""
        ids, numbers, known = count(1), count(1), {}

        def at(instant: datetime) -> DecisionContext:
            if instant not in known:
                context = self.context.catalog.decision_context(tx, agency, compiled, instant)
                known[instant] = replace(
                    context, new_id=lambda: f"t{next(ids)}", next_number=lambda _series, _year: next(numbers)
                )
            return known[instant]

        return at

    def _next(self, at: Callable[[datetime], DecisionContext], trial: Trial, stop: Stop) -> Next:
        claim, finish = proposed(at, trial, stop)
        return Next(stop=stop, claim=claim, finish=finish, data=examples(at(stop.ready_at), stop.step_id))


def _starters(context: DecisionContext) -> tuple[str, ...]:
    """Who may start a case by hand."""
    organisation, day = context.organisation, context.local_day
    roles = [role for trigger in context.definition.triggers for role in trigger.by]
    seats = [seat for role in roles for seat in organisation.positions_with(role)]
    return tuple(dict.fromkeys(organisation.people_of(seats, day)))
