"""Dotted paths into values, as ``s1.baris_salah.unit`` or ``case.fields.tanggal`` write them."""

from collections.abc import Mapping
from typing import Any


def at_path(values: Mapping[str, Any], path: str) -> Any:
    """The value at a dotted path; a column of a table gives its distinct values, lists unfolded."""
    value: Any = values
    for part in path.split("."):
        if isinstance(value, list):
            value = [row.get(part) for row in value if isinstance(row, Mapping)]
        elif isinstance(value, Mapping):
            value = value.get(part)
        else:
            return None
    if isinstance(value, list) and value and not isinstance(value[0], Mapping):
        distinct: list[Any] = []
        for item in value:
            for inner in item if isinstance(item, list) else [item]:
                if inner is not None and inner not in distinct:
                    distinct.append(inner)
        return distinct
    return value
