"""The example of the guide works as printed, and the client asks again where that is safe."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.testclient import TestClient

import alur_client
from alur_client import Alur, Problem
from engine.clock import FakeClock
from runtime.testing import ADDRESS, client_for
from tests.support.offices import MONDAY, DemoOffice, opened
from tests.support.postgres import DatabaseUrls


@pytest.fixture
def office(tmp_path: Path) -> Iterator[DemoOffice]:
    url = f"sqlite:///{tmp_path / 'alur.db'}"
    urls = DatabaseUrls(database_url=url, migration_url=url)
    made = opened(urls, tmp_path / "files", FakeClock(MONDAY))
    passwords = made.load_demo()
    made.close()
    office = DemoOffice.on(urls, tmp_path / "files", passwords)
    yield office
    office.system.close()


@pytest.fixture
def token(office: DemoOffice) -> str:
    body = {"name": "contoh", "scope": "write"}
    return str(client_for(office.system, "kadis").post("/api/v1/tokens", json=body).json()["token"])


def test_the_ten_lines_run_as_printed(
    project: Path,
    office: DemoOffice,
    token: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    guide = (project / "docs/how-to/use-the-api.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", guide, re.S)
    assert len([line for line in example.splitlines() if line]) == 10

    def here(address: str, token: str) -> Alur:
        return Alur(address, token, http=TestClient(office.system.app, base_url=ADDRESS))

    monkeypatch.setattr(alur_client, "Alur", here)
    exec(compile(example, "use-the-api.md", "exec"), {"token": token})
    saved, row = capsys.readouterr().out.splitlines()
    assert saved.endswith("2026-01-06T10:00:00+08:00")
    assert row == "s1 kadis None"


def test_a_refusal_becomes_an_exception_with_its_code(office: DemoOffice, token: str) -> None:
    alur = Alur(ADDRESS, token, http=TestClient(office.system.app, base_url=ADDRESS))
    with pytest.raises(Problem) as refused:
        alur.start("tidak-ada")
    assert (refused.value.status, refused.value.code) == (404, "not_found")
    item = next(iter(alur.start("perbaikan-data-kinerja", period="2025-Q4")["open_tasks"]))
    alur.claim(item)
    with pytest.raises(Problem) as stale:
        alur.claim(item)
    assert stale.value.current["state"] == "in_progress"


def test_a_busy_server_is_asked_again_with_the_same_key(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[httpx2.Request] = []
    waited: list[float] = []
    monkeypatch.setattr("time.sleep", waited.append)

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        busy: dict[str, Any] = {"headers": {"Retry-After": "2"}, "json": {"code": "unavailable"}}
        return httpx2.Response(503, **busy) if len(asked) < 3 else httpx2.Response(200, json={"id": "1"})

    http = httpx2.Client(base_url=ADDRESS, transport=httpx2.MockTransport(answer))
    assert Alur(ADDRESS, "t", http=http).start("sop")["id"] == "1"
    assert waited == [2.0, 2.0]
    assert len({request.headers["idempotency-key"] for request in asked}) == 1
