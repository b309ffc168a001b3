"""A summary: the rows of an earlier table counted per group. Only the server fills it in."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from engine.sop.expressions.expression import value_at
from engine.sop.expressions.functions import SHARE_DIGITS, mean, total
from engine.sop.expressions.values import decimal_of, is_number, rounded
from engine.sop.forms.context import FormContext, as_data
from engine.sop.model import Field
from engine.text.options import option_text

_SURROUNDINGS = ("row", "branch", "label")
Group = str | int | float | bool | None


def summary(field: Field, desk: FormContext) -> list[dict[str, Any]]:
    """One entry per group, in the order in which groups first appear.

    ``group`` is the value at ``group_by`` (None where the row has none; a list where several are named),
    ``label`` what it is called, ``count`` its number of rows. For every column that holds numbers ``totals``
    has the sum, ``averages`` the mean without empty cells and ``filled`` how many stand behind it.
    """
    rows = value_at(desk.values, field.from_.split(".")) if field.from_ else None
    groups: dict[tuple[Group, ...], list[Mapping[str, Any]]] = {}
    for row in rows if isinstance(rows, list) else []:
        if isinstance(row, Mapping):
            groups.setdefault(tuple(_group(path, row) for path in field.group_by), []).append(row)
    return [_entry(field, group, members, desk) for group, members in groups.items()]


def _entry(
    field: Field, group: tuple[Group, ...], members: list[Mapping[str, Any]], desk: FormContext
) -> dict[str, Any]:
    labels = [_label(path, value, desk) for path, value in zip(field.group_by, group, strict=True)]
    several = len(group) > 1
    numbers = _numbers(members)
    return {
        "group": list(group) if several else group[0] if group else None,
        "label": " · ".join(label or "–" for label in labels) if several else labels[0] if labels else None,
        "count": len(members),
        "totals": {
            name: _plain(rounded(total(column_numbers), SHARE_DIGITS))
            for name, column_numbers in numbers.items()
        },
        "averages": {name: _plain(mean(column_numbers)) for name, column_numbers in numbers.items()},
        "filled": {name: len(column_numbers) for name, column_numbers in numbers.items()},
    }


def _group(path: str, row: Mapping[str, Any]) -> Group:
    value = as_data(value_at(row, path.split(".")))
    return value if isinstance(value, str | int | float) else None


def _label(path: str, group: Group, desk: FormContext) -> str | None:
    if group is None:
        return None
    if isinstance(group, str) and path.split(".")[-1] == "unit":
        return desk.directory.unit(group) or group
    return option_text(str(group))


def _numbers(rows: list[Mapping[str, Any]]) -> dict[str, list[Decimal]]:
    numbers: dict[str, list[Decimal]] = {}
    for row in rows:
        for name, value in row.items():
            if is_number(value) and name not in _SURROUNDINGS:
                numbers.setdefault(name, []).append(decimal_of(value))
    return numbers


def _plain(value: Decimal | None) -> float | None:
    """The number as JSON holds it: whole where it is whole."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
