"""Every error of the engine stands on one page, in its drawing and in the table of HTTP statuses."""

import ast
from pathlib import Path

import pytest

from api.errors import STATUS, status_of
from engine import errors
from engine.errors import SopError
from engine.text.bilingual import Text

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("engine", "identity", "notifications", "reports", "runtime")
DRAWN = {
    line.rsplit("─ ", 1)[1].split()[0] for line in (errors.__doc__ or "").splitlines() if "─ " in line
} | {"SopError"}


def descendants(kind: type[SopError]) -> set[type[SopError]]:
    return {kind}.union(*(descendants(child) for child in kind.__subclasses__()))


ON_THE_PAGE = sorted(
    (kind for kind in descendants(SopError) if kind.__module__ == errors.__name__), key=lambda k: k.__name__
)


def test_no_other_module_below_the_doors_makes_an_error_of_the_engine() -> None:
    names = {kind.__name__ for kind in ON_THE_PAGE}
    elsewhere = {
        f"{path.relative_to(ROOT)}: {node.name}"
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        if path != Path(errors.__file__)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef) and names & {ast.unparse(base) for base in node.bases}
    }
    assert elsewhere == set()


def test_the_drawing_names_exactly_the_errors_of_the_page() -> None:
    assert {kind.__name__ for kind in ON_THE_PAGE} == DRAWN


@pytest.mark.parametrize("kind", [kind for kind in ON_THE_PAGE if kind is not SopError])
def test_every_error_has_a_code_and_an_http_status(kind: type[SopError]) -> None:
    assert any(parent in STATUS for parent in kind.__mro__)
    error = kind.__new__(kind)
    SopError.__init__(error, Text("Tidak dapat.", "cannot"))
    assert status_of(error) != 500
    assert kind.code != SopError.code
    assert str(error) == "cannot"
