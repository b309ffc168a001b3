"""Whoever listens is told everything, once, however notices overtake one another and connections break."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import InvalidInput
from engine.notices.stream import MOST_NAMES, OVERLAP, Heard

START = datetime(2026, 1, 5, tzinfo=UTC)
LONGEST = int(OVERLAP.total_seconds()) - 1

# When it was written, how long until others could read it, and by which clock.
arrivals = st.lists(
    st.tuples(st.integers(0, 7200), st.integers(0, LONGEST), st.sampled_from([0, 0, 0, 86_400])),
    max_size=40,
)
looks = st.lists(st.tuples(st.integers(0, 8000), st.booleans()), min_size=1, max_size=40)


@given(arrivals, looks)
@settings(max_examples=200)
def test_each_notice_is_told_once_at_the_first_look_after_it_can_be_read(
    written: list[tuple[int, int, int]], at: list[tuple[int, bool]]
) -> None:
    notices = [
        (START + timedelta(seconds=second + ahead), START + timedelta(seconds=second + delay), f"x-{n:08x}")
        for n, (second, delay, ahead) in enumerate(written)
    ]
    heard, told = Heard(START), []
    for second, breaks in [*sorted(at), (8000 + LONGEST, False)]:
        now = START + timedelta(seconds=second)
        seen = sorted(
            (bears, name) for bears, since, name in notices if since <= now and bears >= heard.since
        )
        told += [name for _, name in seen if not heard.knows(name)]
        heard = heard.after(seen, now)
        if breaks:
            heard = Heard.read(str(heard))
    assert sorted(told) == [name for _, _, name in notices]


def test_of_very_many_at_once_the_oldest_may_be_told_twice_but_none_is_left_out() -> None:
    seen = [(START, f"x-{n:08x}") for n in range(MOST_NAMES + 5)]
    again = Heard.read(str(Heard(START).after(seen, START)))
    assert [name for _, name in seen if not again.knows(name)] == [name for _, name in seen[:5]]


@pytest.mark.parametrize(
    "text",
    ["", "kemarin", "20260105", "20260105T000000Z.", "20260105T000000Z.abc", "99999999T000000Z", "1" * 5000],
)
def test_an_id_that_was_never_given_is_refused_in_words(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        Heard.read(text)
    assert refused.value.errors[0].path == "Last-Event-ID"
