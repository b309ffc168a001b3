"""Hashing has a few threads of its own, however many wait for it."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from engine.access.rate_limit import RateLimit
from runtime import passwords


def test_a_hash_costs_what_owasp_recommends() -> None:
    assert (passwords.KIBIBYTES, passwords.PASSES, passwords.LANES) == (19_456, 2, 1)


def test_hashing_stays_in_its_own_few_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: set[str] = set()
    together = threading.Barrier(passwords.THREADS)

    class Blocking:
        def hash(self, password: str) -> str:
            seen.add(threading.current_thread().name)
            together.wait(30)
            return password

        def verify(self, password: str, stored: str) -> bool:
            return self.hash(password) == stored

    monkeypatch.setattr(passwords, "_HASHER", Blocking())
    with ThreadPoolExecutor(40) as asking:
        hashes = list(asking.map(passwords.hash_password, ["a"] * 20))
        fits = list(asking.map(lambda word: passwords.password_fits(word, "a"), ["a"] * 20))
    assert (hashes, fits) == (["a"] * 20, [True] * 20)
    assert len(seen) == passwords.THREADS
    assert all(name.startswith("alur-hash") for name in seen)


def test_one_name_is_slowed_down_alone() -> None:
    now = 0.0
    limit = RateLimit(2, 3, lambda: now)
    assert [limit.admits("ani") for _ in range(4)] == [True, True, True, False]
    assert not limit.would_admit("ani")
    assert limit.admits("budi")
    now = 0.5
    assert [limit.would_admit("ani"), limit.admits("ani"), limit.admits("ani")] == [True, True, False]
