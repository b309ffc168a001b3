"""Where one may come from a step, read from the definition alone: what walks are judged by."""

from __future__ import annotations

from collections.abc import Iterator

from engine.sop.machine import END, JOIN
from engine.sop.model import Definition
from engine.store.catalog import Compiled


def onward(definition: Definition, compiled: Compiled, place: str, *, printed: bool = False) -> set[str]:
    """Where one may come from a step or a block, one hop on; ``printed`` leaves the deviations out."""
    if place == END:
        return set()
    if place in definition.blocks:
        return set(entries(definition, place))
    outcome_rules = compiled.machine.outcome_rules[place].values()
    targets = {rule.to for rule in outcome_rules if not (printed and rule.deviation)}
    skipped = definition.step(place)
    targets |= {skipped.next} if skipped.when and skipped.next else set()
    return {item for target in targets for item in joined(definition, place, target)}


def joined(definition: Definition, place: str, target: str) -> Iterator[str]:
    """A target, or where a block leads when the target is its join."""
    if target != JOIN:
        yield target
        return
    block = definition.block_of(place)
    assert block is not None
    yield definition.blocks[block].next or END
    yield from (entry for entry in entries(definition, block) if definition.step(entry).after)


def entries(definition: Definition, block_id: str) -> tuple[str, ...]:
    """The steps at which the branches of a block begin."""
    block = definition.blocks[block_id]
    return tuple(path[0] for path in block.branches) if block.branches else (block.steps[0],)


def reach(definition: Definition, compiled: Compiled, step: str) -> set[str]:
    """The steps at which a visit may open when this one is left: skipped and automatic steps are passed."""
    found: set[str] = set()
    todo = list(onward(definition, compiled, step))
    while todo:
        place = todo.pop()
        if place == END or place in found:
            continue
        if place in definition.blocks:
            todo += onward(definition, compiled, place)
            continue
        found.add(place)
        passed = definition.step(place)
        if passed.when is not None or passed.kind == "auto":
            todo += onward(definition, compiled, place)
    return found


def first_steps(definition: Definition, compiled: Compiled) -> set[str]:
    """Where a case may begin."""
    first = definition.steps[0]
    return {first.id} | (
        reach(definition, compiled, first.id) if first.when or first.kind == "auto" else set()
    )
