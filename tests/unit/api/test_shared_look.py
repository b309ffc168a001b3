"""All streams of a process share one look at the database, and each account has a bounded number of them."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Hashable, Mapping

import pytest

from api.errors import TooManyRequests
from api.limits import STREAMS, AtOnce
from api.shared_look import SharedLook

PEOPLE = [f"orang.{number}" for number in range(300)]


def test_three_hundred_who_listen_ask_the_database_once() -> None:
    asked: list[set[str]] = []

    def stands(accounts: Collection[str]) -> Mapping[str, Hashable]:
        asked.append(set(accounts))
        return dict.fromkeys(accounts, len(asked))

    async def all_at_once(look: SharedLook) -> list[Hashable]:
        return await asyncio.gather(*(look.of(person) for person in PEOPLE))

    shared = SharedLook(stands, PEOPLE, every=3600.0)
    assert set(asyncio.run(all_at_once(shared))) == {1}
    assert asked == [set(PEOPLE)]
    asyncio.run(all_at_once(SharedLook(stands, PEOPLE, every=-1.0)))
    assert len(asked) > 1  # what was seen is old by then


def test_whoever_comes_in_between_is_looked_for_at_once() -> None:
    shared = SharedLook(lambda accounts: dict.fromkeys(accounts, len(accounts)), PEOPLE, every=3600.0)
    asyncio.run(shared.of(PEOPLE[0]))
    assert asyncio.run(shared.of("baru")) == len(PEOPLE) + 1


def test_one_account_opens_so_many_streams_and_no_more() -> None:
    listening = AtOnce(STREAMS)
    open_streams = [listening.one_more("satu") for _ in range(STREAMS)]
    for stream in open_streams:
        stream.__enter__()
    with pytest.raises(TooManyRequests), listening.one_more("satu"):
        pass
    with listening.one_more("dua"):
        open_streams.pop().__exit__(None, None, None)
    with listening.one_more("satu"):
        pass
