"""Checks of forms: ids, what each type of field needs and allows, and where its contents come from."""

from collections.abc import Iterable

from engine.sop.checks.findings import Noun
from engine.sop.checks.lookup import table_column
from engine.sop.checks.report import DOCUMENT, Report
from engine.sop.field_types import FIELD_TYPES, NUMBERS, types_with
from engine.sop.locations import Path, shown
from engine.sop.model import Field
from engine.text.bilingual import Text

FIELD = Noun("unknown_field", "Isian", "field")
COLUMN = Noun("unknown_column", "Kolom", "column")
OPTION = Noun("unknown_option", "Pilihan", "option")

RESERVED = frozenset(
    {"case", "now", "today", "visits", "milestone", "task", "block", "branch", "item", "outcome", "row"}
)

_OF_SOME_TYPES = tuple(dict.fromkeys(key for kind in FIELD_TYPES.values() for key in kind.keys))


TO_ELSEWHERE = Text(
    "to hanya berlaku pada isian formulir suatu langkah: di sanalah nilainya selesai diisi.",
    "to holds for a field of a step's form alone: there its value is handed in.",
)


def check_forms(report: Report) -> None:
    used = {step.form: step.id for step in reversed(report.written.steps) if step.form}
    for name, form in report.written.forms.items():
        path: Path = ("forms", name)
        check_fields(report, (*path, "fields"), form.fields, used.get(name))
        if name not in used:
            report.warn(
                path,
                "unused_form",
                Text(
                    f"Formulir {shown(name)} tidak dipakai oleh langkah mana pun; ungkapannya tidak"
                    " diperiksa.",
                    f"The form {shown(name)} is used by no step; its expressions are not checked.",
                ),
                key=True,
            )


def check_fields(
    report: Report, path: Path, fields: Iterable[Field], step_id: str | None, *, inside: Field | None = None
) -> None:
    """The fields of a form, of the start, of a party, or the columns ``inside`` a table."""
    noun = FIELD if inside is None else COLUMN
    listed = list(fields)
    report.duplicates((((*path, index, "id"), field.id) for index, field in enumerate(listed)), noun)
    taken = RESERVED if inside is None else {"row", "label"} if inside.rows else {"row"}
    for index, field in enumerate(listed):
        here: Path = (*path, index)
        if field.id in taken:
            report.error(
                (*here, "id"),
                "reserved_name",
                Text(
                    f"Nama {shown(field.id)} sudah punya arti sendiri; pilih nama lain.",
                    f"The name {shown(field.id)} has a meaning of its own; choose another.",
                ),
            )
        if field.type is not None:
            _check_attributes(report, here, field)
            _check_needs(report, here, field, inside)
        _check_limits(report, here, field)
        report.wants((*here, "document"), field.document, report.written.documents, DOCUMENT)
        _check_origins(report, here, field, step_id)
        if field.to is not None and (inside is not None or path[0] != "forms"):
            report.error((*here, "to"), "to_elsewhere", TO_ELSEWHERE)
        check_fields(report, (*here, "columns"), field.columns, step_id, inside=field)


def _check_attributes(report: Report, here: Path, field: Field) -> None:
    for key in _OF_SOME_TYPES:
        types = types_with(key)
        if field.type not in types and report.source.has((*here, key)):
            report.error(
                (*here, key),
                "key_not_for_type",
                Text(
                    f"Kunci {key} hanya untuk jenis {', '.join(types)}, bukan {field.type}.",
                    f"The key {key} is for the type {', '.join(types)} only, not for {field.type}.",
                ),
                key=True,
            )


def _check_needs(report: Report, here: Path, field: Field, inside: Field | None) -> None:
    """What a type cannot do without, and what may not stand together."""
    needed = FIELD_TYPES[field.type].needs
    if needed and not any(report.source.has((*here, key)) for key in needed):
        report.error(
            here,
            "missing_key",
            Text(
                f"Isian berjenis {field.type} memerlukan kunci {' atau '.join(needed)}.",
                f"A field of type {field.type} needs the key {' or '.join(needed)}.",
            ),
        )
    if inside is not None and field.type in ("table", "summary"):
        report.error(
            (*here, "type"),
            "column_type",
            Text(f"Kolom tidak dapat berjenis {field.type}.", f"A column cannot be of type {field.type}."),
        )
    if field.unique and inside is None:
        report.error(
            (*here, "unique"),
            "unique_field",
            Text(
                "unique hanya untuk kolom tabel: tidak ada dua baris yang sama isinya.",
                "unique is for the columns of a table: no two rows have the same there.",
            ),
            key=True,
        )
    if field.rows and field.rows_from:
        report.error(
            (*here, "rows"),
            "rows_twice",
            Text("Pilih rows atau rows_from, tidak keduanya.", "Choose rows or rows_from, not both."),
        )
    if field.rows_where and not report.source.has((*here, "rows_from")):
        report.error(
            (*here, "rows_where"),
            "rows_where",
            Text("rows_where memerlukan rows_from.", "rows_where needs rows_from."),
        )
    if field.options and isinstance(field.default, str) and field.type == "choice":
        _check_option(report, (*here, "default"), field.default, field)


def _check_option(report: Report, path: Path, word: str, field: Field) -> None:
    plain = all(c.isalnum() or c in "_- " for c in word) and word not in ("today", "now")
    if plain and word not in field.options:
        report.unknown(path, word, field.options, OPTION)


def _check_limits(report: Report, here: Path, field: Field) -> None:
    for key in ("min", "max"):
        value = getattr(field, key)
        if isinstance(value, str) and field.type in NUMBERS:
            report.error(
                (*here, key),
                "wrong_type",
                Text(
                    f"{key} untuk {field.type} harus bilangan.", f"{key} of a {field.type} must be a number."
                ),
            )
    numbers = isinstance(field.min, int | float) and isinstance(field.max, int | float)
    texts = isinstance(field.min, str) and isinstance(field.max, str)
    if (numbers or texts) and field.min > field.max:  # type: ignore[operator]
        report.error(
            (*here, "max"),
            "out_of_range",
            Text(
                f"max {field.max} lebih kecil dari min {field.min}.",
                f"max {field.max} is less than min {field.min}.",
            ),
        )


def _check_origins(report: Report, here: Path, field: Field, step_id: str | None) -> None:
    """``default_from``, ``options_from``, ``rows_from``, ``from`` and ``group_by`` lead somewhere."""
    for key in ("default_from", "options_from"):
        reference = getattr(field, key)
        if reference is not None:
            _leads(report, (*here, key), reference, step_id)
    rows_from = field.rows_from
    if rows_from is not None:
        if (rows_from.from_ is None) == (rows_from.register is None):
            report.error(
                (*here, "rows_from"),
                "rows_twice",
                Text(
                    "rows_from memerlukan tepat satu dari <langkah>.<tabel> dan register.",
                    "rows_from needs exactly one of <step>.<table> and register.",
                ),
            )
        elif rows_from.from_ is not None:
            _check_table(report, (*here, "rows_from", "from"), rows_from.from_, step_id)
    if field.from_ is not None:
        _check_from(report, (*here, "from"), field, step_id)


def _leads(report: Report, path: Path, reference: str, step_id: str | None) -> bool:
    if report.kind_at(reference, step_id) is not None:
        return True
    report.error(
        path,
        "unknown_field",
        Text(
            f"{shown(reference)} tidak ada; tulis <langkah>.<isian> sampai isian terakhirnya.",
            f"{shown(reference)} does not exist; write <step>.<field> down to its last field.",
        ),
    )
    return False


def _check_table(report: Report, path: Path, reference: str, step_id: str | None) -> None:
    if not _leads(report, path, reference, step_id):
        return
    kind = report.kind_at(reference, step_id)
    if kind is not None and kind.name not in ("rows", "any"):
        report.error(
            path,
            "not_a_table",
            Text(f"{shown(reference)} bukan tabel.", f"{shown(reference)} is not a table."),
        )


def _check_from(report: Report, path: Path, field: Field, step_id: str | None) -> None:
    reference = field.from_ or ""
    if reference == "participants":
        if field.type not in ("user", "users", "position", "positions"):
            report.error(
                path,
                "wrong_field_type",
                Text(
                    "participants hanya untuk isian orang atau jabatan.",
                    "participants is for fields of people or positions only.",
                ),
            )
        return
    if field.type != "summary":
        _leads(report, path, reference, step_id)
        return
    _check_table(report, path, reference, step_id)
    kind = report.kind_at(reference, step_id)
    columns = [name for name in (kind.members if kind else ()) if name != "branch"]
    for index, group in enumerate(field.group_by):
        known = group in ("branch.unit", "branch.id") or kind is None or kind.open
        if not known and table_column(report.written, reference, group) is None:
            report.wants((*path[:-1], "group_by", index), group, [*columns, "branch.unit"], COLUMN)
