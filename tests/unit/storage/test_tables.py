"""The stored columns are the fields of the state; neither side may drift."""

from __future__ import annotations

import types
from dataclasses import fields
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest
from sqlalchemy import Table

from engine.cases.model import Branch, Case, Notice, Task
from engine.tables import BRANCH, METADATA, NOTICE, SOP_CASE, TASK

CHAIN = {
    "case": {"audit_seq", "audit_head", "search_text"},
    "branch": {"ordinal", "audit_seq"},
    "task": {"ordinal", "audit_seq", "agency", "sop", "case_number"},
    "notice": {"read_at"},
}
PAIRS = [
    (Case, SOP_CASE, CHAIN["case"]),
    (Branch, BRANCH, CHAIN["branch"]),
    (Task, TASK, CHAIN["task"]),
    (Notice, NOTICE, CHAIN["notice"]),
]


def may_be_none(hint: Any) -> bool:
    return get_origin(hint) in (Union, types.UnionType) and type(None) in get_args(hint)


@pytest.mark.parametrize(("cls", "table", "own"), PAIRS, ids=lambda value: getattr(value, "__name__", ""))
def test_columns_are_the_fields_of_the_state_and_null_exactly_where_none_is_allowed(
    cls: type, table: Table, own: set[str]
) -> None:
    assert {spec.name for spec in fields(cls)} == {column.name for column in table.c} - own
    hints = get_type_hints(cls)
    for spec in fields(cls):
        assert table.c[spec.name].nullable == may_be_none(hints[spec.name]), spec.name


def test_no_table_bears_a_word_of_the_sql_language() -> None:
    assert "case" not in METADATA.tables
