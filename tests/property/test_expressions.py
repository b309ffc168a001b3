"""Laws of expressions: no text crashes, a compiled library says the same, null is safe, all is bounded."""

import contextlib
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.sop.expressions.evaluate import MAX_STEPS, _Evaluation
from engine.sop.expressions.expression import EvaluationError, compile_expression, setting
from engine.sop.expressions.parser import MAX_CHARACTERS
from engine.sop.expressions.scope import ANY, NUMBER, Kind, Scope
from engine.sop.expressions.tree import ExpressionError
from engine.sop.expressions.values import Unsuitable
from tests.support.compiled_cel import Refused, second_opinion

SCOPE = Scope(
    {"a": NUMBER, "b": ANY, "t": Kind("rows", {"x": ANY, "n": NUMBER}), "c": Kind("map", {"d": ANY})}
)
PATHS = st.sampled_from(
    ["a", "b", "c.d", "null", "true", "false", "1", "2.5", "-3", "'teks'", '"2026-01-05"']
)


def grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    operators = st.sampled_from(["==", "!=", "<", "<=", ">", ">=", "&&", "||", "+", "-", "*", "/", "%", "in"])
    return st.one_of(
        st.tuples(inner, operators, inner).map(lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"),
        inner.map(lambda one: f"!({one})"),
        inner.map(lambda one: f"-({one})"),
        st.tuples(inner, inner, inner).map(lambda parts: f"({parts[0]} ? {parts[1]} : {parts[2]})"),
        st.lists(inner, max_size=2).map(lambda items: f"[{', '.join(items)}]"),
        inner.map(lambda one: f"size({one})"),
        st.tuples(inner, inner).map(lambda parts: f"({parts[0]})[{parts[1]}]"),
        inner.map(lambda one: f"achievement({one}, 100)"),
        inner.map(lambda one: f"({one}).startsWith('t')"),
    )


WELL_FORMED = st.one_of(
    st.recursive(PATHS, grown, max_leaves=12),
    st.tuples(
        st.sampled_from(["all", "exists", "exists_one", "filter", "map"]),
        st.recursive(st.sampled_from(["r.x", "r.n", "r", "a", "1"]), grown, max_leaves=6),
    ).map(lambda parts: f"t.{parts[0]}(r, {parts[1]})"),
).filter(lambda text: len(text) <= MAX_CHARACTERS)

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
JSON: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
ALPHABET = st.sampled_from(list("abrt.xn()[]{}!?:,<>=&|+-*/%'\"\\ 019_éu\n\x00;`@#$~^"))


def attempted(act: Callable[[], Any]) -> tuple[Any, ExpressionError | EvaluationError | None]:
    """The result, or the refusal."""
    try:
        return act(), None
    except (ExpressionError, EvaluationError) as error:
        return None, error


@settings(max_examples=300)
@given(text=st.text(ALPHABET, max_size=60) | st.text(max_size=60))
def test_any_text_compiles_or_is_refused_with_a_place_in_it(text: str) -> None:
    found, refusal = attempted(lambda: compile_expression(text, SCOPE))
    if isinstance(refusal, ExpressionError):
        assert 0 <= refusal.offset <= len(text)
        assert refusal.message.indonesian
        assert refusal.message.english
    else:
        assert found.text == text


# Halves and whole numbers are the same in binary and in decimals; where they differ, decimals are meant.
PLAIN = st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from([0.5, -2.5, "t", "2026-01-05", "b"])
NESTED: st.SearchStrategy[Any] = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("dxn"), inner, max_size=3),
    max_leaves=6,
)
TABLES = st.none() | st.lists(st.fixed_dictionaries({"x": NESTED, "n": PLAIN}), max_size=3)
DIVIDED = re.compile(r"[/%]|achievement")


@settings(max_examples=500)
@given(text=WELL_FORMED, a=PLAIN, b=NESTED, rows=TABLES)
def test_a_compiled_library_gives_the_same_value_or_refuses_as_well(
    text: str, a: Any, b: Any, rows: Any
) -> None:
    assume(not DIVIDED.search(text))
    values = {"a": a, "b": b, "t": rows, "c": {"d": b}}
    found, refusal = attempted(lambda: compile_expression(text, SCOPE))
    assume(refusal is None)
    try:
        expected: Any = second_opinion(found.tree, values)
    except Refused:
        expected = Refused
    result, refusal = attempted(lambda: found.evaluate(values))
    assert (Refused if refusal else result) == expected, (text, values, refusal)
    assert refusal or type(result) is type(expected)


@settings(max_examples=50)
@given(
    text=st.tuples(
        st.sampled_from(["all", "exists", "exists_one", "filter", "map"]),
        st.recursive(
            st.sampled_from(["r.x", "r.n", "r", "t", "size(t)", "sum_of(t, 'n')", "a", "1"]),
            grown,
            max_leaves=20,
        ),
    ).map(lambda parts: f"t.{parts[0]}(r, {parts[1]})"),
    count=st.sampled_from([1, 1000]),
)
def test_no_expression_over_the_largest_table_takes_more_than_its_steps(text: str, count: int) -> None:
    found, refusal = attempted(lambda: compile_expression(text, SCOPE))
    assume(refusal is None)
    counted = _Evaluation({"a": "teks" * 5000, "t": [{"x": 1, "n": 0.1}] * count})
    with contextlib.suppress(Unsuitable):
        counted.value(found.tree)
    assert counted.steps >= -MAX_STEPS


@settings(max_examples=300)
@given(
    text=WELL_FORMED, a=SCALARS, b=JSON, rows=JSON | st.lists(st.fixed_dictionaries({"x": JSON}), max_size=3)
)
def test_evaluation_gives_plain_data_or_its_own_error(text: str, a: Any, b: Any, rows: Any) -> None:
    values = {"a": a, "b": b, "t": rows, "c": {"d": b}}
    result, refusal = attempted(lambda: compile_expression(text, SCOPE).evaluate(values))
    assert refusal is None or refusal.message.indonesian
    assert type(result) in (type(None), bool, float, str, list, dict)


@settings(max_examples=200)
@given(
    operator=st.sampled_from(["<", "<=", ">", ">="]),
    other=st.sampled_from(["1", "'a'", "b", "c.d", "'2026-01-05'", "a + 1", "achievement(a, b)"]),
    turned=st.booleans(),
)
def test_a_comparison_with_null_is_false_whatever_the_other_side_is(
    operator: str, other: str, turned: bool
) -> None:
    text = f"{other} {operator} b" if turned else f"b {operator} {other}"
    assert compile_expression(text, SCOPE).evaluate({"a": 1}) is False


@settings(max_examples=300)
@given(text=WELL_FORMED)
def test_with_every_name_empty_a_null_is_never_at_fault(text: str) -> None:
    answer, refusal = attempted(lambda: compile_expression(f"!({text})", SCOPE).evaluate({}))
    if refusal is None:
        assert isinstance(answer, bool)
    else:
        assert "null" not in refusal.message.english


@settings(max_examples=200)
@given(value=JSON)
def test_a_setting_is_a_literal_or_an_expression_and_nothing_else_happens(value: Any) -> None:
    found, refusal = attempted(lambda: setting(value))
    assert refusal or found is value or found.text == value


@settings(max_examples=200)
@given(
    name=st.sampled_from(
        ["os.system", "__import__", "builtins.eval", "engine.commands", "a.__class__", "x.y.z"]
    )
)
def test_hostile_names_are_only_unknown_names(name: str) -> None:
    for text in (name, f"{name}()", f"{name}('x')", f"t.all(r, {name})"):
        with pytest.raises(ExpressionError, match=r'^Unknown|^"a" has no part'):
            compile_expression(text, SCOPE)
