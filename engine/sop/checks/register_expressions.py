"""Compiles every expression of a register where it stands; what is computed may not run in a circle."""

from collections.abc import Iterator, Mapping

from engine.sop.checks.expressions import refuse
from engine.sop.checks.findings import Findings
from engine.sop.checks.forms import COLUMN
from engine.sop.checks.register_kinds import register_kind
from engine.sop.checks.value_types import check_computed, check_value
from engine.sop.expressions.expression import compile_expression, expression, setting
from engine.sop.expressions.name_check import children
from engine.sop.expressions.scope import ANY, DATE, INSTANT, Kind, Scope
from engine.sop.expressions.tree import ExpressionError, Member, Name, Node
from engine.sop.locations import Path, shown
from engine.sop.registers.definition import Column, RegisterDefinition
from engine.text.bilingual import Text

Registers = Mapping[str, RegisterDefinition] | None


def check_expressions(findings: Findings, register: RegisterDefinition, registers: Registers) -> None:
    own = {**register_kind(register).members, "now": INSTANT, "today": DATE}
    plain = Scope(own)
    for index, column in enumerate(register.columns):
        here: Path = ("columns", index)
        _compile(findings, (*here, "compute"), column.compute, plain)
        check_computed(findings, (*here, "compute"), column.compute, column.type, plain)
        check_value(findings, (*here, "default"), column.default, column.type, plain)
        _compile(findings, (*here, "required_if"), column.required_if, plain)
        if isinstance(column.default, str) and column.default not in column.options:
            try:
                setting(column.default, plain)
            except ExpressionError as error:
                refuse(findings, (*here, "default"), column.default, error)
        _check_lookup(findings, (*here, "lookup"), register, column, registers, plain)
    with_old = Scope({**own, "old": Kind("map", register_kind(register).members)})
    for index, rule in enumerate(register.rules):
        _compile(findings, ("rules", index, "when"), rule.when, with_old)
        _compile(findings, ("rules", index, "require"), rule.require, with_old)
    _check_imports(findings, register)
    _check_cycles(findings, register)


def _compile(findings: Findings, path: Path, text: str | None, scope: Scope) -> None:
    if text:
        try:
            compile_expression(text, scope)
        except ExpressionError as error:
            refuse(findings, path, text, error)


def _check_lookup(
    findings: Findings,
    path: Path,
    register: RegisterDefinition,
    column: Column,
    registers: Registers,
    plain: Scope,
) -> None:
    lookup = column.lookup
    if lookup is None:
        return
    other = register if lookup.register == register.id else (registers or {}).get(lookup.register)
    row = register_kind(other) if other is not None else Kind("map", open=True)
    scope = Scope({**plain.names, "row": row})
    for key in ("where", "share"):
        text = getattr(lookup, key)
        before = len(findings.problems)
        _compile(findings, (*path, key), text, scope)
        if text and other is not None and len(findings.problems) == before:
            _refuse_lookups(findings, (*path, key), text, register, other)


def _refuse_lookups(
    findings: Findings, path: Path, text: str, register: RegisterDefinition, other: RegisterDefinition
) -> None:
    """A register's own lookup reads no column that is looked up itself."""
    for of_row, name in _names(expression(text).tree):
        column = (other if of_row else register).by_id.get(name)
        if column is not None and column.lookup is not None:
            findings.error(
                path,
                "lookup_of_lookup",
                Text(
                    f"Kolom {name} sendiri dicari; lookup register tidak boleh membacanya.",
                    f"The column {name} is looked up itself; a register's lookup may not read it.",
                ),
            )


def _names(node: Node) -> Iterator[tuple[bool, str]]:
    """The columns that an expression names: of ``row``, or plainly."""
    match node:
        case Member(of=Name(id="row"), name=name):
            yield True, name
        case Name(id=name):
            yield False, name
        case _:
            for child in children(node):
                yield from _names(child)


def _check_imports(findings: Findings, register: RegisterDefinition) -> None:
    headers = Scope({"src": Kind("map", open=True), "now": INSTANT, "today": DATE})
    for profile, rules in register.imports.items():
        path: Path = ("imports", profile)
        for index, name in enumerate(rules.ask):
            findings.wants((*path, "ask", index), name, register.by_id, COLUMN)
        asked = dict.fromkeys(rules.ask, ANY)
        for name, text in rules.columns.items():
            here = (*path, "columns", name)
            if findings.wants(here, name, register.by_id, COLUMN, key=True) and register.by_id[name].is_given:
                findings.error(
                    here,
                    "computed_column",
                    Text(f"Kolom {name} dihitung.", f"The column {name} is computed."),
                    key=True,
                )
            _compile(findings, here, text, Scope({**headers.names, **asked}))


def _check_cycles(findings: Findings, register: RegisterDefinition) -> None:
    """``compute`` may read what another ``compute`` gives, but not in a circle."""
    reads: dict[str, list[str]] = {}
    for column in register.columns:
        try:
            tree = expression(column.compute).tree if column.compute else None
        except ExpressionError:
            continue
        names = {name for of_row, name in _names(tree) if not of_row} if tree else set()
        reads[column.id] = [name for name in register.by_id if name in names]
    for index, column in enumerate(register.columns):
        circle = _circle(reads, column.id)
        if circle:
            findings.error(
                ("columns", index, "compute"),
                "cycle",
                Text(
                    f"Hitungan berputar: {' → '.join(map(shown, circle))}.",
                    f"The computation runs in a circle: {' → '.join(map(shown, circle))}.",
                ),
            )


def _circle(reads: Mapping[str, list[str]], start: str) -> list[str]:
    """The way from a column back to itself; empty where there is none."""
    ways: list[list[str]] = [[start]]
    seen: set[str] = set()
    while ways:
        way = ways.pop()
        for name in reads.get(way[-1], ()):
            if name == start:
                return [*way, name]
            if name not in seen:
                seen.add(name)
                ways.append([*way, name])
    return []
