"""Taking a person, or a case, out of words that stand beside cases: of officials, reviewers and authors."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, String, Table, and_, delete, or_, select, type_coerce, update

from engine.tables import CONFIRMATION, EXPLANATION, KEPT_FORM, REVIEW_REMARK, SOP_DRAFT, TOKEN, VERDICT

WORDS: Mapping[str, tuple[Table, tuple[str, ...]]] = {
    "explanation": (EXPLANATION, ("text",)),
    "verdict": (VERDICT, ("note", "action")),
    "remark": (REVIEW_REMARK, ("words",)),
    "draft": (SOP_DRAFT, ("text", "earlier", "scenarios")),
    "token": (TOKEN, ("name",)),
}
"""The columns in which a person may be named, by what their rows are."""


def words_about(connection: Connection, values: Sequence[str]) -> dict[str, int]:
    """How many rows of each kind name one of these texts; kinds without any are left out."""
    counts = {kind: len(_rows(connection, kind, values)) for kind in WORDS}
    return {kind: count for kind, count in counts.items() if count}


def rename(connection: Connection, values: Sequence[str], username: str) -> None:
    """Write the user name wherever such words name one of these texts; drop what was not sent yet."""

    def renamed(text: Any) -> Any:
        if isinstance(text, list):
            return [renamed(part) for part in text]
        for value in sorted(values, key=len, reverse=True):
            text = text.replace(value, username)
        return text

    for kind in WORDS:
        _rewrite(connection, kind, values, renamed)
    for column in (KEPT_FORM.c.content, CONFIRMATION.c.entered):
        for value in values:
            there = type_coerce(column, String).contains(written(value), autoescape=True)
            connection.execute(delete(column.table).where(there))


def forget_explanations(connection: Connection, case_id: str) -> None:
    """Leave of the explanations of a case's findings that they were given."""
    connection.execute(update(EXPLANATION).where(EXPLANATION.c.case_id == case_id).values(text=""))


def written(value: str) -> str:
    """A text as it stands within JSON."""
    return json.dumps(value, ensure_ascii=False)[1:-1]


def _rewrite(connection: Connection, kind: str, values: Sequence[str], change: Callable[[Any], Any]) -> None:
    table, columns = WORDS[kind]
    keys = list(table.primary_key.columns)
    for row in _rows(connection, kind, values):
        this = and_(*(key == row[key.name] for key in keys))
        new = {name: change(row[name]) for name in columns}
        connection.execute(update(table).where(this).values(new))


def _rows(connection: Connection, kind: str, values: Sequence[str]) -> Sequence[Mapping[str, Any]]:
    table, columns = WORDS[kind]
    names = [
        type_coerce(table.c[name], String).contains(part, autoescape=True)
        for name in columns
        for value in values
        for part in {value, written(value)}
    ]
    if not names:
        return []
    return [dict(row) for row in connection.execute(select(table).where(or_(*names))).mappings()]
