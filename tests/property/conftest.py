"""Every test walks on offices of its own: what it finds depends on no test before it."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from engine.store import open_store
from tests.support import office_in_memory
from tests.support.postgres import DatabaseUrls
from tests.support.stored_cases import migrated


@pytest.fixture(autouse=True)
def fresh_offices(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Offices in memory, or on PostgreSQL with ``ALUR_LAWS_ON=postgres``, which is slower by far."""
    office_in_memory.ground.cache_clear()
    if os.environ.get("ALUR_LAWS_ON") == "postgres":
        create: Callable[..., DatabaseUrls] = request.getfixturevalue("postgres_factory")
        monkeypatch.setattr(office_in_memory, "STORE", lambda: open_store(create(migrated).database_url))
