"""Every test walks on offices of its own: what it finds depends on no test before it."""

from __future__ import annotations

import pytest

from tests.support.office_in_memory import ground


@pytest.fixture(autouse=True)
def fresh_offices() -> None:
    ground.cache_clear()
