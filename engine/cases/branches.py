"""Which branches a block opens in its next round. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.audit.act import Json
from engine.cases.context import CaseContext, DecisionContext
from engine.cases.expression_values import ExpressionValues, holds
from engine.cases.lines import entry_of
from engine.cases.model import Branch, CaseState
from engine.errors import ConditionNotMet, FieldError, InvalidInput
from engine.sop.model import Block, ForEach
from engine.text.bilingual import Text
from engine.text.paths import at_path


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchSpec:
    """A branch to open: what makes it, and the step at which it is entered."""

    key: str
    entry: str
    unit: str | None = None
    item: Mapping[str, Json] | None = None


def branches_to_open(
    case: CaseContext, block_id: str, chosen: Sequence[str], filter_: str | None
) -> tuple[int, list[BranchSpec]]:
    """The number of the next round and its branches: all, the chosen ones, or those the filter selects.

    Whoever chooses does so among the branches that the filter selects.
    """
    block = case.definition.blocks[block_id]
    latest = case.state.current_round(block_id)
    number = latest[0].round + 1 if latest else 1
    if (chosen or filter_) and latest:
        known = _known_branches(case.state, block_id)
        specs = {key: _again(block, branch) for key, branch in known.items()}
    else:
        specs = {spec.key: spec for spec in _specs(case, block)}
        if block.for_each and specs.keys() <= {line[0] for line in block.branches}:
            specs = {}
    if not specs:
        raise ConditionNotMet(
            Text(
                f'Belum ada cabang untuk "{block.label or block_id}"; isi daftarnya lebih dahulu.',
                f"block {block_id!r} would open without a single branch",
            ),
            current={"block": block_id},
        )
    if filter_:
        specs = _selected(case, block_id, specs, filter_)
    if chosen:
        _require_known(block_id, chosen, specs)
        specs = {key: specs[key] for key in chosen}
    return number, list(specs.values())


def _known_branches(state: CaseState, block_id: str) -> dict[str, Branch]:
    """Every branch that the block ever had, as it was last."""
    return {branch.key: branch for branch in state.branches.values() if branch.block == block_id}


def _selected(
    case: CaseContext, block_id: str, specs: Mapping[str, BranchSpec], filter_: str
) -> dict[str, BranchSpec]:
    chosen = {
        key: spec
        for key, spec in specs.items()
        if holds(filter_, ExpressionValues(case, branch=_as_branch(case, block_id, spec)))
    }
    if not chosen:
        label = case.definition.blocks[block_id].label or block_id
        raise ConditionNotMet(
            Text(
                f'Tidak ada cabang "{label}" yang terpilih; syaratnya: {filter_}. '
                f"Cabang yang ada: {', '.join(specs)}.",
                f"the filter {filter_!r} selects no branch of block {block_id!r}: {sorted(specs)}",
            ),
            current={"block": block_id, "branches": list(specs)},
        )
    return chosen


def _as_branch(case: CaseContext, block_id: str, spec: BranchSpec) -> Branch:
    """A branch that is not opened yet, for the filter to look at."""
    return Branch(
        id="",
        case_id=case.state.case.id,
        block=block_id,
        round=0,
        key=spec.key,
        unit=spec.unit,
        item=spec.item,
        opened_at=case.now,
    )


def _require_known(block_id: str, chosen: Sequence[str], specs: Mapping[str, BranchSpec]) -> None:
    unknown = [key for key in chosen if key not in specs]
    if unknown:
        raise InvalidInput(
            Text(
                f"Cabang {', '.join(unknown)} tidak dapat dipilih. Pilihannya: {', '.join(specs)}.",
                f"branches {unknown!r} of {block_id!r} cannot be chosen; choices: {sorted(specs)}",
            ),
            errors=[FieldError("branches", Text("Cabang tidak dikenal.", "Unknown branch."))],
        )


def _again(block: Block, branch: Branch) -> BranchSpec:
    return BranchSpec(key=branch.key, entry=entry_of(block, branch), unit=branch.unit, item=branch.item)


def _specs(case: CaseContext, block: Block) -> Iterator[BranchSpec]:
    for path in block.branches:
        yield BranchSpec(key=path[0], entry=path[0])
    if block.for_each:
        yield from _per_item(case, block, block.for_each)


def _per_item(case: CaseContext, block: Block, each: ForEach) -> Iterator[BranchSpec]:
    entry = block.steps[0]
    values = ExpressionValues(case)
    if each.units:
        for unit_type in each.units:
            for unit in case.organisation.units_of_type(unit_type):
                yield BranchSpec(key=unit, entry=entry, unit=unit)
    elif each.rows:
        for row in at_path(values, each.rows) or ():
            yield BranchSpec(key=str(row["row"]), entry=entry, unit=_unit_in(case, row), item=dict(row))
    elif each.from_:
        named = at_path(values, each.from_)
        for unit in dict.fromkeys([named] if isinstance(named, str) else named or ()):
            yield BranchSpec(key=str(unit), entry=entry, unit=str(unit))
    elif each.unit:
        for unit in case.organisation.units_of_type(each.unit):
            yield BranchSpec(key=unit, entry=entry, unit=unit)


def _unit_in(context: DecisionContext, row: Mapping[str, Json]) -> str | None:
    """The unit that a row names, if any: roles ``per`` unit are then resolved in it."""
    named = row.get("unit")
    return named if isinstance(named, str) and context.organisation.unit(named) else None
