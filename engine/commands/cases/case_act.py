"""Writing an act with all its consequences: its event, what people are told, and the timers it leaves."""

from collections.abc import Sequence
from dataclasses import replace

from engine.audit.act import Act
from engine.cases.model import CaseState, Notice
from engine.cases.transition import Transition
from engine.commands.cases.register_writes import prepared
from engine.commands.cases.team_terms import prepared_terms, said
from engine.context import Context
from engine.reminders.act_notices import notices_of
from engine.reminders.plan import plan
from engine.reminders.settled_notices import settled
from engine.reminders.timers import Move
from engine.store import Tx
from engine.store.notices import settled_written
from engine.store.outbox import deliveries_written
from engine.store.statements import Write
from engine.store.timers import timers_written


def record(
    context: Context,
    tx: Tx,
    transition: Transition,
    before: CaseState | None,
    act: Act,
    notices: Sequence[Notice] = (),
    beside: Sequence[Write] = (),
    moves: Sequence[Move] = (),
) -> CaseState:
    """Write what a transition did, in one go; ``notices`` come on top of those that follow from it.

    The state as recorded.
    """
    if transition.registers.writes or transition.registers.taken_back or transition.appointed:
        _lock_above(tx, transition.state.case.parent_id)
    terms = prepared_terms(tx, transition)
    changes = prepared(tx, transition, act)
    facts = dict(act.facts)
    if transition.registers.read or changes.written:
        facts["registers"] = {"read": dict(transition.registers.read), "written": changes.revisions}
    if terms.steps:
        facts["appointed"] = [said(planned) for planned, _ in terms.steps]
    after = transition.settled()
    messages = [*notices_of(transition, before, act), *notices]
    planned = plan(transition.case, before)
    if moves:
        planned = replace(planned, moves=[*planned.moves, *moves])
    if planned:
        facts["timers"] = planned.told()
    act = replace(act, facts=facts)
    deliveries = deliveries_written(messages, context.channels)
    read = settled_written(after.case.id, settled(transition.case, before), messages, act.at)
    recorded = tx.cases.record(
        before, after, act, messages, [*beside, *timers_written(planned), *deliveries, *read]
    )
    task_id = act.subject if act.subject in after.tasks else None
    changes.write(tx, after.case.agency, act, after.case.id, task_id)
    terms.write(context, tx, act, after.case)
    return recorded


def _lock_above(tx: Tx, case_id: str | None) -> None:
    """Lock the cases that may go on when this one ends: cases from the bottom up, teams, then registers."""
    while case_id is not None and (state := tx.cases.for_update(case_id)) is not None:
        case_id = state.case.parent_id
