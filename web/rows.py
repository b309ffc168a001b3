"""Rows of the tables of a form, added, pasted and dropped without handing it in."""

import csv
import io
import re
from collections.abc import Iterator, Mapping

from starlette.responses import Response

from engine.text.visible import visible_part
from web.forms.schemas import Schema, choices_of, fields_of, kind_of, pasted_columns, verdict_of
from web.kept import KeptRedirect, keep
from web.kept import fields_of as posted_fields
from web.page_request import PageRequest

VERBS = frozenset({"add", "remove", "drop", "keep", "paste", "agree", "number"})
ASKED_TO_DROP = "asked_to_drop"
PASTED = "pasted"
MOST_PASTED = 500
ROW_NUMBER = re.compile(r"[0-9]{1,6}")
YES, NO = frozenset({"ya", "y", "yes", "true", "1", "benar"}), frozenset({"tidak", "t", "no", "false", "0"})

Fields = list[tuple[str, str]]


def change(visit: PageRequest, address: str, schema: Schema, verb: str, place: str) -> Response:
    """Keep the form with rows more or less, and go on there; a row that is filled is asked for first."""
    fields = [pair for pair in posted_fields(visit, visit.actor) if pair[0] not in ("do", ASKED_TO_DROP)]
    if verb == "number":
        verb, place = "remove", _at_number(fields, place)
    if verb == "add":
        number = _next_number(fields, place)
        place = f"{place}.{number}"
        fields.append((f"{place}.row", ""))
    elif verb == "paste":
        place, fields = _with_pasted(fields, schema, place)
    elif verb == "agree":
        fields = _agreed(fields, schema, place)
    elif verb == "keep":
        pass
    elif verb == "drop" or not any(value for name, value in fields if name.startswith(f"{place}.")):
        fields = [pair for pair in fields if not pair[0].startswith(f"{place}.")]
        place = place.rpartition(".")[0]
    else:
        fields.append((ASKED_TO_DROP, place))
    keep(visit, address, "unsent", fields=fields)
    return KeptRedirect(address, place)


def _at_number(fields: Fields, table: str) -> str:
    """The row that a person has named by its number, from 1 on; the table itself where there is none."""
    typed = next((value.strip() for name, value in fields if name == f"{table}.number"), "")
    numbers = sorted({number for name, _ in fields if (number := _number(name, table)) is not None})
    at = int(typed) if ROW_NUMBER.fullmatch(typed) else 0
    return f"{table}.{numbers[at - 1]}" if 0 < at <= len(numbers) else f"{table}.none"


def _agreed(fields: Fields, schema: Schema, table: str) -> Fields:
    """The fields with yes in every row that was not judged yet; what was said no to stays."""
    field = fields_of(schema).get(table.rpartition(".")[2])
    column = verdict_of(field) if field and kind_of(field) == "table" else None
    judged = {_number(name, table) for name, value in fields if name.endswith(f".{column}") and value}
    numbers = {number for name, _ in fields if (number := _number(name, table)) is not None}
    if column is None:
        return fields
    return [*fields, *((f"{table}.{number}.{column}", "true") for number in sorted(numbers - judged))]


def _with_pasted(fields: Fields, schema: Schema, table: str) -> tuple[str, Fields]:
    """Where the rows that were pasted begin, and the fields with them, behind those that are filled."""
    text = next((value for name, value in fields if name == f"{table}.{PASTED}"), "")
    field = fields_of(schema).get(table.rpartition(".")[2])
    lines = list(read_lines(field, text)) if field and kind_of(field) == "table" else []
    if not lines:
        return table, fields
    numbers = {number for name, _ in fields if (number := _number(name, table)) is not None}
    blank = {number for number in numbers if not _is_filled(fields, f"{table}.{number}.")}
    kept = [
        (name, value)
        for name, value in fields
        if name != f"{table}.{PASTED}" and _number(name, table) not in blank
    ]
    first = _next_number(fields, table)
    for number, cells in enumerate(lines, first):
        kept.append((f"{table}.{number}.row", ""))
        kept += [(f"{table}.{number}.{id}", value) for id, value in cells.items() if value]
    return f"{table}.{len(numbers - blank)}", kept


def read_lines(table: Schema, text: str) -> Iterator[Mapping[str, str]]:
    """Lines copied from a spreadsheet as cells by column, at most 500.

    A first line of headings names the columns.
    Choices may be given by their words, yes and no as people write them.
    """
    columns = pasted_columns(table)
    separator = "\t" if "\t" in text or ";" not in text else ";"
    try:
        lines = [
            [cell.strip() for cell in line]
            for line in csv.reader(io.StringIO(text, newline=None), delimiter=separator)
            if any(cell.strip() for cell in line)
        ]
    except csv.Error:  # one cell larger than any: nothing that was copied from cells
        return
    order = list(columns)
    if lines and (named := _headings(columns, lines[0])) is not None:
        order, lines = named, lines[1:]
    for line in lines[:MOST_PASTED]:
        yield {id: _typed(columns[id], cell) for id, cell in zip(order, line, strict=False) if id and cell}


def _headings(columns: Mapping[str, Schema], line: list[str]) -> list[str] | None:
    """The columns that a line of headings names; None where it is no such line."""
    known = {visible_part(str(column.get("title", id))): id for id, column in columns.items()}
    named = [known.get(visible_part(cell), "") for cell in line]
    return named if sum(map(bool, named)) * 2 > len([cell for cell in line if cell]) else None


def _typed(column: Schema, cell: str) -> str:
    """A cell as its control would send it; what fits nothing stays as it is, and is told when it is sent."""
    if kind_of(column) == "boolean":
        said = visible_part(cell)
        return "true" if said in YES else "false" if said in NO else cell
    for value, label in choices_of(column) or ():
        if visible_part(cell) in (visible_part(value), visible_part(label)):
            return value
    return cell


def _is_filled(fields: Fields, row: str) -> bool:
    return any(value for name, value in fields if name.startswith(row))


def _next_number(fields: Fields, table: str) -> int:
    numbers = [number for name, _ in fields if (number := _number(name, table)) is not None]
    return max(numbers, default=-1) + 1


def _number(name: str, table: str) -> int | None:
    """The number of the row of a table that a control belongs to."""
    if not name.startswith(f"{table}."):
        return None
    number = name[len(table) + 1 :].partition(".")[0]
    return int(number) if ROW_NUMBER.fullmatch(number) else None
