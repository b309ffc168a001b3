"""Rows of the tables of a form, added and dropped without handing it in."""

import re

from starlette.responses import Response

from web.kept import KeptRedirect, fields_of, keep
from web.page_request import PageRequest

VERBS = frozenset({"add", "remove", "drop", "keep"})
ASKED_TO_DROP = "asked_to_drop"
ROW_NUMBER = re.compile(r"[0-9]{1,6}")


def change(visit: PageRequest, address: str, verb: str, place: str) -> Response:
    """Keep the form with one row more or less, and go on there; a row that is filled is asked for first."""
    fields = [pair for pair in fields_of(visit, visit.actor) if pair[0] not in ("do", ASKED_TO_DROP)]
    if verb == "add":
        numbers = [number for name, _ in fields if (number := _number(name, place)) is not None]
        place = f"{place}.{max(numbers, default=-1) + 1}"
        fields.append((f"{place}.row", ""))
    elif verb == "keep":
        pass
    elif verb == "drop" or not any(value for name, value in fields if name.startswith(f"{place}.")):
        fields = [pair for pair in fields if not pair[0].startswith(f"{place}.")]
        place = place.rpartition(".")[0]
    else:
        fields.append((ASKED_TO_DROP, place))
    keep(visit, address, "unsent", fields=fields)
    return KeptRedirect(address, place)


def _number(name: str, table: str) -> int | None:
    """The number of the row of a table that a control belongs to."""
    if not name.startswith(f"{table}."):
        return None
    found = name[len(table) + 1 :].partition(".")[0]
    return int(found) if ROW_NUMBER.fullmatch(found) else None
