"""Which registers a task has to do with: what its form reads, and what its ways out write. Pure."""

from collections.abc import Iterable, Iterator

from engine.cases.task_context import TaskContext
from engine.sop.machine import outcome_rules_of
from engine.sop.model import Field


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
