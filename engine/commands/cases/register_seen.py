"""Whether somebody decided on rows of a register as they are now, or on older ones."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from engine.cases.register_reads import columns_read, revisions_of, rows_shown
from engine.cases.task_context import TaskContext
from engine.commands.cases.register_conflict import changed
from engine.commands.cases.task_transaction import TaskTransaction
from engine.commands.inputs import an_object, whole_number
from engine.errors import InvalidInput
from engine.sop import forms
from engine.sop.registers.reader import PastRegisters
from engine.store.form_lookup import OfficeLookup
from engine.store.register_past import rows_at
from engine.text.bilingual import Text


def readable_revisions(told: Any) -> dict[str, int]:
    """The revisions that somebody says to have seen. Raises `InvalidInput`."""
    revisions = an_object(told, "registers") if told is not None else {}
    return {name: whole_number(number, f"registers.{name}") or 0 for name, number in revisions.items()}


def require_seen(
    task_transaction: TaskTransaction, told: Mapping[str, int], data: Mapping[str, Any], outcome: str | None
) -> None:
    """`RegisterChanged` where rows that the form reads have changed since the revisions that were seen."""
    context = task_transaction.context
    revisions = revisions_of(context) if told else {}
    for register, seen in sorted(told.items()):
        now = revisions.get(register)
        if now is None or seen == now:
            continue
        if seen > now:
            why = Text(f"Revisi terakhir {now}.", f"The last revision is {now}.")
            raise InvalidInput.at(f"registers.{register}", why)
        agency = task_transaction.before.case.agency
        past = rows_at(task_transaction.tx, agency, register, seen)
        registers = context.case.registers
        readers = PastRegisters(registers, {register: past}), PastRegisters(registers)
        then, today = (
            _shown(
                task_transaction,
                replace(context, case=replace(context.case, registers=reader)),
                data,
                outcome,
            )
            for reader in readers
        )
        if then != today:
            chosen = set[str]().union(*(reader.chosen.get(register, ()) for reader in readers))
            whole = set(rows_shown(context.form.fields, register, then, today))
            columns = columns_read(context.form.fields, registers.definition(register))
            cells = {id: None if id in whole else columns for id in past if id in chosen}
            raise changed(context, register, now, past, cells)
    task_transaction.transition.registers.seen = dict(told)


def _shown(
    task_transaction: TaskTransaction, context: TaskContext, data: Mapping[str, Any], outcome: str | None
) -> dict[str, Any]:
    """What the form shows with these data."""
    directory = OfficeLookup(task_transaction.tx, context.case, context, task_transaction.account)
    return forms.initial_data(context.form, context.values(data, outcome), directory, data)
