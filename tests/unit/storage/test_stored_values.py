"""What verification reads has the form that events have, without becoming a Python value first."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from engine.audit.canonical import instant_text, plain
from engine.store.stored_values import turn_of
from engine.tables import TASK
from engine.tables.columns import json_text


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"a": [1, True, None, "x"], "b": {"c": "é"}},
        {"whole": 2**53 - 1, "beyond": 2**53, "below": -(2**60)},
        {"fraction": 1.50, "small": 1e-7, "large": 1e22, "negative": -0.0},
    ],
)
def test_json_reads_as_its_canonical_form(data: dict[str, Any]) -> None:
    turn = turn_of(TASK.c.data)
    assert turn is not None
    assert turn(json_text(data)) == plain(json.loads(json_text(data)))


@pytest.mark.parametrize(
    ("text", "why"),
    [('{"a": NaN}', "finite"), ('{"a": Infinity}', "finite"), ("{", "Expecting"), ("[1] [2]", "Extra data")],
)
def test_json_that_no_event_could_hold_cannot_be_read(text: str, why: str) -> None:
    turn = turn_of(TASK.c.data)
    assert turn is not None
    with pytest.raises(ValueError, match=why):
        turn(text)


def test_an_instant_stays_the_text_it_is_and_a_datetime_becomes_it() -> None:
    turn = turn_of(TASK.c.ready_at)
    assert turn is not None
    at = datetime(2026, 1, 5, 8, tzinfo=timezone(timedelta(hours=8)))
    assert turn(at) == turn(instant_text(at)) == instant_text(datetime(2026, 1, 5, tzinfo=UTC))
