"""Checks of parallel sections: what makes their branches, and which steps belong to which block."""

from collections.abc import Iterator, Mapping

from engine.sop.checks.flow import check_target
from engine.sop.checks.report import STEP, Report
from engine.sop.defaults import lines_of
from engine.sop.locations import Path, shown
from engine.sop.model import Block
from engine.text.bilingual import Text


def check_blocks(report: Report) -> None:
    for block_id, block in report.written.blocks.items():
        _check_block(report, block_id, block)
    _check_membership(report)
    _check_after(report)


def _check_block(report: Report, block_id: str, block: Block) -> None:
    path: Path = ("blocks", block_id)
    if block_id in ("join", "end", "any"):
        report.error(
            path,
            "reserved_name",
            Text(f"{shown(block_id)} bukan nama blok.", f"{shown(block_id)} is no name for a block."),
            key=True,
        )
    has = report.source.has
    if not has((*path, "for_each")) and not has((*path, "branches")):
        report.error(
            path,
            "block_form",
            Text(
                "Blok memerlukan for_each dengan steps, atau branches.",
                "A block needs for_each with steps, or branches.",
            ),
            key=True,
        )
    if has((*path, "for_each")) and not has((*path, "steps")):
        report.error(
            path, "missing_key", Text("for_each memerlukan steps.", "for_each needs steps."), key=True
        )
    if has((*path, "steps")) and not has((*path, "for_each")):
        report.error(
            (*path, "steps"),
            "block_form",
            Text(
                "steps milik for_each; tanpa for_each tulis branches.",
                "steps belong to for_each; without for_each write branches.",
            ),
            key=True,
        )
    for key in ("steps", "branches"):
        if has((*path, key)) and not any(lines_of(block)):
            report.error((*path, key), "empty_block", Text("Blok tanpa langkah.", "A block without steps."))
    for index, line in enumerate(block.branches):
        if report.source.value((*path, "branches", index)) == [] and not line:
            report.error(
                (*path, "branches", index),
                "empty_block",
                Text("Cabang tanpa langkah.", "A branch without steps."),
            )
    _check_for_each(report, (*path, "for_each"), block)
    check_target(report, (*path, "next"), block_id, block.next)
    if block.next == block_id:
        report.error(
            (*path, "next"),
            "block_of_itself",
            Text("Blok tidak dapat menuju dirinya sendiri.", "A block cannot lead to itself."),
        )


def _check_for_each(report: Report, path: Path, block: Block) -> None:
    each = block.for_each
    if each is None:
        return
    given = [key for key in ("unit", "units", "rows") if report.source.has((*path, key))]
    if len(given) != 1:
        report.error(
            path,
            "for_each_form",
            Text(
                "Tulis tepat satu: {unit, from}, {units: […]} atau {rows, as}.",
                "Write exactly one: {unit, from}, {units: […]} or {rows, as}.",
            ),
        )
    if each.unit is not None and not report.source.has((*path, "from")):
        report.error(
            path, "missing_key", Text("for_each: unit memerlukan from.", "for_each: unit needs from.")
        )
    _check_origin(report, (*path, "from"), each.from_, ("list", "text", "any"), block)
    _check_origin(report, (*path, "rows"), each.rows, ("rows", "any"), block)


def _check_origin(
    report: Report, path: Path, reference: str | None, kinds: tuple[str, ...], block: Block
) -> None:
    if not reference:
        return
    kind = report.kind_at(reference, None)
    first = reference.split(".")[0]
    if kind is None:
        report.error(
            path,
            "unknown_field",
            Text(
                f"Isian {shown(reference)} tidak ada; tulis <langkah>.<isian>.",
                f"The field {shown(reference)} does not exist; write <step>.<field>.",
            ),
        )
    elif kind.name not in kinds:
        wanted = ("tabel", "a table") if "rows" in kinds else ("isian unit", "a field of units")
        report.error(
            path,
            "wrong_field_type",
            Text(f"{shown(reference)} bukan {wanted[0]}.", f"{shown(reference)} is not {wanted[1]}."),
        )
    elif any(first in line for line in lines_of(block)):
        report.error(
            path,
            "block_from_inside",
            Text(
                f"Cabang tidak dapat berasal dari langkah {shown(first)} di dalam blok itu sendiri.",
                f"Branches cannot come from the step {shown(first)} inside the block itself.",
            ),
        )


def _check_membership(report: Report) -> None:
    """Every listed step exists and stands in one place of one block."""
    steps = [step.id for step in report.written.steps]
    seen: dict[str, str] = {}
    for block_id, block in report.written.blocks.items():
        for path, step_id in _members(block_id, block):
            if step_id in report.written.blocks:
                report.error(
                    path,
                    "nested_block",
                    Text("Blok tidak dapat memuat blok lain.", "A block cannot hold another block."),
                )
            elif report.wants(path, step_id, steps, STEP):
                if step_id in seen:
                    report.error(
                        path,
                        "step_in_two_blocks",
                        Text(
                            f"Langkah {shown(step_id)} sudah ada di blok {shown(seen[step_id])}.",
                            f"The step {shown(step_id)} already stands in the block {shown(seen[step_id])}.",
                        ),
                    )
                seen[step_id] = block_id


def _check_after(report: Report) -> None:
    """``after`` stands on the first step of a line and names other lines of its block, in no circle."""
    before: dict[str, tuple[str, ...]] = {step.id: step.after for step in report.written.steps}
    for index, step in enumerate(report.written.steps):
        path: Path = ("steps", index, "after")
        block = report.written.blocks.get(report.flow.block_of.get(step.id, ""))
        lines = [line[0] for line in lines_of(block) if line] if block else []
        if not report.source.has(path):
            continue
        if step.id not in lines:
            report.error(
                path,
                "after_outside_line",
                Text(
                    "after hanya untuk langkah pertama sebuah cabang di dalam blok.",
                    "after is for the first step of a branch inside a block only.",
                ),
                key=True,
            )
            continue
        others = [line for line in lines if line != step.id]
        known = [report.wants((*path, place), name, others, STEP) for place, name in enumerate(step.after)]
        if all(known) and step.id in _before(before, step.after):
            report.error(
                path,
                "after_in_circle",
                Text(
                    f"Cabang {shown(step.id)} menunggu dirinya sendiri lewat {', '.join(step.after)}.",
                    f"The branch {shown(step.id)} waits for itself through {', '.join(step.after)}.",
                ),
            )


def _before(before: Mapping[str, tuple[str, ...]], names: tuple[str, ...]) -> set[str]:
    """Everything that comes before these lines, and they themselves."""
    earlier: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in earlier:
            earlier.add(name)
            waiting += before.get(name, ())
    return earlier


def _members(block_id: str, block: Block) -> Iterator[tuple[Path, str]]:
    for index, step_id in enumerate(block.steps):
        yield ("blocks", block_id, "steps", index), step_id
    for number, line in enumerate(block.branches):
        for index, step_id in enumerate(line):
            yield ("blocks", block_id, "branches", number, index), step_id
