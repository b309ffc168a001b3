"""Which branches a block opens in its next round. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.errors import ConditionNotMet, FieldError, InvalidInput
from engine.facts import Facts, holds
from engine.paths import at_path
from engine.sop.model import Block, ForEach
from engine.state import Branch, CaseState, Json
from engine.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchSpec:
    """A branch to open: what makes it, and the step at which it is entered."""

    key: str
    entry: str
    unit: str | None = None
    item: Mapping[str, Json] | None = None


def branches_to_open(
    world: World, state: CaseState, block_id: str, chosen: Sequence[str], filter_: str | None
) -> tuple[int, list[BranchSpec]]:
    """The number of the next round and its branches: all, the chosen ones, or those the filter selects."""
    block = world.definition.blocks[block_id]
    latest = state.current_round(block_id)
    number = latest[0].round + 1 if latest else 1
    if (chosen or filter_) and latest:
        known = _known_branches(state, block_id)
        keys = list(chosen) if chosen else list(_selected(world, state, known.values(), filter_ or ""))
        unknown = [key for key in keys if key not in known]
        if unknown:
            raise InvalidInput(
                message_id=f"Cabang {', '.join(unknown)} tidak ada. Cabang yang ada: {', '.join(known)}.",
                message_en=f"no branch {unknown!r} in block {block_id!r}; branches: {sorted(known)}",
                errors=[FieldError("branches", "Cabang tidak dikenal.", "Unknown branch.")],
            )
        specs = [_again(block, known[key]) for key in keys]
    else:
        specs = list(_specs(world, state, block))
    if not specs:
        raise ConditionNotMet(
            message_id=f'Belum ada cabang untuk "{block.label or block_id}"; isi daftarnya lebih dahulu.',
            message_en=f"block {block_id!r} would open without a single branch",
            current={"block": block_id},
        )
    return number, specs


def _known_branches(state: CaseState, block_id: str) -> dict[str, Branch]:
    """Every branch that the block ever had, as it was last."""
    return {branch.key: branch for branch in state.branches.values() if branch.block == block_id}


def _selected(world: World, state: CaseState, branches: Any, filter_: str) -> Iterator[str]:
    for branch in branches:
        if holds(filter_, Facts(world, state, branch=branch)):
            yield branch.key


def _again(block: Block, branch: Branch) -> BranchSpec:
    entry = branch.key if block.branches else block.steps[0]
    return BranchSpec(key=branch.key, entry=entry, unit=branch.unit, item=branch.item)


def _specs(world: World, state: CaseState, block: Block) -> Iterator[BranchSpec]:
    for path in block.branches:
        yield BranchSpec(key=path[0], entry=path[0])
    if block.for_each:
        yield from _per_item(world, state, block, block.for_each)


def _per_item(world: World, state: CaseState, block: Block, each: ForEach) -> Iterator[BranchSpec]:
    entry = block.steps[0]
    values = Facts(world, state)
    if each.units:
        for unit_type in each.units:
            for unit in world.organisation.units_of_type(unit_type):
                yield BranchSpec(key=unit, entry=entry, unit=unit)
    elif each.rows:
        for row in at_path(values, each.rows) or ():
            yield BranchSpec(key=str(row["row"]), entry=entry, unit=_unit_in(world, row), item=dict(row))
    elif each.from_:
        named = at_path(values, each.from_)
        for unit in dict.fromkeys([named] if isinstance(named, str) else named or ()):
            yield BranchSpec(key=str(unit), entry=entry, unit=str(unit))
    elif each.unit:
        for unit in world.organisation.units_of_type(each.unit):
            yield BranchSpec(key=unit, entry=entry, unit=unit)


def _unit_in(world: World, row: Mapping[str, Json]) -> str | None:
    """The unit that a row names, if any: roles ``per`` unit are then resolved in it."""
    named = row.get("unit")
    return named if isinstance(named, str) and world.organisation.unit(named) else None
