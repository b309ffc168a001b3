"""What a page draws for a form: one control per field with its value, its choices and its faults."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

from engine.audit.act import Json
from engine.sop.field_types import CHOSEN_SEVERAL, NUMBERS
from web.forms.periods import parts_of_year, typed_period
from web.forms.schemas import (
    Schema,
    away_of,
    choices_of,
    evidence_of,
    fields_of,
    filled_columns,
    is_given,
    kind_of,
    may_add_rows,
    pasted_columns,
    source_of,
    verdict_of,
)
from web.localizer import Localizer

MOST_CARDS = 20
IN_A_LINE = {
    *(
        "text",
        "textarea",
        "select",
        "boolean",
        "number",
        "percent",
        "money",
        "date",
        "datetime",
        "year",
        "period",
    )
}


@dataclass(frozen=True, slots=True)
class Part:
    """One row of a table, or one piece of evidence."""

    name: str
    title: str
    row: str | None = None
    file: str | None = None
    file_name: str | None = None
    url: str | None = None
    kind: str | None = None
    facts: tuple[tuple[str, str, str], ...] = ()
    """What the server gives in a row: the column, its label, and the value."""
    remarks: tuple[tuple[str, str], ...] = ()
    changes: tuple[tuple[str, str, str], ...] = ()
    """What an earlier step changed in the row since it was looked at last: label, before, now."""
    controls: tuple["Control", ...] = ()
    faults: tuple[str, ...] = ()
    removable: bool = False


@dataclass(frozen=True, slots=True)
class Control:
    """A field: how it is drawn (``shape``), called, filled, and what is wrong with it."""

    name: str
    shape: str
    label: str
    help: str | None = None
    required: bool = False
    conditional: bool = False
    value: str = ""
    year: str = ""
    """Of a period; its quarter, half-year or month is the value."""
    values: frozenset[str] = frozenset()
    choices: tuple[tuple[str, str], ...] = ()
    parts: tuple[Part, ...] = ()
    kinds: tuple[str, ...] = ()
    allows_links: bool = False
    may_add: bool = False
    is_grid: bool = False
    """Whether its rows are so many that they are drawn as lines of a grid."""
    verdict: str | None = None
    """The column of a yes or no that every row asks, where rows are looked at and none is added."""
    columns: tuple[tuple[str, str], ...] = ()
    """What a line of a spreadsheet can fill in of a row: (column, label)."""
    file_name: str | None = None
    document: bool = False
    faults: tuple[str, ...] = ()
    facts: tuple[tuple[tuple[str, str], ...], ...] = field(default=())

    @property
    def short(self) -> str:
        """Two letters for what the many lines of a grid refer to."""
        high, low = divmod(crc32(self.name.encode()) % 26**2, 26)
        return f"{chr(97 + high)}{chr(97 + low)}"


@dataclass(frozen=True, slots=True)
class Drawing:
    """What drawing needs besides the schema: words, names of files and of the agency's people, faults."""

    words: Localizer
    office: Mapping[str, Json]
    file_name: Callable[[str], str | None]
    faults: Mapping[str, Sequence[str]]
    shown: Callable[[str, Json], str]
    """A value as a person reads it, by the type of its field."""
    labels: Mapping[str, str]
    """What fields and columns of earlier steps are called."""
    remarks: Mapping[str, Sequence[tuple[str, str]]]
    """What the reviewer noted, by the id of the row that it is about."""
    changes: Mapping[str, Sequence[tuple[str, str, str]]] = field(default_factory=dict)
    """What changed in rows since they were looked at last, by the id of the row."""

    def faults_at(self, path: str) -> tuple[str, ...]:
        return tuple(self.faults.get(path, ()))

    def faults_within(self, path: str) -> tuple[str, ...]:
        """Those of the field itself and of the parts that have no control of their own."""
        inside = (f"{path}.", f"{path}[")
        return tuple(
            said
            for at, all_said in self.faults.items()
            if at == path or at.startswith(inside)
            for said in all_said
        )


def controls_of(
    schema: Schema, data: Mapping[str, Json], drawing: Drawing, name: str, path: str
) -> tuple[Control, ...]:
    """The controls of a record, in the order of its fields."""
    required = schema.get("required", ())
    return tuple(
        _control(field, data.get(id), drawing, f"{name}.{id}", f"{path}.{id}", required=id in required)
        for id, field in fields_of(schema).items()
    )


def _control(
    schema: Schema, value: Json, drawing: Drawing, name: str, path: str, *, required: bool
) -> Control:
    kind = kind_of(schema)
    about: dict[str, Any] = {
        "name": name,
        "label": str(schema.get("title", name.rpartition(".")[2])),
        "help": schema.get("description"),
        "required": required,
        "conditional": "x-alur-required-if" in schema,
        "document": "x-alur-document" in schema,
    }
    if kind == "summary":
        return Control(**about, shape="summary", facts=_summary(schema, value, drawing))
    if is_given(schema):
        return Control(**about, shape="given", value=drawing.shown(kind, value))
    if kind == "table":
        rows = _rows(schema, value, drawing, name, path)
        return Control(
            **about,
            shape="table",
            parts=rows,
            may_add=may_add_rows(schema),
            is_grid=len(rows) > MOST_CARDS and _fits_a_line(rows),
            verdict=verdict_of(schema),
            columns=tuple((id, str(field.get("title", id))) for id, field in pasted_columns(schema).items()),
            faults=drawing.faults_at(path),
        )
    about["faults"] = drawing.faults_within(path)
    if kind == "evidence":
        links, kinds = evidence_of(schema)
        parts = _evidence(value, drawing, name)
        return Control(**about, shape="evidence", parts=parts, allows_links=links, kinds=tuple(kinds))
    if kind == "file":
        file = str(value) if value else ""
        known = drawing.file_name(file) if file else None
        return Control(**about, shape="file", value=file if known else "", file_name=known)
    return _plain(schema, kind, value, drawing, about)


def _plain(schema: Schema, kind: str, value: Json, drawing: Drawing, about: dict[str, Any]) -> Control:
    choices = choices_of(schema)
    away = away_of(schema)
    if choices is not None and away:
        choices = [(id, label + _mark(away, id, drawing.words)) for id, label in choices]
    source = source_of(schema)
    if choices is None and source in ("users", "positions", "units"):
        known = drawing.office["accounts" if source == "users" else source]
        choices = sorted(known.items(), key=lambda item: item[1])
    if kind in CHOSEN_SEVERAL:
        chosen = frozenset(str(part) for part in value) if isinstance(value, list) else frozenset()
        shape = "checks" if choices is not None else "lines"
        listed = "\n".join(sorted(chosen))
        return Control(**about, shape=shape, values=chosen, value=listed, choices=tuple(choices or ()))
    if choices is not None:
        return Control(**about, shape="select", value=_text(value), choices=tuple(choices))
    if kind == "boolean":
        said = {True: "true", False: "false"}.get(value, "") if isinstance(value, bool) else ""
        return Control(**about, shape="boolean", value=said)
    if kind in NUMBERS:
        typed = drawing.words.typed(value) if kind != "year" else _text(value)
        return Control(**about, shape=kind, value=typed)
    if kind == "period":
        year, part = typed_period(_text(value))
        return Control(**about, shape=kind, value=part, year=year, choices=parts_of_year(drawing.words))
    if kind == "date":
        return Control(**about, shape=kind, value=drawing.words.typed_day(value))
    if kind == "datetime":
        return Control(**about, shape=kind, value=_local(value, drawing.words))
    return Control(**about, shape=kind, value=_text(value))


def asked_period(words: Localizer, period: str | None) -> Control:
    """The period that a list is narrowed to."""
    year, part = typed_period(period or "")
    choices = parts_of_year(words)
    return Control("period", "period", words.say("Periode"), value=part, year=year, choices=choices)


def _mark(away: Mapping[str, str | None], account: str, words: Localizer) -> str:
    """What stands behind the name of somebody who is away."""
    if account not in away:
        return ""
    last = away[account]
    told = words.say("sedang tidak hadir s.d. {hari}", hari=words.day(last)) if last else None
    return f" ({told or words.say('sedang tidak hadir')})"


def _text(value: Json) -> str:
    return "" if value is None else str(value)


def _local(value: Json, words: Localizer) -> str:
    try:
        at = words.local(value)
    except (ValueError, TypeError, OverflowError):
        return ""
    if at is None:
        return ""
    return f"{at.day:02}/{at.month:02}/{at.year:04} {at:%H.%M.%S}".removesuffix(
        ".00" if not at.second else ""
    )


def _rows(schema: Schema, value: Json, drawing: Drawing, name: str, path: str) -> tuple[Part, ...]:
    items = schema["items"]
    columns = fields_of(items)
    filled = filled_columns(schema)
    rows = value if isinstance(value, list) else []
    parts = []
    for number, row in enumerate(rows):
        place, here = f"{name}.{number}", f"{path}[{number}]"
        required = items.get("required", ())
        controls = tuple(
            _control(field, row.get(id), drawing, f"{place}.{id}", f"{here}.{id}", required=id in required)
            for id, field in filled.items()
        )
        parts.append(
            Part(
                name=place,
                title=_text(row.get("label")) or drawing.words.say("Baris {n}", n=number + 1),
                row=_text(row.get("row")),
                facts=_facts(columns, row, drawing),
                remarks=tuple(drawing.remarks.get(_text(row.get("row")), ())),
                changes=tuple(drawing.changes.get(_text(row.get("row")), ())),
                controls=controls,
                faults=(*drawing.faults_at(here), *drawing.faults_at(f"{here}.row")),
                removable=may_add_rows(schema) and not _is_of_earlier_step(columns, row),
            )
        )
    return tuple(parts)


def _fits_a_line(rows: Sequence[Part]) -> bool:
    """Whether the rows of a table can stand one under another: no files in them, and nothing said of one."""
    return all(
        {control.shape for control in row.controls} <= IN_A_LINE and not row.remarks and not row.changes
        for row in rows
    )


def _is_of_earlier_step(columns: Mapping[str, Schema], row: Mapping[str, Json]) -> bool:
    """Whether an earlier step gave the row, so that it may not be dropped."""
    carried = (id for id, field in columns.items() if is_given(field) and "x-alur-type" not in field)
    return any(row.get(id) not in (None, "", []) for id in carried)


def _facts(
    columns: Mapping[str, Schema], row: Mapping[str, Json], drawing: Drawing
) -> tuple[tuple[str, str, str], ...]:
    """What the server gives in a row; of what earlier steps gave only what there is."""
    return tuple(
        (
            id,
            str(field.get("title") or drawing.labels.get(id, id)),
            drawing.shown(kind_of(field), row.get(id)),
        )
        for id, field in columns.items()
        if is_given(field)
        and id not in ("row", "label", "branch")
        and ("x-alur-type" in field or row.get(id) not in (None, "", []))
    )


def _evidence(value: Json, drawing: Drawing, name: str) -> tuple[Part, ...]:
    parts = []
    for number, row in enumerate(value if isinstance(value, list) else []):
        if not isinstance(row, Mapping):
            continue
        file = _text(row.get("file"))
        known = drawing.file_name(file) if file else None
        if file and known is None:
            continue
        parts.append(
            Part(
                name=f"{name}.{number}",
                title=known or _text(row.get("url")),
                file=file or None,
                file_name=known,
                url=_text(row.get("url")) or None,
                kind=_text(row.get("kind")) or None,
            )
        )
    return tuple(parts)


def _summary(schema: Schema, value: Json, drawing: Drawing) -> tuple[tuple[tuple[str, str], ...], ...]:
    """The groups of a summary, each as (label, value) pairs: sums, and of percentages their mean.

    Every group has the same pairs, so that each figure stands under its own heading.
    """
    say, number = drawing.words.say, drawing.words.number
    groups = value if isinstance(value, list) else []
    figures = schema.get("x-alur-figures", {})
    names = dict.fromkeys(name for group in groups for name in group.get("totals", {}) if name in figures)

    def figure(group: Mapping[str, Json], name: str) -> tuple[str, str]:
        label = str(figures[name].get("title", name))
        is_share = kind_of(figures[name]) == "percent"
        value = group.get("averages" if is_share else "totals", {}).get(name)
        return say("Rata-rata {label}", label=label) if is_share else label, number(value)

    return tuple(
        (
            (say("Kelompok"), _text(group.get("label")) or "–"),
            (say("Jumlah baris"), number(group.get("count"))),
            *(figure(group, name) for name in names),
        )
        for group in groups
    )
