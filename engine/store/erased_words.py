"""Taking a person, or a case, out of words that stand beside cases: of officials, reviewers and authors."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, String, Table, and_, delete, or_, select, type_coerce, update

from engine.tables import (
    CONFIRMATION,
    DEFINITION,
    DIGEST_ENTRY,
    EXPLANATION,
    HOLDING,
    KEPT_FORM,
    REGISTER_FILE,
    REGISTER_IMPORT,
    REGISTER_ROW,
    REVIEW_REMARK,
    SOP_DRAFT,
    TOKEN,
    VERDICT,
)

WORDS: Mapping[str, tuple[Table, tuple[str, ...]]] = {
    "explanation": (EXPLANATION, ("text",)),
    "verdict": (VERDICT, ("note", "action")),
    "remark": (REVIEW_REMARK, ("words",)),
    "draft": (SOP_DRAFT, ("text", "earlier", "scenarios")),
    "token": (TOKEN, ("name",)),
}
"""The columns in which a person may be named, by what their rows are."""


STAYING: Mapping[str, tuple[Table, tuple[str, ...]]] = {
    "row": (REGISTER_ROW, ("content",)),
    "register": (REGISTER_FILE, ("text",)),
    "definition": (DEFINITION, ("text",)),
    "holding": (HOLDING, ("order_number",)),
}
"""The columns of what the office keeps on purpose: a row is erased by itself, the others are put anew."""


def staying(connection: Connection, values: Sequence[str] | Collection[str]) -> dict[str, int]:
    """How many rows of each such kind name one of these texts; kinds without any are left out."""
    named = list(values)
    counts = {kind: len(_naming(connection, *STAYING[kind], named)) for kind in STAYING}
    return {kind: count for kind, count in counts.items() if count}


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
    for column in (KEPT_FORM.c.content, CONFIRMATION.c.entered, REGISTER_IMPORT.c.content):
        for value in values:
            there = type_coerce(column, String).contains(written(value), autoescape=True)
            connection.execute(delete(column.table).where(there))
    for value in values:
        there = DIGEST_ENTRY.c.text.contains(value, autoescape=True)
        connection.execute(update(DIGEST_ENTRY).where(there).values(text=""))


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
    return _naming(connection, *WORDS[kind], values)


def _naming(
    connection: Connection, table: Table, columns: Sequence[str], values: Sequence[str]
) -> Sequence[Mapping[str, Any]]:
    names = [
        type_coerce(table.c[name], String).contains(part, autoescape=True)
        for name in columns
        for value in values
        for part in {value, written(value)}
    ]
    if not names:
        return []
    return [dict(row) for row in connection.execute(select(table).where(or_(*names))).mappings()]
