"""Filling in any form from what a task shows of it: its JSON Schema and its initial data."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import product
from typing import Any

PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n%%EOF\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pen:
    """How to answer where a form leaves a choice; ``ids`` has what sources that are too long to list hold."""

    now: datetime
    upload: Callable[[], str]
    ids: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    yes: bool = True
    days_ahead: int = 30
    choice: int = 0
    sparing: bool = False  # leaves empty what need not be filled in


def attempts(form: Mapping[str, Any], pen: Pen) -> Iterator[dict[str, Any]]:
    """Fillings of a form, the likeliest first: what only a rule decides is answered one way, then another."""
    ways = product((pen.sparing, not pen.sparing), (pen.yes, not pen.yes), (pen.days_ahead, 0))
    for sparing, yes, days in ways:
        yield filled(form, replace(pen, sparing=sparing, yes=yes, days_ahead=days))


def filled(form: Mapping[str, Any], pen: Pen) -> dict[str, Any]:
    """Complete data: what is shown stays, what is empty is filled in."""
    return _record(form["schema"], form["initial"] or {}, pen)


def _record(schema: Mapping[str, Any], known: Mapping[str, Any], pen: Pen) -> dict[str, Any]:
    record = dict(known)
    # Instants of one form follow each other, the last of them just before now.
    left = sum(1 for shape in schema["properties"].values() if shape.get("x-alur-type") == "datetime")
    for name, shape in schema["properties"].items():
        if shape.get("readOnly") or name == "row":
            continue
        record[name] = _value(shape, known.get(name), replace(pen, now=pen.now - timedelta(minutes=left)))
        left -= shape["x-alur-type"] == "datetime"
    return record


def _value(shape: Mapping[str, Any], known: Any, pen: Pen) -> Any:
    if shape["x-alur-type"] == "table":
        return _table(shape, known or [], pen)
    if known not in (None, [], "") and shape["x-alur-type"] != "boolean":
        return known
    if pen.sparing and "null" in shape["type"]:
        return known
    return _fresh(shape, pen)


def _table(shape: Mapping[str, Any], known: list[Any], pen: Pen) -> list[Any]:
    rows = [_record(shape["items"], row, pen) for row in known]
    least = max(shape.get("minItems", 0), 0 if pen.sparing else 1)
    missing = least - len(rows) if shape["x-alur-add-rows"] else 0
    return rows + [_record(shape["items"], {}, pen) for _ in range(missing)]


def _fresh(shape: Mapping[str, Any], pen: Pen) -> Any:
    match shape["x-alur-type"]:
        case "number" | "percent" | "money" if pen.choice % 2 and "maximum" in shape:
            return shape["maximum"]
        case "number" | "percent" | "money":
            return max(shape.get("minimum", 0), min(1, shape.get("maximum", 1)))
        case "year":
            return pen.now.year
        case "boolean":
            return pen.yes
        case "date":
            return (pen.now + timedelta(days=pen.days_ahead)).date().isoformat()
        case "datetime":
            return pen.now.isoformat()
        case "period":
            return f"{pen.now.year}"
        case "evidence":
            return [{"file": pen.upload(), **_kind(shape)}]
        case "file":
            return pen.upload()
        case "checklist" | "users" | "positions" | "units":
            known = _choices(shape["items"], pen)
            wanted = max(shape.get("minItems", 1), 1)
            start = pen.choice % max(len(known), 1)
            return (list(known[start:]) + list(known[:start]))[:wanted]
        case "choice" | "user" | "position" | "unit":
            known = _choices(shape, pen)
            return known[pen.choice % len(known)] if known else None
        case _:
            return "diisi".ljust(shape.get("minLength", 0), ".")


def _choices(shape: Mapping[str, Any], pen: Pen) -> tuple[str, ...]:
    if "enum" in shape:
        return tuple(choice for choice in shape["enum"] if choice is not None)
    return pen.ids.get(shape.get("x-alur-source", ""), ())


def _kind(shape: Mapping[str, Any]) -> dict[str, str]:
    for way in shape["items"]["oneOf"]:
        kinds = way["properties"].get("kind", {}).get("enum")
        if kinds:
            return {"kind": kinds[0]}
    return {}
