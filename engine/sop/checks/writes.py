"""Checks of what the end of a step writes to registers: ``write`` on steps, outcomes and deviations."""

from collections.abc import Iterator

from engine.sop.checks.expressions import refuse
from engine.sop.checks.forms import COLUMN, FIELD, OPTION
from engine.sop.checks.lookup import field_at, fields_of, table_column
from engine.sop.checks.register_use import compiles, register_of, suits
from engine.sop.checks.report import Report
from engine.sop.checks.value_types import check_value
from engine.sop.expressions.expression import setting
from engine.sop.expressions.scope import Kind, Place, Scope
from engine.sop.expressions.tree import ExpressionError
from engine.sop.locations import Path, shown
from engine.sop.model import Field, Step
from engine.sop.register_use import Write
from engine.sop.registers.definition import Column, RegisterDefinition
from engine.text.bilingual import Text


def check_writes(report: Report) -> None:
    steps = {step.id: step for step in report.written.steps}
    for path, step, writes in _places(report, steps):
        for index, write in enumerate(writes):
            here = (*path, index) if report.source.has((*path, index)) else path
            _Check(report, here, step, write).run()


def _places(report: Report, steps: dict[str, Step]) -> Iterator[tuple[Path, Step | None, tuple[Write, ...]]]:
    for index, step in enumerate(report.written.steps):
        yield ("steps", index, "write"), step, step.write
        for name, outcome in step.outcomes.items():
            yield ("steps", index, "outcomes", name, "write"), step, outcome.write
    for index, deviation in enumerate(report.written.deviations.paths):
        yield ("deviations", "paths", index, "write"), steps.get(deviation.at), deviation.write


class _Check:
    """One ``write`` at one place."""

    def __init__(self, report: Report, path: Path, step: Step | None, write: Write) -> None:
        self.report, self.path, self.step, self.write = report, path, step, write
        self.register = register_of(report, (*path, "register"), write.register)

    def run(self) -> None:
        scope = self._scope()
        for key in ("where", "row"):
            compiles(self.report, (*self.path, key), getattr(self.write, key), scope)
        for name, value in self.write.set.items():
            path = (*self.path, "set", name)
            try:
                setting(value, scope)
            except ExpressionError as error:
                refuse(self.report, path, str(value), error)
            column = self.register.by_id.get(name) if self.register is not None else None
            if column is not None and not column.is_given:
                check_value(self.report, path, value, column.type, scope)
        self._check_progress()
        if self.register is not None:
            self._check_columns(self.register)
            self._check_key(self.register)

    def _scope(self) -> Scope:
        """The names at the end of the step, and a row of the table under ``row``."""
        around = self.report.scope(self.step.id if self.step else None, Place("outcome"))
        rows = self.write.rows
        if not rows:
            return around
        kind = self.report.kind_at(rows, self.step.id if self.step else None)
        if kind is None or kind.name not in ("rows", "any"):
            self.report.error(
                (*self.path, "rows"),
                "not_a_table",
                Text(f"{shown(rows)} bukan tabel.", f"{shown(rows)} is not a table."),
            )
        row = Kind("map", kind.members, kind.open) if kind and kind.name == "rows" else Kind("any")
        return Scope({**around.names, "row": row}, around.open)

    def _check_progress(self) -> None:
        if self.write.on == "progress" and not (self.step is not None and self.step.allow_progress):
            self.report.error(
                (*self.path, "on"),
                "no_progress",
                Text(
                    "on: progress memerlukan allow_progress: true pada langkahnya.",
                    "on: progress needs allow_progress: true on its step.",
                ),
            )

    def _check_columns(self, register: RegisterDefinition) -> None:
        for index, name in enumerate(self.write.take):
            path = (*self.path, "take", index) if self._many("take") else (*self.path, "take")
            if self.report.wants(path, name, register.by_id, COLUMN):
                self._check_target(path, register, register.by_id[name])
                self._check_source(path, register.by_id[name])
        for name, value in self.write.set.items():
            path = (*self.path, "set", name)
            if self.report.wants(path, name, register.by_id, COLUMN, key=True):
                column = register.by_id[name]
                self._check_target(path, register, column)
                plain = isinstance(value, str) and value.replace("_", "").isalnum()
                if plain and column.options and value not in column.options:
                    self.report.unknown(path, str(value), column.options, OPTION)

    def _many(self, key: str) -> bool:
        return self.report.source.has((*self.path, key, 0))

    def _check_target(self, path: Path, register: RegisterDefinition, column: Column) -> None:
        if column.is_given:
            self.report.error(
                path,
                "computed_column",
                Text(
                    f"Kolom {column.id} dihitung; tidak dapat ditulis.",
                    f"The column {column.id} is computed and cannot be written.",
                ),
            )
        elif self.report.written.id not in register.writers_of(column.id) and not self._is_key(
            register, column
        ):
            self.report.error(
                path,
                "may_not_write",
                Text(
                    f"Register {register.id} tidak mengizinkan SOP ini menulis kolom {column.id};"
                    " tambahkan pada written_by.",
                    f"The register {register.id} does not let this SOP write the column {column.id};"
                    " add it to written_by.",
                ),
            )

    def _is_key(self, register: RegisterDefinition, column: Column) -> bool:
        """Whether the column only says which row is meant, of an SOP that may write some of it."""
        return column.id in register.key and any(
            self.report.written.id in other.written_by for other in register.columns
        )

    def _check_source(self, path: Path, column: Column) -> None:
        source = self._source(column.id)
        if source is None:
            known = self._known()
            if known is not None:
                self.report.unknown(path, column.id, known, COLUMN if self.write.rows else FIELD)
        elif isinstance(source, Field) and not suits(source.type, column.type):
            self.report.error(
                path,
                "type_does_not_suit",
                Text(
                    f"Isian {source.id} berjenis {source.type}, kolom {column.id} berjenis {column.type}.",
                    f"The field {source.id} is of type {source.type}, the column of type {column.type}.",
                ),
            )

    def _source(self, name: str) -> Field | Kind | None:
        step_id = self.step.id if self.step else None
        if not self.write.rows:
            return next(
                (field for field in fields_of(self.report.written, step_id) if field.id == name), None
            )
        column = table_column(self.report.written, self.write.rows, name) or field_at(
            self.report.written, f"{self.write.rows}.{name}", step_id
        )
        kind = self.report.kind_at(self.write.rows, step_id)
        return column or (kind.members.get(name) if kind else None) or (kind if kind and kind.open else None)

    def _known(self) -> list[str] | None:
        step_id = self.step.id if self.step else None
        if not self.write.rows:
            return [field.id for field in fields_of(self.report.written, step_id)] if self.step else None
        kind = self.report.kind_at(self.write.rows, step_id)
        return list(kind.members) if kind is not None and kind.name == "rows" else None

    def _check_key(self, register: RegisterDefinition) -> None:
        given = {*self.write.take, *self.write.set}
        missing = [name for name in register.key if name not in given]
        if self.write.row is None and missing:
            self.report.error(
                self.path,
                "key_not_given",
                Text(
                    f"Kunci register {register.id} belum lengkap ({', '.join(missing)}); isi, atau tulis"
                    " row.",
                    f"The key of the register {register.id} is incomplete ({', '.join(missing)});"
                    " give it, or write row.",
                ),
            )
