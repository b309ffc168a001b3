"""What a scenario gives registers and expects of them, held against their files."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from engine.sop.binding import read
from engine.sop.checks.findings import Enough, Findings, Noun
from engine.sop.checks.forms import COLUMN
from engine.sop.checks.register_rows import check_given_rows
from engine.sop.checks.register_use import REGISTER
from engine.sop.diagnostics import Problem
from engine.sop.locations import Path
from engine.sop.registers.definition import RegisterDefinition
from engine.sop.registers.lines import Decimal
from engine.sop.registers.row import row_id
from engine.sop.source import Source
from engine.sop.vocabulary import Mark, Slug
from engine.text.bilingual import Text

PROFILE = Noun("unknown_profile", "Profil impor", "import profile")


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenFile:
    """Rows of a file beside the scenarios, read as an import reads them; a plain name stands for ``file``."""

    SHORT: ClassVar[str] = "file"
    file: str
    profile: Slug | None = None
    set: Annotated[Any, Mark.ANY] = None
    decimal: Decimal = "point"

    @classmethod
    def of(cls, written: Any) -> "GivenFile":
        """What a checked scenario writes."""
        return cls(file=written) if isinstance(written, str) else cls(**written)


def check_scenario_registers(
    source: Source, registers: Mapping[str, RegisterDefinition] | None
) -> list[Problem]:
    """Every problem of the rows that are given and expected; without ``registers`` only of their shape."""
    findings = Findings(source, {"registers": registers})
    scenarios = source.value(("scenarios",))
    places: list[Path] = [(), *(("scenarios", index) for index in range(len(scenarios or ())))]
    with suppress(Enough):
        for place in places:
            for name in source.value((*place, "registers")) or {}:
                _check_given(findings, (*place, "registers", name), registers)
            for name in source.value((*place, "expect", "registers")) or {}:
                _check_expected(findings, (*place, "expect", "registers", name), registers)
    return findings.problems


def _check_given(findings: Findings, path: Path, registers: Mapping[str, RegisterDefinition] | None) -> None:
    register = _register(findings, path, registers)
    written = findings.source.value(path)
    if isinstance(written, list):
        rows = [row for row in written if isinstance(row, dict)]
        if len(rows) < len(written):
            told = Text("Setiap baris ditulis sebagai kolom: nilai.", "Each row is written as column: value.")
            findings.error(path, "no_row", told)
        elif register is not None:
            for index, row in enumerate(rows):
                for name in row:
                    findings.wants((*path, index, name), name, register.by_id, COLUMN, key=True)
            known = [{name: row[name] for name in row if name in register.by_id} for row in rows]
            begun = {row_id(register, row): row for row in register.rows}
            laid = [{**begun.get(row_id(register, row), {}), **row} for row in known]
            check_given_rows(findings, register, laid, path)
        return
    problems: list[Problem] = []
    given = read(GivenFile, findings.source, problems, at=path)
    findings.problems += problems
    if register is not None and given.profile is not None:
        findings.wants((*path, "profile"), given.profile, register.imports, PROFILE)


def _check_expected(
    findings: Findings, path: Path, registers: Mapping[str, RegisterDefinition] | None
) -> None:
    register = _register(findings, path, registers)
    for id, cells in (findings.source.value(path) or {}).items():
        if cells is not None and not isinstance(cells, dict):
            told = Text(
                "Tulis kolom: nilai, atau kosongkan bila barisnya tidak boleh ada.",
                "Write column: value, or nothing where the row must not be there.",
            )
            findings.error((*path, id), "no_row", told)
        elif register is not None:
            for name in cells or {}:
                findings.wants((*path, id, name), name, register.by_id, COLUMN, key=True)


def _register(
    findings: Findings, path: Path, registers: Mapping[str, RegisterDefinition] | None
) -> RegisterDefinition | None:
    if registers is None or not findings.wants(path, str(path[-1]), registers, REGISTER, key=True):
        return None
    return registers[str(path[-1])]
