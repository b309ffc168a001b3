"""Each JSON shape exists once: in `engine.views`, where mypy and the description of the API read it."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from pydantic import TypeAdapter, ValidationError

from engine.cases.model import BranchStatus, CaseStatus, TaskStatus
from engine.views.cases import CaseBranch, CaseState
from engine.views.tasks import Task, TaskState
from engine.views.timing_log import TIMING_COLUMNS, TimingRow
from tests.support.type_checker import mypy_says

ROOT = Path(__file__).parents[2]
UNTYPED = re.compile(r"\bJson\b|^Any$|\b(dict|Mapping)\[str, Any\]|\b(list|Sequence)\[Any\]")
MISSPELT = """
from engine.engine import Engine

def read(engine: Engine) -> object:
    return engine.queries.tasks.get("kadis", "1")["froms"]
"""


def public_functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    owners = [tree, *(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name[0] != "_")]
    for owner in owners:
        for node in owner.body:
            if isinstance(node, ast.FunctionDef) and (node.name[0] != "_" or node.name == "__call__"):
                yield node


@pytest.mark.parametrize("room", ["queries", "commands"])
def test_no_public_query_or_command_returns_json_without_a_shape(room: str) -> None:
    untyped = [
        f"{path.relative_to(ROOT)}: {function.name} -> {ast.unparse(function.returns)}"
        for path in (ROOT / "engine" / room).rglob("*.py")
        for function in public_functions(ast.parse(path.read_text()))
        if function.returns is not None and UNTYPED.search(ast.unparse(function.returns))
    ]
    assert untyped == []


def test_mypy_sees_a_misspelt_key(tmp_path: Path) -> None:
    page = tmp_path / "page.py"
    page.write_text(MISSPELT)
    told = mypy_says(page)
    assert 'TypedDict "Task" has no key "froms"' in told


def test_the_states_of_the_shapes_are_those_of_the_model() -> None:
    assert set(get_args(TaskState)) == set(TaskStatus)
    assert set(get_args(CaseState)) == set(CaseStatus)
    assert set(get_args(CaseBranch.__annotations__["state"])) == set(BranchStatus)


def test_a_shape_refuses_what_it_does_not_name() -> None:
    with pytest.raises(ValidationError, match="extra_forbidden"):
        TypeAdapter(TimingRow).validate_python({"surprise": 1})


def test_every_column_of_the_timing_log_has_its_row_in_the_how_to() -> None:
    table = (ROOT / "docs" / "how-to" / "read-the-timing-log.md").read_text().partition("## Columns")[2]
    rows = [
        line.split("|")[1] for line in table.partition("\n\n## ")[0].splitlines() if line.startswith("| `")
    ]
    assert [name for row in rows for name in re.findall(r"\w+", row)] == list(TIMING_COLUMNS)


def test_the_client_has_the_shapes_that_the_interface_answers_with() -> None:
    check = [sys.executable, "docs/generate.py", "--check"]
    done = subprocess.run(check, capture_output=True, text=True, cwd=ROOT, check=False)
    assert (done.returncode, done.stderr) == (0, "Generated documents are up to date.\n")


def test_the_basis_of_a_step_may_be_one_for_each_part() -> None:
    basis = Task.__annotations__["basis"]
    assert TypeAdapter(basis).validate_python({"executor": "derived"}) == {"executor": "derived"}
