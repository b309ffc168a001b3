"""Checks of what forms read from registers: ``rows_from``, ``lookup`` and ``reference``."""

from collections.abc import Iterable, Iterator

from engine.sop.checks.expressions import refuse
from engine.sop.checks.findings import Findings, Noun
from engine.sop.checks.forms import COLUMN
from engine.sop.checks.report import Report
from engine.sop.expressions.expression import compile_expression
from engine.sop.expressions.scope import Kind, Place, Scope
from engine.sop.expressions.tree import ExpressionError
from engine.sop.field_types import FIELD_TYPES, NUMBERS
from engine.sop.locations import Path, shown
from engine.sop.model import Field
from engine.sop.register_use import RegisterLookup, RowsFrom
from engine.sop.registers.definition import RegisterDefinition
from engine.text.bilingual import Text

REGISTER = Noun("unknown_register", "Register", "register")


def check_register_use(report: Report) -> None:
    definition = report.written
    used = {step.form: step.id for step in reversed(definition.steps) if step.form}
    _check_fields(report, ("case", "fields"), definition.case.fields, None, Place("start"))
    for role, fields in definition.case.parties.items():
        _check_fields(report, ("case", "parties", role), fields, None, Place("party", role))
    for name, form in definition.forms.items():
        if name in used:
            _check_fields(report, ("forms", name, "fields"), form.fields, used[name], Place("form"))


def register_of(report: Report, path: Path, name: str | None) -> RegisterDefinition | None:
    """The register of this name; an error where the registers of the folder are known and it is none."""
    if report.registers is None or not report.wants(path, name, report.registers, REGISTER):
        return None
    return report.registers[name or ""]


def row_scope(
    report: Report, step_id: str | None, place: Place, register: RegisterDefinition | None
) -> Scope:
    """The names of a place, and a row of the register under ``row``."""
    around = report.scope(step_id, place)
    row = report.kinds[register.id] if register is not None else Kind("map", open=True)
    return Scope({**around.names, "row": row}, around.open)


def compiles(report: Report, path: Path, text: str | None, scope: Scope) -> None:
    if text:
        try:
            compile_expression(text, scope)
        except ExpressionError as error:
            refuse(report, path, text, error)


def _check_fields(
    report: Report, path: Path, fields: Iterable[Field], step_id: str | None, place: Place
) -> None:
    for index, field in enumerate(fields):
        here = (*path, index)
        if field.rows_from is not None:
            _check_rows(report, here, field, field.rows_from, step_id)
        if field.lookup is not None:
            _check_lookup(report, (*here, "lookup"), field, field.lookup, step_id, place)
        if field.type == "reference" and field.register:
            register = register_of(report, (*here, "register"), field.register)
            at = Place("form") if place.where == "column" else place
            compiles(report, (*here, "where"), field.where, row_scope(report, step_id, at, register))
        _check_plain_word(report, here, field, step_id, place)
        if field.columns:
            _check_fields(report, (*here, "columns"), field.columns, step_id, Place("column", field.id))


def _check_rows(report: Report, here: Path, table: Field, source: RowsFrom, step_id: str | None) -> None:
    path = (*here, "rows_from")
    if source.register is None:
        if source.where or source.order:
            key = "where" if source.where else "order"
            report.error(
                (*path, key),
                "key_without_register",
                Text(
                    f"{key} hanya untuk baris register; pakai rows_where untuk tabel.",
                    f"{key} is for the rows of a register; use rows_where for a table.",
                ),
                key=True,
            )
        return
    register = register_of(report, (*path, "register"), source.register)
    place = Place("start") if step_id is None else Place("form")
    compiles(report, (*path, "where"), source.where, row_scope(report, step_id, place, register))
    if register is not None:
        for index, column in enumerate(source.order):
            report.wants((*path, "order", index), column, register.by_id, COLUMN)
        _check_own_columns(report, here, table, register)


def _check_own_columns(report: Report, here: Path, table: Field, register: RegisterDefinition) -> None:
    for index, column in enumerate(table.columns):
        theirs = register.by_id.get(column.id)
        if theirs is not None and not suits(column.type, theirs.type):
            _unsuitable(report, (*here, "columns", index, "type"), register, theirs.id, theirs.type)


def suits(one: str | None, other: str | None) -> bool:
    """Whether a value of one type of field can stand in the other."""
    if one is None or other is None:
        return True
    return FIELD_TYPES[one].holds == FIELD_TYPES[other].holds  # type: ignore[index]


def _unsuitable(report: Findings, path: Path, register: RegisterDefinition, column: str, type: str) -> None:
    report.error(
        path,
        "type_does_not_suit",
        Text(
            f"Jenisnya tidak sesuai dengan kolom {column} dari register {register.id} ({type}).",
            f"Its type does not suit the column {column} of the register {register.id} ({type}).",
        ),
    )


def check_figure(
    report: Findings,
    path: Path,
    lookup: RegisterLookup,
    register: RegisterDefinition | None,
    type: str | None,
) -> None:
    """Exactly one figure, over a column that exists and suits."""
    written = [key for key in RegisterLookup.FIGURES if getattr(lookup, key)]
    if len(written) != 1:
        report.error(
            path,
            "lookup_figure",
            Text(
                "Tulis tepat satu dari column, count, sum, average, share.",
                "Write exactly one of column, count, sum, average, share.",
            ),
        )
        return
    figure = written[0]
    if figure != "column" and type is not None and type not in NUMBERS:
        report.error(
            (*path, figure),
            "type_does_not_suit",
            Text(f"{figure} menghasilkan bilangan.", f"{figure} gives a number."),
        )
    if register is None or figure in ("count", "share"):
        return
    name = getattr(lookup, figure)
    if not report.wants((*path, figure), name, register.by_id, COLUMN):
        return
    theirs = register.by_id[name].type
    if figure == "column" and not suits(type, theirs):
        _unsuitable(report, (*path, figure), register, name, theirs)
    elif figure != "column" and theirs not in NUMBERS:
        report.error(
            (*path, figure),
            "type_does_not_suit",
            Text(f"Kolom {shown(name)} bukan bilangan.", f"The column {shown(name)} holds no number."),
        )


def _check_lookup(
    report: Report, path: Path, field: Field, lookup: RegisterLookup, step_id: str | None, place: Place
) -> None:
    if field.compute is not None:
        report.error(
            path,
            "computed_twice",
            Text("Pilih compute atau lookup, tidak keduanya.", "Choose compute or lookup, not both."),
            key=True,
        )
    register = register_of(report, (*path, "register"), lookup.register)
    scope = row_scope(report, step_id, place, register)
    compiles(report, (*path, "where"), lookup.where, scope)
    compiles(report, (*path, "share"), lookup.share, scope)
    check_figure(report, path, lookup, register, field.type)


def _check_plain_word(report: Report, here: Path, field: Field, step_id: str | None, place: Place) -> None:
    """A plain word is text, also where a column or field is called so."""
    word = field.default
    if not isinstance(word, str) or word in field.options or word in ("today", "now"):
        return
    if word in _own_names(report, field, step_id, place):
        report.warn(
            (*here, "default"),
            "plain_word",
            Text(
                f"Kata biasa {shown(word)} adalah teks; untuk nilai isian itu tulis '({word})'.",
                f"The plain word {shown(word)} is text; write '({word})' for the value of that name.",
            ),
        )


def _own_names(report: Report, field: Field, step_id: str | None, place: Place) -> Iterator[str]:
    return (name for name in report.scope(step_id, place).names if name != field.id)
