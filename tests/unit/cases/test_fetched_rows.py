"""A row of which some columns were fetched has no other fields: no rule judges by a default."""

from __future__ import annotations

import pytest

from engine.cases.model import Task, TaskStatus, fetched


def test_a_row_has_the_fields_that_were_fetched() -> None:
    task = fetched(Task, ("id", "state", "assignee"), ("t", TaskStatus.READY, None))
    assert (task.id, task.is_open, task.assignee) == ("t", True, None)


def test_a_field_that_was_not_fetched_has_no_default() -> None:
    task = fetched(Task, ("id",), ("t",))
    with pytest.raises(AttributeError, match="waived"):
        print(task.waived)


def test_columns_and_values_are_of_one_length() -> None:
    with pytest.raises(ValueError, match="shorter"):
        fetched(Task, ("id", "state"), ("t",))
