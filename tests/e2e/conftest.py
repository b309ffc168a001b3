"""What every test over HTTP shares."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from starlette.testclient import TestClient


@pytest.fixture(scope="session", autouse=True)
def one_event_loop() -> Iterator[None]:
    """The requests of a run go through one event loop, as in a server; else each starts one of its own."""
    with start_blocking_portal() as portal, pytest.MonkeyPatch.context() as patch:

        @contextmanager
        def shared(client: TestClient) -> Iterator[BlockingPortal]:
            yield client.portal or portal

        patch.setattr(TestClient, "_portal_factory", shared)
        yield
