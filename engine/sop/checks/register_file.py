"""Reading and checking a ``register/v1`` file: all its problems at once, each with its place."""

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Unpack

from engine.sop.binding import blank, read
from engine.sop.checks.findings import Enough, Findings, Noun, Surroundings, require_no_errors
from engine.sop.checks.forms import COLUMN
from engine.sop.checks.register_columns import check_columns
from engine.sop.checks.register_expressions import check_expressions
from engine.sop.checks.register_rows import check_rows
from engine.sop.checks.report import ROLE
from engine.sop.diagnostics import Diagnosed
from engine.sop.locations import Path, shown
from engine.sop.registers.definition import KEY_TYPES, RegisterDefinition
from engine.sop.source import Source, read_source
from engine.text.bilingual import Text

SOP = Noun("unknown_sop", "SOP", "SOP")
_EVERYBODY = ("agency", "unit")


@dataclass(frozen=True, slots=True)
class LoadedRegister(Diagnosed):
    """A register file that was read; with errors among the ``problems`` it is good for showing only."""

    register: RegisterDefinition
    source: Source
    content_hash: str


def load_register(text: str | bytes, *, file: str = "-", **around: Unpack[Surroundings]) -> LoadedRegister:
    """Read and check a register; never raises for bad input, see ``LoadedRegister.problems``.

    ``registers`` are the others of the agency or folder; its own id among them is replaced by this file.
    """
    source = read_source(text, file=file)
    digest = hashlib.sha256(text if isinstance(text, bytes) else text.encode()).hexdigest()
    if not source.readable:
        nothing: RegisterDefinition = blank(RegisterDefinition)
        return LoadedRegister(source.problems, nothing, source, digest)
    problems = list(source.problems)
    register = read(RegisterDefinition, source, problems)
    kind = source.value(("schema",))
    if isinstance(kind, str) and kind.endswith("/v1") and kind != "register/v1":
        only = tuple(problem for problem in problems if problem.path == "schema")
        return LoadedRegister(only, register, source, digest)
    findings = Findings(source, around)
    others = around.get("registers")
    registers = None if others is None else {**others, register.id: register}
    with suppress(Enough):
        _check(findings, register, registers, sound=not problems)
    return LoadedRegister(tuple(sorted({*problems, *findings.problems})), register, source, digest)


def require_register(text: str | bytes, *, file: str = "-", **around: Unpack[Surroundings]) -> LoadedRegister:
    """Like ``load_register``, for a file that must be free of errors. Raises `DefinitionError`."""
    loaded = load_register(text, file=file, **around)
    require_no_errors(file, loaded.errors, loaded.problems)
    return loaded


def _check(
    findings: Findings,
    register: RegisterDefinition,
    registers: Mapping[str, RegisterDefinition] | None,
    *,
    sound: bool,
) -> None:
    check_columns(findings, register, registers)
    _check_key(findings, register)
    if register.unit is not None:
        _check_unit(findings, register)
    _check_people(findings, register)
    _check_writers(findings, register)
    check_expressions(findings, register, registers)
    if sound and not any(problem.severity == "error" for problem in findings.problems):
        check_rows(findings, register)


def _check_key(findings: Findings, register: RegisterDefinition) -> None:
    if findings.source.value(("key",)) == []:
        findings.error(
            ("key",), "missing_value", Text("Kunci tidak boleh kosong.", "The key may not be empty.")
        )
    findings.duplicates(((("key", index), name) for index, name in enumerate(register.key)), COLUMN)
    for index, name in enumerate(register.key):
        path: Path = ("key", index)
        if not findings.wants(path, name, register.by_id, COLUMN):
            continue
        column = register.by_id[name]
        if column.is_given:
            findings.error(
                path,
                "key_computed",
                Text(
                    f"Kolom kunci {shown(name)} tidak boleh dihitung.",
                    f"The key column {shown(name)} may not be computed.",
                ),
            )
        elif column.type is not None and column.type not in KEY_TYPES:
            findings.error(
                path,
                "key_type",
                Text(
                    f"Kolom kunci {shown(name)} berjenis {column.type}; boleh {', '.join(KEY_TYPES)}.",
                    f"The key column {shown(name)} is of type {column.type}; use {', '.join(KEY_TYPES)}.",
                ),
            )
        elif not column.required or column.retired:
            findings.error(
                path,
                "key_optional",
                Text(
                    f"Kolom kunci {shown(name)} harus wajib diisi (required: true).",
                    f"The key column {shown(name)} must be required (required: true).",
                ),
            )


def _check_unit(findings: Findings, register: RegisterDefinition) -> None:
    if not findings.wants(("unit",), register.unit, register.by_id, COLUMN):
        return
    column = register.by_id[register.unit or ""]
    if column.type not in ("unit", None):
        findings.error(
            ("unit",),
            "unit_type",
            Text(
                f"Kolom {column.id} harus berjenis unit, bukan {column.type}.",
                f"The column {column.id} must be of type unit, not {column.type}.",
            ),
        )


def _check_people(findings: Findings, register: RegisterDefinition) -> None:
    roles = findings.around.get("organisation_roles")
    for key in ("read", "edit"):
        names = getattr(register, key)
        many = findings.source.has((key, 0))
        for index, name in enumerate(names):
            path: Path = (key, index) if many else (key,)
            if not name or roles is None or name in roles or (key == "read" and name in _EVERYBODY):
                continue
            _no_such_role(findings, path, key, name, roles)
    if "unit" in register.read and register.unit is None:
        findings.error(
            ("read",),
            "unit_missing",
            Text(
                "read: unit memerlukan kunci unit: kolom yang menyebut unit barisnya.",
                "read: unit needs the key unit: the column that says whose row it is.",
            ),
        )
    if register.edit_own and register.unit is None:
        findings.error(
            ("edit_own",),
            "unit_missing",
            Text("edit_own memerlukan kunci unit.", "edit_own needs the key unit."),
        )


def _no_such_role(findings: Findings, path: Path, key: str, name: str, roles: object) -> None:
    if key == "edit":
        findings.warn(
            path,
            "no_position",
            Text(
                f"Tidak ada jabatan yang berperan {shown(name)}; tidak ada yang dapat menyunting.",
                f"No position has the role {shown(name)}; nobody can edit.",
            ),
        )
    else:
        findings.unknown(path, name, [*_EVERYBODY, *roles], ROLE)  # type: ignore[misc]


def _check_writers(findings: Findings, register: RegisterDefinition) -> None:
    """``written_by`` names SOPs that exist, and that write."""
    known = findings.around.get("known_sops")
    written: list[tuple[Path, tuple[str, ...]]] = [(("written_by",), register.written_by)]
    written += [
        (("columns", index, "written_by"), column.written_by) for index, column in enumerate(register.columns)
    ]
    for path, sops in written:
        for index, sop in enumerate(sops):
            here = (*path, index) if findings.source.has((*path, index)) else path
            if not sop or known is None:
                continue
            if findings.wants(here, sop, known, SOP):
                _check_writer(findings, here, register, sop)


def _check_writer(findings: Findings, path: Path, register: RegisterDefinition, sop: str) -> None:
    definition = findings.around.get("children", {}).get(sop)
    if definition is None:
        return
    writes = [write for deviation in definition.deviations.paths for write in deviation.write]
    for step in definition.steps:
        writes += [*step.write, *(write for outcome in step.outcomes.values() for write in outcome.write)]
    if not any(write.register == register.id for write in writes):
        findings.warn(
            path,
            "does_not_write",
            Text(
                f"SOP {shown(sop)} tidak menulis ke register ini.",
                f"The SOP {shown(sop)} does not write to this register.",
            ),
        )
