"""Checks that every step lies on a way from the first step to the end."""

from engine.sop.checks.flow import targets
from engine.sop.checks.report import Report
from engine.sop.defaults import lines_of
from engine.sop.diagnostics import closest
from engine.sop.locations import Path, shown
from engine.sop.model import Step
from engine.text.bilingual import Text


def check_ways(report: Report) -> None:
    """Every step can be reached from the first, and can reach the end."""
    edges = _edges(report)
    steps = [step.id for step in report.written.steps if step.id]
    if not steps:
        return
    forward = {origin: there | _deviating(report, origin) for origin, there in edges.items()}
    reached = _closure(forward, _entry(report, steps[0]))
    backward: dict[str, set[str]] = {}
    for origin, there in edges.items():
        for target in there:
            backward.setdefault(target, set()).add(origin)
    ending = _closure(backward, "end")
    for index, step in enumerate(report.written.steps):
        if not step.id or report.flow.position[step.id] != index:
            continue
        path: Path = ("steps", index, "id")
        _numbered_again(report, path, step, edges)
        if step.id not in reached:
            report.error(
                path,
                "unreachable_step",
                Text(
                    f"Langkah {shown(step.id)} tidak dapat dicapai dari langkah pertama.",
                    f"The step {shown(step.id)} cannot be reached from the first step.",
                ),
            )
        if step.id not in ending:
            report.error(
                path,
                "no_way_to_end",
                Text(
                    f"Dari langkah {shown(step.id)} tidak ada jalan ke end.",
                    f'From the step {shown(step.id)} no way leads to "end".',
                ),
            )


def _numbered_again(report: Report, path: Path, step: Step, edges: dict[str, set[str]]) -> None:
    """A number of a letter is taken at every visit: one that a return leads through again gives it away."""
    here = report.flow.block_of.get(step.id, step.id)
    again = any({step.id, here} & _closure(edges, target) for target in edges[step.id])
    if step.numbering and step.when is None and again:
        into = step.numbering.set or f"case.{step.numbering.series}"
        report.warn(
            (*path[:-1], "numbering"),
            "numbered_again",
            Text(
                f"Setelah pengembalian langkah ini mengambil nomor baru; tulis when: '{into} == null'"
                " bila nomor yang pertama tetap dipakai.",
                f"After a return this step takes a new number; write when: '{into} == null'"
                " where the first one stays.",
            ),
        )


def _entry(report: Report, first: str) -> str:
    return report.flow.block_of.get(first, first)


def _edges(report: Report) -> dict[str, set[str]]:
    known = targets(report)
    edges: dict[str, set[str]] = {}
    for block_id, block in report.definition.blocks.items():
        edges[block_id] = {line[0] for line in lines_of(block) if line and line[0]}
    for index, step in enumerate(report.definition.steps):
        if not step.id:
            continue
        named = [outcome.to for outcome in step.outcomes.values()]
        if step.next:
            named.append(step.next)
        home = report.flow.block_of.get(step.id)
        there = {_meant(report, home, target, known, index) for target in named}
        if home and "join" in there:
            after = report.definition.blocks[home].next
            there = there - {"join"} | {_meant(report, None, after, known, len(known))}
        edges.setdefault(step.id, set()).update(there)
    return edges


def _meant(report: Report, home: str | None, target: str | None, known: list[str], index: int) -> str:
    """What a faulty target probably means, so that one slip does not make half the steps unreachable."""
    steps, flow = report.written.steps, report.flow
    if target not in known:
        target = closest(target or "", known)
        if index < len(steps) and target == steps[index].id:
            target = None
    if target is None or (target == "join" and home is None):
        target = flow.following(index, steps[index]) if index < len(steps) else "end"
        if target not in known:
            return "join" if home else "end"
    there = flow.block_of.get(target)
    if home is None:
        return there or target
    return target if there == home or target == "end" or there is None else "join"


def _deviating(report: Report, origin: str) -> set[str]:
    paths = report.written.deviations.paths if report.written.deviations.enabled else ()
    return {path.to for path in paths if path.at in (origin, "any") and path.to}


def _closure(edges: dict[str, set[str]], start: str) -> set[str]:
    reached, waiting = {start}, [start]
    while waiting:
        for target in edges.get(waiting.pop(), ()):
            if target not in reached:
                reached.add(target)
                waiting.append(target)
    return reached
