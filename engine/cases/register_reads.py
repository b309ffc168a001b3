"""Which registers a task has to do with: what its form reads, and what its ways out write. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from engine.cases.task_context import TaskContext
from engine.sop.machine import outcome_rules_of
from engine.sop.model import Field
from engine.sop.registers.definition import RegisterDefinition
from engine.sop.registers.row import in_title
from engine.sop.registers.selection import columns_named


def registers_read(fields: Iterable[Field]) -> Iterator[str]:
    """The registers that the fields of a form read, some of them more than once."""
    for field in fields:
        if field.rows_from is not None and field.rows_from.register is not None:
            yield field.rows_from.register
        if field.lookup is not None:
            yield field.lookup.register
        if field.type == "reference" and field.register is not None:
            yield field.register
        yield from registers_read(field.columns)


def columns_read(fields: Iterable[Field], register: RegisterDefinition | None) -> set[str]:
    """The columns of a register that lookups and references of a form read."""
    names: set[str] = set()
    if register is None:
        return names
    for field in fields:
        lookup = field.lookup
        if lookup is not None and lookup.register == register.id:
            named = {name for name in (lookup.column, lookup.sum, lookup.average) if name}
            names |= named | columns_named(lookup.where) | columns_named(lookup.share)
        if field.type == "reference" and field.register == register.id:
            names |= {*register.key, *in_title(register), *columns_named(field.where)}
        names |= columns_read(field.columns, register)
    return names


def rows_shown(fields: Iterable[Field], register: str, *shown: Mapping[str, Any]) -> Iterator[str]:
    """The rows of a register that the tables of a form show whole, in these states of it."""
    for field in fields:
        if field.rows_from is not None and field.rows_from.register == register:
            for state in shown:
                yield from (row["row"] for row in state.get(field.id) or ())


def revisions_read(context: TaskContext) -> dict[str, int]:
    """The revision of every register that the form of a task reads, as it is now."""
    names = sorted(set(registers_read(context.form.fields)))
    return {name: context.case.registers.revision(name) for name in names}


def revisions_of(context: TaskContext) -> dict[str, int]:
    """The revision of every register that a task reads or may write, as it is now."""
    rules = outcome_rules_of(context.case.definition, context.step).values()
    names = {
        *registers_read(context.form.fields),
        *(write.register for rule in rules for write in rule.write),
    }
    return {name: context.case.registers.revision(name) for name in sorted(names)}
