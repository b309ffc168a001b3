"""Ids of new things."""

import time
from uuid import RFC_4122, UUID

import pytest

from engine.context import new_id


def test_an_id_is_a_uuid_of_version_7_and_never_the_same() -> None:
    ids = [new_id() for _ in range(1000)]
    assert {(UUID(id).version, UUID(id).variant) for id in ids} == {(7, RFC_4122)}
    assert len(set(ids)) == 1000


def test_ids_sort_as_they_were_made(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = []
    for at in (0, 1, 1_767_571_200_000, 1_767_571_200_001, 2**48 - 1):
        monkeypatch.setattr(time, "time_ns", lambda at=at: at * 1_000_000)
        ids.append(new_id())
    assert ids == sorted(ids)
