"""Checks of the columns of a register: their names, types, and where they look up."""

import re
from collections.abc import Mapping

from engine.sop.checks.findings import Findings
from engine.sop.checks.forms import COLUMN, OPTION, RESERVED
from engine.sop.checks.register_use import REGISTER, check_figure
from engine.sop.field_types import FIELD_TYPES, NUMBERS, types_with
from engine.sop.locations import Path, shown
from engine.sop.registers.definition import Column, RegisterDefinition
from engine.text.bilingual import Text

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_RESERVED = RESERVED | {"old", "q", "retired", "revision", "sort", "cursor", "limit", "src"}
_NO_COLUMNS = ("table", "summary", "users")
_OF_SOME_TYPES = ("options", "items", "kinds", "unit_type", "register")
_IN_TITLE = re.compile(r"\{([^{}]*)\}")

Registers = Mapping[str, RegisterDefinition] | None


def check_columns(findings: Findings, register: RegisterDefinition, registers: Registers) -> None:
    _check_name(findings, ("id",), register.id)
    findings.duplicates(
        ((("columns", index, "id"), column.id) for index, column in enumerate(register.columns)), COLUMN
    )
    for index, column in enumerate(register.columns):
        here: Path = ("columns", index)
        _check_name(findings, (*here, "id"), column.id)
        if column.type is not None:
            _check_type(findings, here, column)
        _check_limits(findings, here, column)
        if column.register is not None and registers is not None:
            findings.wants((*here, "register"), column.register, registers, REGISTER)
        if column.lookup is not None:
            _check_lookup(findings, here, column, registers)
    _check_title(findings, register)


def _check_name(findings: Findings, path: Path, name: str) -> None:
    if name and not _NAME.fullmatch(name):
        findings.error(
            path,
            "no_name",
            Text(
                f"{shown(name)} tidak dapat menjadi nama dalam ungkapan; pakai huruf, angka dan _.",
                f"{shown(name)} cannot be a name in expressions; use letters, digits and _.",
            ),
        )
    elif name in _RESERVED:
        findings.error(
            path,
            "reserved_name",
            Text(
                f"Nama {shown(name)} sudah punya arti sendiri; pilih nama lain.",
                f"The name {shown(name)} has a meaning of its own; choose another.",
            ),
        )


def _check_type(findings: Findings, here: Path, column: Column) -> None:
    if column.type in _NO_COLUMNS:
        findings.error(
            (*here, "type"),
            "column_type",
            Text(
                f"Kolom register tidak dapat berjenis {column.type}.",
                f"A column of a register cannot be of type {column.type}.",
            ),
        )
        return
    for key in _OF_SOME_TYPES:
        types = types_with(key)
        if column.type not in types and findings.source.has((*here, key)):
            findings.error(
                (*here, key),
                "key_not_for_type",
                Text(
                    f"Kunci {key} hanya untuk jenis {', '.join(types)}, bukan {column.type}.",
                    f"The key {key} is for the type {', '.join(types)} only, not for {column.type}.",
                ),
                key=True,
            )
    needed = [key for key in FIELD_TYPES[column.type].needs if key in _OF_SOME_TYPES]
    if needed and not any(findings.source.has((*here, key)) for key in needed):
        findings.error(
            here,
            "missing_key",
            Text(
                f"Kolom berjenis {column.type} memerlukan kunci {' atau '.join(needed)}.",
                f"A column of type {column.type} needs the key {' or '.join(needed)}.",
            ),
        )
    word = column.default
    if column.type == "choice" and isinstance(word, str) and word.replace("_", "").replace(" ", "").isalnum():
        findings.wants((*here, "default"), word, column.options, OPTION)


def _check_limits(findings: Findings, here: Path, column: Column) -> None:
    for key in ("min", "max"):
        if isinstance(getattr(column, key), str) and column.type in NUMBERS:
            findings.error(
                (*here, key),
                "wrong_type",
                Text(
                    f"{key} untuk {column.type} harus bilangan.",
                    f"{key} of a {column.type} must be a number.",
                ),
            )
    least, most = column.min, column.max
    if isinstance(least, int | float) and isinstance(most, int | float) and least > most:
        findings.error(
            (*here, "max"),
            "out_of_range",
            Text(f"max {most} lebih kecil dari min {least}.", f"max {most} is less than min {least}."),
        )


def _check_lookup(findings: Findings, here: Path, column: Column, registers: Registers) -> None:
    lookup = column.lookup
    assert lookup is not None  # noqa: S101 - asked by the caller
    path = (*here, "lookup")
    if column.compute is not None:
        findings.error(
            path,
            "computed_twice",
            Text("Pilih compute atau lookup, tidak keduanya.", "Choose compute or lookup, not both."),
            key=True,
        )
    known = registers is None or findings.wants((*path, "register"), lookup.register, registers, REGISTER)
    other = registers.get(lookup.register) if registers is not None and known else None
    check_figure(findings, path, lookup, other, column.type)
    name = lookup.column or lookup.sum or lookup.average or ""
    if other is not None and name in other.by_id and other.by_id[name].lookup is not None:
        key = next(key for key in ("column", "sum", "average") if getattr(lookup, key))
        findings.error(
            (*path, key),
            "lookup_of_lookup",
            Text(
                f"Kolom {name} sendiri dicari di register lain; lookup register tidak boleh membacanya.",
                f"The column {name} is looked up itself; a register's lookup may not read it.",
            ),
        )


def _check_title(findings: Findings, register: RegisterDefinition) -> None:
    for name in _IN_TITLE.findall(register.title):
        findings.wants(("title",), name or "{}", register.by_id, COLUMN)
