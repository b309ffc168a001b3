"""A summary: the rows of an earlier table counted per group. Only the server fills it in."""

from collections.abc import Mapping
from typing import Any

from engine.sop.expressions.expression import value_at
from engine.sop.forms.context import FormContext, as_data
from engine.sop.model import Field

_SURROUNDINGS = ("row", "branch", "label")


def summary(one: Field, desk: FormContext) -> list[dict[str, Any]]:
    """One entry per group, in the order in which groups first appear.

    ``group`` is the value at ``group_by`` (None where the row has none), ``label`` what it is called,
    ``count`` its number of rows, ``totals`` the sum of every column that holds numbers.
    """
    rows = value_at(desk.values, one.from_.split(".")) if one.from_ else None
    groups: dict[Any, list[Mapping[str, Any]]] = {}
    for row in rows if isinstance(rows, list) else []:
        if isinstance(row, Mapping):
            groups.setdefault(_group(one, row), []).append(row)
    return [
        {"group": group, "label": _label(one, group, desk), "count": len(members), "totals": _totals(members)}
        for group, members in groups.items()
    ]


def _group(one: Field, row: Mapping[str, Any]) -> str | float | bool | None:
    value = as_data(value_at(row, one.group_by.split("."))) if one.group_by else None
    return value if isinstance(value, str | int | float) else None


def _label(one: Field, group: Any, desk: FormContext) -> str | None:
    if group is None:
        return None
    if isinstance(group, str) and (one.group_by or "").split(".")[-1] == "unit":
        return desk.directory.unit(group) or group
    return str(group)


def _totals(rows: list[Mapping[str, Any]]) -> dict[str, float]:
    totals: dict[str, float] = {}
    for row in rows:
        for name, value in row.items():
            if isinstance(value, int | float) and not isinstance(value, bool) and name not in _SURROUNDINGS:
                totals[name] = totals.get(name, 0) + value
    return totals
