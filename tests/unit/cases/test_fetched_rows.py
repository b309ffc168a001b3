"""A list fetches narrower rows: they have no other fields, and mypy refuses a rule one that is not there."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from engine.cases.model import (
    FIELDS,
    Case,
    CaseSummary,
    LoggedVisit,
    Task,
    TaskStatus,
    TaskSummary,
    Visit,
    fetched,
)
from tests.support.type_checker import mypy_says

LOOKS_AT_MORE = """
from engine.cases.model import CaseState, CaseSummary, LoggedVisit, TaskSummary
from engine.cases.task_context import TaskSummaryContext

def of_task(task: TaskSummary) -> object:
    return task.draft

def of_log(visit: LoggedVisit) -> object:
    return visit.waived

def of_context(context: TaskSummaryContext) -> object:
    return context.state.case.fields, context.values()
"""


def test_a_row_has_the_fields_of_its_kind() -> None:
    values = dict.fromkeys(FIELDS[Visit]) | {"id": "t", "state": TaskStatus.READY}
    visit = fetched(Visit, values.values())
    assert (visit.id, visit.is_open, visit.assignee) == ("t", True, None)


def test_a_field_of_another_kind_has_no_default() -> None:
    visit = fetched(Visit, [None for _ in FIELDS[Visit]])
    with pytest.raises(AttributeError, match="waived"):
        print(visit.waived)  # type: ignore[attr-defined]


def test_columns_and_values_are_of_one_length() -> None:
    with pytest.raises(ValueError, match="shorter"):
        fetched(Visit, ("t",))


@pytest.mark.parametrize(
    ("kind", "whole"), [(CaseSummary, Case), (Visit, Task), (LoggedVisit, Task), (TaskSummary, Task)]
)
def test_a_narrower_kind_is_a_part_of_the_whole(kind: type, whole: type) -> None:
    assert set(FIELDS[kind]) < {field.name for field in fields(whole)}


def test_mypy_names_a_column_that_was_not_fetched(tmp_path: Path) -> None:
    rule = tmp_path / "rule.py"
    rule.write_text(LOOKS_AT_MORE)
    told = mypy_says(rule)
    assert '"TaskSummary" has no attribute "draft"' in told
    assert '"LoggedVisit" has no attribute "waived"' in told
    assert '"CaseSummary" has no attribute "fields"' in told
    assert 'to attribute function "values"' in told
