"""docs/procedures.md: the shipped SOPs, what of each the documents say, and how they hang together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from engine.sop.checks import load_definition
from engine.sop.exits import StartSop
from engine.sop.model import Definition, Field, Role, Trigger
from engine.sop.register_use import RegisterLookup, RowsFrom, Write
from runtime.shipped import definition_files

Part = TypeVar("Part")
Basis = str | Mapping[str, str] | None
SOURCE = re.compile(r"\b00[0-4]\b")
INTRODUCTION = """# The shipped SOPs

Made from `sop_definitions/`; `make docs` writes it again. The documents are 000 (action plan for SAKIP,
evaluation of 2018), 001 (follow-up of the SAKIP evaluation of 2023), 002 (guideline on measuring and
reporting performance, 2025) and 004 (SOP *Mekanisme Perbaikan Data Kinerja*). What is marked *source* is in a
document; *derived* follows from its sentences; *proposed* is a suggestion that an office reads
before it makes the SOP effective. Only 004 is an SOP with a table, and its texts stand word for word; the
others are guidelines and tables of findings. [Faults of the documents](document-faults.md) and
[computed figures](figures.md) have pages of their own.

"""


@cache
def definitions() -> dict[str, tuple[Path, Definition]]:
    """Every shipped SOP as its file writes it."""
    return {
        path.stem: (path, load_definition(path.read_bytes(), file=path.name).as_written)
        for path in definition_files()
    }


def as_markdown() -> str:
    """The whole page."""
    lines = ["| SOP | Documents | Started by | Reads | Writes | Starts |", "|---|---|---|---|---|---|"]
    for path, sop in definitions().values():
        cells = (
            f"[{sop.identity.title}](#{sop.id})",
            ", ".join(sorted(set(SOURCE.findall(head_of(path))))),
            "; ".join(starters(sop)),
            ", ".join(f"`{register}`" for register in sorted(read_registers(sop))),
            ", ".join(f"`{register}`" for register in sorted({use.register for use in parts(sop, Write)})),
            ", ".join(linked(child) for child in sorted(started(sop))),
        )
        lines.append(f"| {' | '.join(cell or '–' for cell in cells)} |")
    for path, sop in definitions().values():
        lines += ["", f'<a id="{sop.id}"></a>', "", f"## {sop.identity.title}", ""]
        lines += [f"[`{path.name}`](../sop_definitions/{path.name}):", "", f"> {head_of(path)}", ""]
        lines += ["| | What | Who | source | derived | proposed |", "|---|---|---|---|---|---|"]
        lines += [f"| {' | '.join(row)} |" for row in origins(sop)]
    return INTRODUCTION + "\n".join(lines) + "\n"


def head_of(path: Path) -> str:
    """The comment at the head of a file, as one paragraph."""
    head = path.read_text(encoding="utf-8").split("\nschema:")[0].splitlines()
    return " ".join(line.removeprefix("#").strip() for line in head)


def parts(of: Any, kind: type[Part]) -> Iterator[Part]:
    """Everything of a kind that a definition holds, at any depth."""
    if isinstance(of, kind):
        yield of
    if is_dataclass(of):
        for field in fields(of):
            yield from parts(getattr(of, field.name), kind)
    elif isinstance(of, dict | tuple):
        for part in of.values() if isinstance(of, dict) else of:
            yield from parts(part, kind)


def read_registers(sop: Definition) -> set[str]:
    """The registers whose rows a form shows, looks up or lets people choose."""
    registers = {source.register for source in parts(sop, RowsFrom)} | {
        source.register for source in parts(sop, Field)
    }
    return {register for register in registers if register} | {
        lookup.register for lookup in parts(sop, RegisterLookup)
    }


def started(sop: Definition) -> set[str]:
    return {start.sop for start in parts(sop, StartSop)} | {
        id
        for id, (_, other) in definitions().items()
        if any(trigger.sop == sop.id for trigger in other.triggers)
    }


def starters(sop: Definition) -> Iterator[str]:
    """Who or what begins a case: people, windows of the calendar, other SOPs."""
    for trigger in sop.triggers:
        if trigger.type == "manual":
            yield labels(sop, trigger.by)
        elif trigger.type == "schedule":
            yield f"the calendar: {windows(trigger)}"
    for id, (_, other) in definitions().items():
        if sop.id in started(other):
            yield linked(id)


def windows(trigger: Trigger) -> str:
    """The windows of a schedule; twelve months are not listed one by one."""
    named = [f"{window.period} (week {window.week} of month {window.month})" for window in trigger.windows]
    return "every month" if len(named) > 4 else ", ".join(named)


def linked(id: str) -> str:
    return f"[{id}](#{id})"


def labels(sop: Definition, roles: tuple[str, ...]) -> str:
    return ", ".join(dict.fromkeys(sop.roles.get(role, Role(label=role)).label for role in roles))


def origins(sop: Definition) -> Iterator[tuple[str, ...]]:
    """What is marked with its origin: triggers, blocks, steps and milestones."""
    for trigger in sop.triggers:
        if trigger.basis:
            yield "", f"start: {trigger.type}", "", *sorted_by_origin(trigger.basis)
    for block in sop.blocks.values():
        if block.basis:
            yield "", f"branches: {block.label or ''}", "", *sorted_by_origin(block.basis)
    for number, step in enumerate(sop.steps, start=1):
        said = step.label or step.activity
        yield str(step.number or number), said, labels(sop, step.executor), *sorted_by_origin(step.basis)
    for id, milestone in sop.sla.milestones.items():
        if milestone.basis:
            yield "", f"milestone: `{id}`", "", *sorted_by_origin(milestone.basis)


def sorted_by_origin(basis: Basis) -> tuple[str, ...]:
    """The elements under source, derived and proposed; without a mark every element is the document's."""
    marks = basis if isinstance(basis, Mapping) else {"all": basis or "source"}
    return tuple(
        ", ".join(element for element, origin in marks.items() if origin == wanted)
        for wanted in ("source", "derived", "proposed")
    )
