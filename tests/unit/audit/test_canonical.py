"""Canonical JSON: one value, one sequence of bytes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from engine.audit.canonical import canonical
from engine.cases.model import TaskStatus


def test_keys_are_sorted_by_utf16_code_units_as_in_rfc_8785() -> None:
    value = {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\u0080": 6, "\u00f6": 7}
    assert canonical(value).decode() == (
        '{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\U0001f600":5,"\ufb33":3}'
    )


def test_only_what_must_be_escaped_is_escaped() -> None:
    assert canonical('\u0000\u001f\b\t\n\f\r"\\/\u007f\u2028é') == (
        '"\\u0000\\u001f\\b\\t\\n\\f\\r\\"\\\\/\u007f\u2028é"'.encode()
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (87.5, '"87.5"'),
        (1e22, '"10000000000000000000000"'),
        (0.1 + 0.2, '"0.30000000000000004"'),
        (-0.0, '"0"'),
        (2.0, '"2"'),
        (Decimal("1.50"), '"1.5"'),
        (Decimal("1E+3"), '"1000"'),
        (Decimal("0.00"), '"0"'),
        (7, "7"),
        (2**53 - 1, "9007199254740991"),
        (2**53, '"9007199254740992"'),
        (True, "true"),
        (None, "null"),
        (TaskStatus.READY, '"ready"'),
        ((1, "a"), '[1,"a"]'),
        (date(2026, 1, 5), '"2026-01-05"'),
        (datetime(2026, 1, 5, 8, tzinfo=timezone(timedelta(hours=8))), '"2026-01-05T00:00:00.000000Z"'),
        (datetime(2026, 1, 5, 8, 0, 0, 7, tzinfo=UTC), '"2026-01-05T08:00:00.000007Z"'),
    ],
)
def test_each_value_has_one_spelling(value: Any, text: str) -> None:
    assert canonical(value).decode() == text


@pytest.mark.parametrize(
    "value",
    [
        float("nan"),
        float("inf"),
        Decimal("NaN"),
        datetime(2026, 1, 5),  # noqa: DTZ001 - a naive time is what must be refused
        "\ud800",
        {"\udc00": 1},
        {1: "a"},
        frozenset({"a"}),
        pytest.param(object(), id="an object"),
    ],
    ids=repr,
)
def test_what_has_no_single_spelling_is_refused(value: Any) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - UnicodeEncodeError is one of them
        canonical(value)
