"""The grammar: what parses, and where a fault is."""

from decimal import Decimal

import pytest

from engine.sop.expressions.parser import parse
from engine.sop.expressions.tree import Binary, ExpressionError, Literal, Macro, Ternary, path_of


def test_multiplication_binds_tighter_than_comparison_and_comparison_tighter_than_and() -> None:
    tree = parse("a + b * 2 > 3 && !c")
    assert isinstance(tree, Binary)
    assert tree.operator == "&&"
    assert isinstance(tree.left, Binary)
    assert tree.left.operator == ">"


def test_subtraction_leans_to_the_left() -> None:
    tree = parse("a - b - c")
    assert isinstance(tree, Binary)
    assert isinstance(tree.left, Binary)
    assert path_of(tree.right) == ("c",)


def test_a_path_is_known_with_all_its_parts() -> None:
    assert path_of(parse("case.fields.jumlah")) == ("case", "fields", "jumlah")
    assert path_of(parse("a[0].b")) is None


def test_number_literals_are_decimals_as_written() -> None:
    assert parse("-12") == Literal(Decimal(-12), 0)
    assert parse("11.1") == Literal(Decimal("11.1"), 0)


@pytest.mark.parametrize(
    ("source", "value"),
    [('"a\\"b"', 'a"b'), ("'it\\'s'", "it's"), ('"\\u0041\\n\\t\\\\"', "A\n\t\\"), ("'\"'", '"')],
)
def test_strings_are_read_with_both_quotes_and_escapes(source: str, value: str) -> None:
    assert parse(source) == Literal(value, 0)


def test_a_macro_keeps_its_variable_and_body() -> None:
    tree = parse("tabel.all(r, r.sesuai)")
    assert isinstance(tree, Macro)
    assert (tree.name, tree.variable) == ("all", "r")


def test_a_ternary_may_stand_in_the_else_part() -> None:
    tree = parse("a ? 1 : b ? 2 : 3")
    assert isinstance(tree, Ternary)
    assert isinstance(tree.otherwise, Ternary)


@pytest.mark.parametrize(
    ("source", "offset", "says"),
    [
        ("", 0, "Expected a value"),
        ("a = b", 2, 'write "=="'),
        ("a and b", 2, 'write "&&"'),
        ("not a", 0, 'write "!"'),
        ("a &", 2, 'write "&&"'),
        ("a +", 3, "the end of the expression"),
        ("(a", 2, 'Expected ")"'),
        ("a b", 2, "cannot follow"),
        ("a, b", 1, "cannot follow"),
        ("'abc", 0, "not closed"),
        ("1a", 0, "Unreadable number"),
        ("1e999", 0, "too large"),
        ("a.'b'", 2, "Expected a name"),
        ("a.all(1, b)", 6, "Expected a name"),
        ("'\\q'", 1, "Unknown escape"),
        ("'\\ud800'", 1, "Unknown escape"),
        ("{'a': 1}", 0, "cannot be used"),
        ("a; b", 1, "cannot be used"),
        ("a\x00", 1, "cannot be used"),
        ("'\ud800'", 1, "cannot be used"),
        ("`a`", 0, "cannot be used"),
        ("1u", 0, "Unreadable number"),
        ("b'abc'", 1, "cannot follow"),
        ("x" * 501, 500, "too long"),
        ("(" * 400, 32, "nests too deeply"),
        ("!" * 400 + "a", 31, "nests too deeply"),
        ("1" + "+1" * 100, 65, "nests too deeply"),
        ("a" + ".b" * 200, 63, "nests too deeply"),
        ("a.all(r, b.all(q, q.x))", 11, "Only one list macro"),
        ("a.map(r, r.x).exists(q, q)", 14, "Only one list macro"),
    ],
)
def test_a_fault_has_a_place_and_says_what_would_work(source: str, offset: int, says: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(source)
    assert says in caught.value.message.english
    assert caught.value.message.indonesian
    assert caught.value.offset == offset
