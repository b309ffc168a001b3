"""Numbers of cases sort as text in the order in which they were given."""

from __future__ import annotations

from random import Random

import pytest

from engine.cases.case_numbers import in_order


def test_counts_of_any_length_come_one_after_another() -> None:
    counts = [1, 9, 10, 999, 9998, 9999, 10000, 10001, 10010, 99999, 100000, 123456, 1000000]
    numbers = [f"PDK-2026-{count:04}" for count in counts]
    mixed = Random(1).sample(numbers, len(numbers))
    assert sorted(mixed, key=in_order) == numbers
    assert len(set(map(in_order, numbers))) == len(numbers)


@pytest.mark.parametrize("number", ["PDK-2026-0001", "PDK-2026-9999", "SURAT", "A-1-ab12c", "", "-"])
def test_what_counts_to_9999_or_not_at_all_sorts_as_it_is_written(number: str) -> None:
    assert in_order(number) == number
